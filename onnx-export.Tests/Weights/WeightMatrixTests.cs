using OnnxExport.Weights;

namespace OnnxExport.Tests.Weights;

public class WeightMatrixTests
{
    [Fact]
    public void Stacked_tensors_follow_one_another()
    {
        using var stored = new StoredMatrices(([1, 2, 3, 4], [2, 2]), ([5, 6], [1, 2]), ([7, 8], [1, 2]));
        var matrix = new WeightMatrix(stored.Tensors);

        Assert.Equal((4, 2), (matrix.Rows, matrix.Columns));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], CollectingSink.Of(new RowMajorTensor(matrix, 4, 2), memoryBytes: 200).Floats);
    }

    [Fact]
    public void Rows_at_the_top_can_be_left_out()
    {
        using var stored = StoredMatrices.Counting(3, 2);

        Assert.Equal([2, 3, 4, 5], CollectingSink.Of(new RowMajorTensor(new WeightMatrix(stored.Tensors, firstRow: 1), 1, 2, 2)).Floats);
    }

    [Fact]
    public void Columns_can_be_put_in_another_order()
    {
        using var stored = StoredMatrices.Counting(2, 3);

        Assert.Equal([2, 0, 1, 5, 3, 4], CollectingSink.Of(new RowMajorTensor(new WeightMatrix(stored.Tensors, columnOrder: [2, 0, 1]), 2, 3)).Floats);
    }

    [Fact]
    public void Further_dimensions_count_as_columns()
    {
        using var stored = new StoredMatrices(([1, 2, 3, 4, 5, 6, 7, 8], [2, 1, 2, 2]));

        Assert.Equal((2, 4), (new WeightMatrix(stored.Tensors).Rows, new WeightMatrix(stored.Tensors).Columns));
    }

    [Fact]
    public void Matrices_of_different_widths_cannot_be_stacked()
    {
        using var stored = new StoredMatrices(([1, 2], [1, 2]), ([1, 2, 3], [1, 3]));

        Assert.Throws<ArgumentException>(() => new WeightMatrix(stored.Tensors));
    }
}
