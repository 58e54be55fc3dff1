using OnnxExport.Quantization;
using OnnxExport.Tests.Weights;
using OnnxExport.Weights;

namespace OnnxExport.Tests.Quantization;

public class ColumnQuantizationTests
{
    [Theory]
    [InlineData(1 << 20)]
    [InlineData(6000)]
    public void Codes_are_transposed_and_within_half_a_scale_of_their_output(int memoryBytes)
    {
        const int Outputs = 30, Inputs = 50;
        float[] values = StoredMatrices.RandomValues(Outputs * Inputs, seed: 3);
        using var stored = new StoredMatrices((values, [Outputs, Inputs]));
        var matrix = new WeightMatrix(stored.Tensors);
        var codes = new ColumnCodesTensor(matrix);

        IReadOnlyList<byte> packed = CollectingSink.Of(codes, memoryBytes).Bytes;
        float[] scales = CollectingSink.Of(new ColumnScalesTensor(matrix), memoryBytes).Floats;

        Assert.Equal([Inputs, Outputs], codes.Shape);
        for (int output = 0; output < Outputs; output++)
        {
            for (int input = 0; input < Inputs; input++)
            {
                int code = (sbyte)packed[input * Outputs + output];
                Assert.InRange(code, -64, 64);
                Assert.InRange(MathF.Abs(code * scales[output] - values[output * Inputs + input]), 0, scales[output] * 0.50001f);
            }
        }
    }

    [Fact]
    public void An_output_of_zeros_has_zero_codes()
    {
        using var stored = new StoredMatrices((new float[6], [2, 3]));

        Assert.All(CollectingSink.Of(new ColumnCodesTensor(new WeightMatrix(stored.Tensors))).Bytes, code => Assert.Equal(0, code));
    }
}
