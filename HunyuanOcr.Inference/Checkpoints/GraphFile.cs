using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Checkpoints;

/// <summary>An ONNX graph of the model folder and what its inputs and outputs are called.</summary>
/// <param name="FileName">Name in the folder.</param>
/// <param name="Names">From our name of an input or output to the graph's; a layer's number stands as %d.</param>
internal sealed record GraphFile(string FileName, IReadOnlyDictionary<string, string> Names)
{
    /// <param name="graph">The section that names it.</param>
    /// <param name="inputs">Our names of its inputs.</param>
    /// <param name="outputs">Our names of its outputs.</param>
    /// <param name="prefix">What stands before "filename", "inputs" and "outputs" where a section names several graphs.</param>
    public static GraphFile Read(JsonSection graph, ReadOnlySpan<string> inputs, ReadOnlySpan<string> outputs, string prefix = "")
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        JsonSection given = graph.Section(prefix + "inputs"), made = graph.Section(prefix + "outputs");
        foreach (string input in inputs)
            names[input] = given.Text(input);
        foreach (string output in outputs)
            names[output] = made.Text(output);
        return new GraphFile(graph.Text(prefix + "filename"), names);
    }

    /// <summary>The graph's name, as the C API takes it.</summary>
    public byte[] Native(string name) => Utf8.Terminated(Names[name]);

    /// <summary>The graph's name for a layer's input, as the C API takes it.</summary>
    public byte[] Native(string name, int layer) =>
        Utf8.Terminated(Names[name].Replace("%d", layer.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
}
