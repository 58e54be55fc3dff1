namespace HunyuanOcr.Inference.Imaging.Vips;

/// <summary>libvips refused; the message is its own. Never leaves <see cref="Imaging"/>.</summary>
internal sealed class VipsException(string message) : Exception(message);
