using OnnxExport.Output;

namespace OnnxExport.Graphs;

/// <summary>The graphs of a model folder for one target.</summary>
/// <param name="Vision">Picture to vectors.</param>
/// <param name="Decoder">Vectors to logits.</param>
internal sealed record GraphSet(BuiltGraph Vision, BuiltGraph Decoder)
{
    /// <summary>Graphs for steps in which every sequence takes one token, by their names in genai_config.json.</summary>
    public IReadOnlyList<(string Role, BuiltGraph Graph)> Decode { get; init; } = [];

    public long TotalBytes => All.Sum(graph => graph.ModelBytes) + All.Select(graph => graph.Data).Distinct().Sum(data => data.Bytes);

    private IEnumerable<BuiltGraph> All => [Vision, Decoder, .. Decode.Select(decode => decode.Graph)];

    /// <summary>Writes all files; weights that graphs share are written once.</summary>
    public void WriteTo(PartialFolder folder)
    {
        foreach (BuiltGraph graph in All)
            graph.WriteTo(folder);
    }
}
