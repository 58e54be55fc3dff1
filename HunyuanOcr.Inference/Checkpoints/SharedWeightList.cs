using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Checkpoints;

/// <summary>A weight that several graphs share.</summary>
/// <param name="Name">Its name in each of them.</param>
/// <param name="Type">Its numbers.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Offset">Its first byte in the file.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Graphs">The graphs that have it.</param>
internal sealed record SharedWeight(string Name, OrtElementType Type, long[] Shape, long Offset, long Bytes, IReadOnlyList<string> Graphs);

/// <summary>weights.json of a model for a card: where the weights that the decoder's graphs share lie.</summary>
internal sealed record SharedWeightList(string FileName, IReadOnlyList<SharedWeight> Weights)
{
    private const string ListName = "weights.json";

    /// <exception cref="OcrConfigurationException">It cannot be read; lists every fault.</exception>
    public static SharedWeightList Read(ModelFolder folder)
    {
        List<string> faults = [];
        JsonSection root = JsonSection.Read(folder.Location, ListName, faults);
        string file = root.Text("file");
        SharedWeight[] weights = [.. root.Sections("tensors").Select(Weight)];
        return faults.Count == 0 ? new SharedWeightList(file, weights) : throw new OcrConfigurationException(faults);
    }

    private static SharedWeight Weight(JsonSection weight) => new(weight.Text("name"), weight.StoredType("dtype"),
        [.. weight.Integers("shape")], weight.Integer("offset"), weight.Integer("bytes"), weight.Texts("graphs"));
}
