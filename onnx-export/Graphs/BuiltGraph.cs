using System.Globalization;
using Google.Protobuf;
using Onnx;
using OnnxExport.Output;
using OnnxExport.Weights;

namespace OnnxExport.Graphs;

/// <summary>
/// A finished model: FILE.onnx with its nodes and small tensors, FILE.onnx.data with the large ones in order. All sizes are
/// known before the first weight is read.
/// </summary>
internal sealed class BuiltGraph
{
    /// <summary>Tensors up to this size lie in the model file itself.</summary>
    public const long InlineBytes = 32 << 10;

    // A whole page, so that a reader may map each tensor by itself.
    private const long Alignment = 4096;

    private readonly ModelProto model;
    private readonly List<(TensorProto Proto, TensorContent Content)> inline = [];
    private readonly List<(long Offset, TensorContent Content)> external = [];

    public BuiltGraph(ModelProto model, string fileName, IReadOnlyDictionary<string, TensorContent> weights)
    {
        this.model = model;
        FileName = fileName;
        foreach ((string name, TensorContent content) in weights)
            Place(name, content);
    }

    public string FileName { get; }

    /// <summary>Names of the inputs; those of every layer once, as NAME.%d.</summary>
    public IEnumerable<string> Inputs => model.Graph.Input.Select(input => PerLayer(input.Name)).Distinct();

    public IEnumerable<string> Outputs => model.Graph.Output.Select(output => output.Name);

    public string DataFileName => FileName + ".data";

    /// <summary>Bytes of the file with the large tensors.</summary>
    public long DataBytes { get; private set; }

    /// <summary>Bytes of both files; the model file's part is an upper bound.</summary>
    public long TotalBytes => DataBytes + inline.Sum(tensor => tensor.Content.ByteLength + 32) + model.CalculateSize();

    /// <summary>Streams the data file, then writes the model file.</summary>
    public void WriteTo(PartialFolder folder)
    {
        using (OutputFile data = folder.Create(DataFileName))
        {
            foreach ((long offset, TensorContent content) in external)
            {
                data.PadTo(offset);
                content.WriteTo(data);
            }
            data.Complete();
        }
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
        long offset = (DataBytes + Alignment - 1) / Alignment * Alignment;
        proto.DataLocation = TensorProto.Types.DataLocation.External;
        proto.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = DataFileName });
        proto.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset.ToString(CultureInfo.InvariantCulture) });
        proto.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = content.ByteLength.ToString(CultureInfo.InvariantCulture) });
        external.Add((offset, content));
        DataBytes = offset + content.ByteLength;
    }

    private static string PerLayer(string input)
    {
        int dot = input.LastIndexOf('.');
        return dot >= 0 && int.TryParse(input.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _) ? input[..dot] + ".%d" : input;
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
