using System.Buffers.Binary;
using System.Text;

namespace HunyuanOcr.Inference.Checkpoints;

/// <summary>A weight that lies in a file beside its graph.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="ElementType">TensorProto.DataType, whose numbers are those of ONNXTensorElementDataType.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="FileName">The file.</param>
/// <param name="Offset">Its first byte there.</param>
internal sealed record OnnxWeight(string Name, int ElementType, long[] Shape, string FileName, long Offset);

/// <summary>Reads from an ONNX file which of its weights lie in other files, and where. Looks at nothing else of the graph.</summary>
internal static class OnnxWeights
{
    private const int ModelGraph = 7, GraphInitializer = 5;
    private const int TensorDimensions = 1, TensorType = 2, TensorName = 8, TensorExternal = 13;
    private const int EntryKey = 1, EntryValue = 2;

    /// <exception cref="InvalidDataException">The file is no ONNX graph.</exception>
    public static IReadOnlyList<OnnxWeight> Read(string path)
    {
        List<OnnxWeight> weights = [];
        var model = new Fields(File.ReadAllBytes(path));
        while (model.Next())
        {
            if (model.Number != ModelGraph || !model.IsBytes)
                continue;
            var graph = new Fields(model.Bytes);
            while (graph.Next())
                if (graph.Number == GraphInitializer && graph.IsBytes && ReadWeight(graph.Bytes) is { } weight)
                    weights.Add(weight);
        }

        return weights;
    }

    private static OnnxWeight? ReadWeight(ReadOnlySpan<byte> tensor)
    {
        List<long> shape = [];
        string name = string.Empty, file = string.Empty;
        long offset = 0;
        int type = 0;
        var fields = new Fields(tensor);
        while (fields.Next())
        {
            if (fields.Number == TensorDimensions)
                fields.ReadNumbers(shape);
            else if (fields.Number == TensorType)
                type = (int)fields.Value;
            else if (fields.Number == TensorName && fields.IsBytes)
                name = Encoding.UTF8.GetString(fields.Bytes);
            else if (fields.Number == TensorExternal && fields.IsBytes)
                ReadPlace(fields.Bytes, ref file, ref offset);
        }

        return file.Length > 0 ? new OnnxWeight(name, type, [.. shape], file, offset) : null;
    }

    private static void ReadPlace(ReadOnlySpan<byte> entry, ref string file, ref long offset)
    {
        string key = string.Empty, value = string.Empty;
        var fields = new Fields(entry);
        while (fields.Next())
        {
            if (fields.Number == EntryKey)
                key = Encoding.UTF8.GetString(fields.Bytes);
            else if (fields.Number == EntryValue)
                value = Encoding.UTF8.GetString(fields.Bytes);
        }

        if (key == "location")
            file = value;
        else if (key == "offset")
            offset = long.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The fields of one protocol buffers message, one after the other.</summary>
    private ref struct Fields(ReadOnlySpan<byte> message)
    {
        private const int Varint = 0, Eight = 1, Delimited = 2, Four = 5;

        private ReadOnlySpan<byte> rest = message;

        public int Number { get; private set; }

        public long Value { get; private set; }

        public ReadOnlySpan<byte> Bytes { get; private set; }

        public bool IsBytes { get; private set; }

        public bool Next()
        {
            if (rest.IsEmpty)
                return false;
            ulong tag = ReadVarint(ref rest);
            Number = (int)(tag >> 3);
            int wire = (int)(tag & 7);
            IsBytes = wire == Delimited;
            Bytes = default;
            switch (wire)
            {
                case Varint:
                    Value = (long)ReadVarint(ref rest);
                    break;
                case Delimited:
                    Bytes = Take((long)ReadVarint(ref rest));
                    break;
                case Eight:
                    Value = BinaryPrimitives.ReadInt64LittleEndian(Take(8));
                    break;
                case Four:
                    Value = BinaryPrimitives.ReadInt32LittleEndian(Take(4));
                    break;
                default:
                    throw new InvalidDataException($"a field of unknown kind {wire}");
            }

            return true;
        }

        /// <summary>A repeated number: one by one, or packed.</summary>
        public readonly void ReadNumbers(List<long> numbers)
        {
            if (!IsBytes)
                numbers.Add(Value);
            ReadOnlySpan<byte> packed = Bytes;
            while (!packed.IsEmpty)
                numbers.Add((long)ReadVarint(ref packed));
        }

        private ReadOnlySpan<byte> Take(long count)
        {
            if (count < 0 || count > rest.Length)
                throw new InvalidDataException("a field is longer than its message");
            ReadOnlySpan<byte> taken = rest[..(int)count];
            rest = rest[(int)count..];
            return taken;
        }

        private static ulong ReadVarint(ref ReadOnlySpan<byte> from)
        {
            ulong value = 0;
            for (int shift = 0; shift < 64 && !from.IsEmpty; shift += 7)
            {
                byte next = from[0];
                from = from[1..];
                value |= (ulong)(next & 0x7F) << shift;
                if (next < 0x80)
                    return value;
            }

            throw new InvalidDataException("a number does not end");
        }
    }
}
