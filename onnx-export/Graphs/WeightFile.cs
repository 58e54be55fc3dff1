using System.Globalization;
using Onnx;
using OnnxExport.Output;
using OnnxExport.Weights;

namespace OnnxExport.Graphs;

/// <summary>The file that the large tensors of one graph, or of several with the same weights, lie in. A tensor is stored once.</summary>
internal sealed class WeightFile(string fileName)
{
    // A whole page, so that a reader may map each tensor by itself.
    private const long Alignment = 4096;

    private readonly Dictionary<string, (long Offset, TensorContent Content)> places = new(StringComparer.Ordinal);
    private bool written;

    public string FileName => fileName;

    /// <summary>Bytes of the file.</summary>
    public long Bytes { get; private set; }

    /// <summary>Name, content and first byte of every tensor, in their order in the file.</summary>
    public IEnumerable<(string Name, TensorContent Content, long Offset)> Tensors =>
        places.OrderBy(place => place.Value.Offset).Select(place => (place.Key, place.Value.Content, place.Value.Offset));

    /// <summary>Gives a tensor its place, or finds the one that it has by its name, and says so in the graph's record.</summary>
    public void Place(TensorProto proto, TensorContent content)
    {
        if (!places.TryGetValue(proto.Name, out (long Offset, TensorContent Content) place))
        {
            place = ((Bytes + Alignment - 1) / Alignment * Alignment, content);
            places.Add(proto.Name, place);
            Bytes = place.Offset + content.ByteLength;
        }
        if (place.Content.Type != content.Type || !place.Content.Shape.SequenceEqual(content.Shape))
            throw new ArgumentException($"Two graphs share {fileName} and mean different tensors by {proto.Name}.", nameof(content));
        proto.DataLocation = TensorProto.Types.DataLocation.External;
        proto.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = fileName });
        proto.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = place.Offset.ToString(CultureInfo.InvariantCulture) });
        proto.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = content.ByteLength.ToString(CultureInfo.InvariantCulture) });
    }

    /// <summary>Streams the file, once for all graphs that share it.</summary>
    public void WriteTo(PartialFolder folder)
    {
        if (written)
            return;
        written = true;
        using OutputFile data = folder.Create(fileName);
        foreach ((_, TensorContent content, long offset) in Tensors)
        {
            data.PadTo(offset);
            content.WriteTo(data);
        }
        data.Complete();
    }
}
