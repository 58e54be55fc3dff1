using System.Runtime.InteropServices;

namespace OnnxExport.Checkpoints;

/// <summary>Number formats in which checkpoints keep weights.</summary>
internal enum TensorType
{
    Float32,
    Float16,
    BFloat16,
}

/// <summary>Sizes, names and conversion of <see cref="TensorType"/>.</summary>
internal static class TensorTypes
{
    public static int Bytes(this TensorType type) => type == TensorType.Float32 ? 4 : 2;

    /// <summary>The name that genai_config.json uses.</summary>
    public static string Name(this TensorType type) => type.ToString().ToLowerInvariant();

    /// <summary>Reads a safetensors dtype; null where it is none of the supported ones.</summary>
    public static TensorType? Parse(string dtype) => dtype switch
    {
        "F32" => TensorType.Float32,
        "F16" => TensorType.Float16,
        "BF16" => TensorType.BFloat16,
        _ => null,
    };

    /// <summary>Widens little-endian values, without loss, to 32-bit floats.</summary>
    public static void ToSingles(this TensorType type, ReadOnlySpan<byte> source, Span<float> target)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Weights are little-endian, this machine is not.");
        switch (type)
        {
            case TensorType.Float32:
                MemoryMarshal.Cast<byte, float>(source).CopyTo(target);
                break;
            case TensorType.Float16:
                ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(source);
                for (int i = 0; i < halves.Length; i++)
                    target[i] = (float)halves[i];
                break;
            default:
                ReadOnlySpan<ushort> upper = MemoryMarshal.Cast<byte, ushort>(source);
                for (int i = 0; i < upper.Length; i++)
                    target[i] = BitConverter.UInt32BitsToSingle((uint)upper[i] << 16);
                break;
        }
    }
}
