using HunyuanOcr.Inference.Execution.Cpu;
using HunyuanOcr.Inference.Execution.Cpu.Kernels;
using HunyuanOcr.Inference.Execution.OnnxRuntime;
using HunyuanOcr.Inference.Tests.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Tests.Execution.Cpu;

public class SwiGluTests
{
    [Theory]
    [InlineData(1, 768)]
    [InlineData(8, 3584)]
    [InlineData(450, 768)]
    [InlineData(3, 21)]
    public void Both_widths_give_what_double_precision_gives(int rows, int columns)
    {
        Random random = new(2);
        float[] packed = new float[rows * columns * 2];
        for (int i = 0; i < packed.Length; i++)
            packed[i] = (random.NextSingle() * 40) - 20;
        (packed[0], packed[1], packed[2]) = (-1000f, 1000f, 0f);
        foreach (VectorWidth width in (VectorWidth[])[VectorWidth.Bits256, VectorWidth.Bits512])
        {
            using OperatorSession session = Open(width);
            session.Input<float>("x", packed, rows, columns * 2);
            session.Output("y", rows * columns, rows, columns);
            session.Run();
            for (int row = 0; row < rows; row++)
                for (int column = 0; column < columns; column++)
                {
                    double gate = packed[(row * 2 * columns) + column], up = packed[(((row * 2) + 1) * columns) + column];
                    double expected = gate / (1 + Math.Exp(-gate)) * up, actual = session.Values("y")[(row * columns) + column];
                    Assert.True(Math.Abs(expected - actual) <= 1e-6 * Math.Max(1, Math.Abs(expected)), $"[{row},{column}] {width}: {expected} expected, {actual} found");
                }
        }
    }

    [Fact]
    public void An_odd_number_of_columns_fails_the_run()
    {
        using OperatorSession session = Open(VectorWidths.Best);
        session.Input<float>("x", new float[7], 1, 7);
        session.Output("y", 3, 1, 3);
        Assert.Contains("7 columns", Assert.Throws<OrtException>(session.Run).Message, StringComparison.Ordinal);
    }

    private static OperatorSession Open(VectorWidth width) =>
        new(GraphBytes.OneNode("SwiGlu", "hunyuanocr", [new("x", 1, "T", "I2")], [new("y", 1, "T", "I")]), new SwiGluOperator(width));
}
