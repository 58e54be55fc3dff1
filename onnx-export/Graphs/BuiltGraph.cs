using System.Globalization;
using Google.Protobuf;
using Onnx;
using OnnxExport.Output;
using OnnxExport.Weights;

namespace OnnxExport.Graphs;

/// <summary>
/// A finished model: FILE.onnx with its nodes and small tensors; the large ones lie in a <see cref="WeightFile"/>. All sizes are
/// known before the first weight is read.
/// </summary>
internal sealed class BuiltGraph
{
    /// <summary>Tensors up to this size lie in the model file itself.</summary>
    public const long InlineBytes = 32 << 10;

    private readonly ModelProto model;
    private readonly List<(TensorProto Proto, TensorContent Content)> inline = [];

    public BuiltGraph(ModelProto model, string fileName, IReadOnlyDictionary<string, TensorContent> weights, WeightFile data)
    {
        this.model = model;
        FileName = fileName;
        Data = data;
        foreach ((string name, TensorContent content) in weights)
            Place(name, content);
    }

    public string FileName { get; }

    /// <summary>Names of the inputs; those of every layer once, as NAME.%d.</summary>
    public IEnumerable<string> Inputs => model.Graph.Input.Select(input => PerLayer(input.Name)).Distinct();

    /// <summary>Names of the outputs; those of every layer once, as NAME.%d.</summary>
    public IEnumerable<string> Outputs => model.Graph.Output.Select(output => PerLayer(output.Name)).Distinct();

    /// <summary>Where the large tensors lie; graphs with the same weights share one.</summary>
    public WeightFile Data { get; }

    /// <summary>Names of the tensors that lie in <see cref="Data"/>.</summary>
    public IEnumerable<string> ExternalTensors =>
        model.Graph.Initializer.Where(tensor => tensor.DataLocation == TensorProto.Types.DataLocation.External).Select(tensor => tensor.Name);

    /// <summary>Bytes of the model file, an upper bound.</summary>
    public long ModelBytes => inline.Sum(tensor => tensor.Content.ByteLength + 32) + model.CalculateSize();

    /// <summary>Streams the weights unless another graph has done so, then writes the model file.</summary>
    public void WriteTo(PartialFolder folder)
    {
        Data.WriteTo(folder);
        foreach ((TensorProto proto, TensorContent content) in inline)
            proto.RawData = Collect(content, folder.Memory);
        using OutputFile file = folder.Create(FileName);
        file.Write(model.ToByteArray());
        file.Complete();
    }

    private void Place(string name, TensorContent content)
    {
        var proto = new TensorProto { Name = name, DataType = (int)content.Type };
        proto.Dims.Add(content.Shape);
        model.Graph.Initializer.Add(proto);
        if (content.ByteLength <= InlineBytes)
        {
            inline.Add((proto, content));
            return;
        }
        Data.Place(proto, content);
    }

    private static string PerLayer(string value)
    {
        int dot = value.LastIndexOf('.');
        return dot >= 0 && int.TryParse(value.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _) ? value[..dot] + ".%d" : value;
    }

    private static ByteString Collect(TensorContent content, WorkingMemory memory)
    {
        var sink = new ByteSink((int)content.ByteLength, memory);
        content.WriteTo(sink);
        return UnsafeByteOperations.UnsafeWrap(sink.Bytes);
    }

    private sealed class ByteSink(int length, WorkingMemory memory) : ITensorSink
    {
        private int written;

        public byte[] Bytes { get; } = new byte[length];

        public WorkingMemory Memory => memory;

        public void Write(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(Bytes.AsSpan(written));
            written += bytes.Length;
        }
    }
}
