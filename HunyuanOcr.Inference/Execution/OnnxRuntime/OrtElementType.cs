namespace HunyuanOcr.Inference.Execution.OnnxRuntime;

/// <summary>ONNXTensorElementDataType of the C API, as far as we use it.</summary>
internal enum OrtElementType
{
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
    Float16 = 10,
    BFloat16 = 16,
}

/// <summary>Sizes of elements.</summary>
internal static class OrtElementTypeSize
{
    public static int Bytes(this OrtElementType type) => type switch
    {
        OrtElementType.UInt8 or OrtElementType.Int8 => 1,
        OrtElementType.Float16 or OrtElementType.BFloat16 => 2,
        OrtElementType.Float or OrtElementType.Int32 => 4,
        OrtElementType.Int64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown element type."),
    };
}
