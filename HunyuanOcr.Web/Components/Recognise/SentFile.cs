namespace HunyuanOcr.Web.Components.Recognise;

/// <summary>A file on its way to the server, as the browser shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Address">Where the browser has it, a blob address.</param>
/// <param name="Width">Pixels across, upright.</param>
/// <param name="Height">Pixels down, upright.</param>
internal sealed record SentFile(string Name, long Bytes, string Address, int Width, int Height);
