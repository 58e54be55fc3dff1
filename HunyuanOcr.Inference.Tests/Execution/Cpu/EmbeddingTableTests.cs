using System.Runtime.InteropServices;
using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution.Cpu;
using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Tests.Execution.Cpu;

public sealed class EmbeddingTableTests : IDisposable
{
    private const int Rows = 3, Columns = 21;
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void Rows_of_every_format_come_back_as_floats()
    {
        Half[] halves = [.. Numbers().Select(x => (Half)x)];
        ushort[] brains = [.. Numbers().Select(x => (ushort)(BitConverter.SingleToUInt32Bits(x) >> 16))];
        AssertRows(OrtElementType.Float, MemoryMarshal.AsBytes(Numbers().AsSpan()), i => Numbers()[i]);
        AssertRows(OrtElementType.Float16, MemoryMarshal.AsBytes(halves.AsSpan()), i => (float)halves[i]);
        AssertRows(OrtElementType.BFloat16, MemoryMarshal.AsBytes(brains.AsSpan()), i => BitConverter.UInt32BitsToSingle((uint)brains[i] << 16));
    }

    [Fact]
    public void A_file_that_is_too_short_is_refused()
    {
        File.WriteAllBytes(path, new byte[10]);
        Assert.Throws<OcrConfigurationException>(() => new EmbeddingTable(path, new EmbeddingFile("e", OrtElementType.Float16, Rows, Columns)));
    }

    private void AssertRows(OrtElementType type, ReadOnlySpan<byte> bytes, Func<int, float> expected)
    {
        File.WriteAllBytes(path, bytes);
        using EmbeddingTable table = new(path, new EmbeddingFile("e", type, Rows, Columns));
        float[] row = new float[Columns];
        for (int i = 0; i < Rows; i++)
        {
            table.CopyRow(i, row);
            Assert.Equal([.. Enumerable.Range(i * Columns, Columns).Select(expected)], row);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => table.CopyRow(Rows, row));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.CopyRow(-1, row));
    }

    private static float[] Numbers() => [.. Enumerable.Range(0, Rows * Columns).Select(i => ((i * 7919) % 2003 / 500f) - 2)];
}
