using System.Runtime.InteropServices;
using OnnxExport.Checkpoints;

namespace OnnxExport.Tests.Checkpoints;

public class TensorTypeTests
{
    private static readonly float[] Values = [0, 1, -2.5f, 0.15625f, 65280];

    [Fact]
    public void Half_precision_is_widened_without_loss()
    {
        Half[] stored = [.. Values.Select(value => (Half)value)];
        var widened = new float[Values.Length];

        TensorType.Float16.ToSingles(MemoryMarshal.AsBytes<Half>(stored), widened);

        Assert.Equal(Values, widened);
    }

    [Fact]
    public void Bfloat16_is_widened_without_loss()
    {
        ushort[] stored = [.. Values.Select(value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16))];
        var widened = new float[Values.Length];

        TensorType.BFloat16.ToSingles(MemoryMarshal.AsBytes<ushort>(stored), widened);

        Assert.Equal(Values, widened);
    }

    [Fact]
    public void Single_precision_stays_as_it_is()
    {
        var widened = new float[Values.Length];

        TensorType.Float32.ToSingles(MemoryMarshal.AsBytes<float>(Values), widened);

        Assert.Equal(Values, widened);
    }
}
