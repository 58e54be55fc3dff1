using OnnxExport.Weights;

namespace OnnxExport.Tests.Weights;

public class TransposedTensorTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(64, 33)]
    [InlineData(130, 70)]
    public void Element_row_column_comes_to_column_row(int rows, int columns)
    {
        using var stored = StoredMatrices.Counting(rows, columns);
        var tensor = new TransposedTensor(new WeightMatrix(stored.Tensors));

        float[] turned = CollectingSink.Of(tensor).Floats;

        Assert.Equal([columns, rows], tensor.Shape);
        for (int i = 0; i < turned.Length; i++)
            Assert.Equal(i % rows * columns + i / rows, turned[i]);
    }

    [Theory]
    [InlineData(12_000)]
    [InlineData(20_000)]
    [InlineData(100_000)]
    public void A_matrix_larger_than_the_working_memory_is_turned_in_panels(int memoryBytes)
    {
        using var stored = StoredMatrices.Random(150, 200);
        var tensor = new TransposedTensor(new WeightMatrix(stored.Tensors));

        CollectingSink small = CollectingSink.Of(tensor, memoryBytes);

        Assert.Equal(CollectingSink.Of(tensor).Bytes, small.Bytes);
        Assert.InRange(small.Memory.PeakBytes, 1, memoryBytes);
    }
}
