namespace OnnxExport.Graphs;

/// <summary>The graphs of a model folder for one target.</summary>
/// <param name="Vision">Picture to vectors.</param>
/// <param name="Decoder">Vectors to logits.</param>
internal sealed record GraphSet(BuiltGraph Vision, BuiltGraph Decoder)
{
    public long TotalBytes => Vision.TotalBytes + Decoder.TotalBytes;
}
