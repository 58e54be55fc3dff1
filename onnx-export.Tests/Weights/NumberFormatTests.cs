using OnnxExport.Checkpoints;
using OnnxExport.Weights;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Tests.Weights;

public class NumberFormatTests
{
    [Fact]
    public void Numbers_are_rounded_to_the_nearest_and_ties_to_even()
    {
        // Between 1 and 2 neighbours are 2^-10 apart in float16 and 2^-7 in bfloat16.
        Assert.Equal([0x3C00, 0x3C02, 0xBC01], Written(DataType.Float16, 1 + (1f / 2048), 1 + (3f / 2048), -1.001f));
        Assert.Equal([0x3F80, 0x3F82, 0xBF81], Written(DataType.Bfloat16, 1 + (1f / 256), 1 + (3f / 256), -1.006f));
        Assert.Equal([0x7F80, 0xFF80], Written(DataType.Bfloat16, float.MaxValue, float.NegativeInfinity));
    }

    [Fact]
    public void A_number_that_is_none_stays_none()
    {
        float odd = BitConverter.UInt32BitsToSingle(0x7F80_0001);

        Assert.True(float.IsNaN(BitConverter.UInt32BitsToSingle((uint)Written(DataType.Bfloat16, odd)[0] << 16)));
        Assert.True(Half.IsNaN(BitConverter.UInt16BitsToHalf(Written(DataType.Float16, odd)[0])));
    }

    [Fact]
    public void A_weight_too_large_for_float16_is_refused_by_name()
    {
        using StoredMatrices stored = new(([1, 70000, 3, 4], [2, 2]));

        var fault = Assert.Throws<CheckpointException>(() => CollectingSink.Of(new RowMajorTensor(new WeightMatrix(stored.Tensors), DataType.Float16, 2, 2)));

        Assert.Equal("t0 holds 70000, which is too large for 16-bit floats (65504 at most). Export with bf16.", fault.Message);
    }

    [Fact]
    public void Matrices_are_narrowed_and_transposed_within_the_working_memory()
    {
        using StoredMatrices stored = StoredMatrices.Counting(30, 17);
        var matrix = new WeightMatrix(stored.Tensors);

        float[] rows = Halves(CollectingSink.Of(new RowMajorTensor(matrix, DataType.Float16, 30, 17), 2048));
        float[] columns = Halves(CollectingSink.Of(new TransposedTensor(matrix, DataType.Float16, 17, 30), 2048));

        Assert.Equal(Enumerable.Range(0, 30 * 17).Select(i => (float)i), rows);
        Assert.Equal(Enumerable.Range(0, 30 * 17).Select(i => (float)((i % 30 * 17) + (i / 30))), columns);
    }

    [Fact]
    public void A_folded_bias_is_the_outer_one_plus_what_the_map_makes_of_the_inner_one()
    {
        using StoredMatrices stored = new(([1, 2, 3, 4, 5, 6], [2, 3]), ([10, 20], [1, 2]), ([1, 0, -1], [1, 3]));

        var folded = new FoldedBias(new WeightMatrix([stored.Tensors[1]]), new WeightMatrix([stored.Tensors[0]]), new WeightMatrix([stored.Tensors[2]]), DataType.Float);

        Assert.Equal([8f, 18f], CollectingSink.Of(folded).Floats);
    }

    [Fact]
    public void The_rotary_table_has_the_angles_of_every_position()
    {
        var text = SmallModel.Configuration.Text;

        float[] cosines = CollectingSink.Of(new RopeTable(text, Math.Cos, DataType.Float)).Floats;

        float frequency = (float)Math.Pow(10000 * Math.Pow(1000, 16 / 14.0), -6 / 16.0);
        Assert.Equal(512 * 8, cosines.Length);
        Assert.All(cosines[..8], cosine => Assert.Equal(1, cosine));
        Assert.Equal((float)Math.Cos(511 * frequency), cosines[(511 * 8) + 3]);
    }

    private static ushort[] Written(DataType type, params float[] values)
    {
        var sink = new CollectingSink(1 << 10);
        NumberFormat.Write(sink, values, type, "t");
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(sink.Bytes.ToArray()).ToArray();
    }

    private static float[] Halves(CollectingSink sink) =>
        [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, Half>(sink.Bytes.ToArray()).ToArray().Select(half => (float)half)];
}
