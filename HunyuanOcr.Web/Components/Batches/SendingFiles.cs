namespace HunyuanOcr.Web.Components.Batches;

/// <summary>Files on their way from the browser.</summary>
/// <param name="Number">This one is on its way.</param>
/// <param name="Total">Of so many.</param>
/// <param name="Name">Its name.</param>
/// <param name="Stuck">Files that wait for a server that does not answer; 0 where it answers.</param>
public sealed record SendingFiles(int Number, int Total, string Name, int Stuck);
