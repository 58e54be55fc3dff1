using FsCheck;
using FsCheck.Fluent;
using HunyuanOcr.Inference.Prompting;

namespace HunyuanOcr.Inference.Tests.Prompting;

public sealed class RopePositionsTests
{
    [Fact]
    public void Text_has_its_index_on_all_axes() =>
        Assert.Equal([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2], RopePositions.Build(3, [], 2));

    [Fact]
    public void An_images_grid_has_column_row_and_ordinal_and_its_begin_and_end_are_text()
    {
        // begin, 2 rows of 1 column and a line end, end; then one token of text.
        int[] positions = RopePositions.Build(8, [new ImageSpan(1, 4, 2, 6)], 2);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], positions[..8]);
        Assert.Equal([0, 1, 0, 1, 0, 1, 6, 7], positions[8..16]);
        Assert.Equal([0, 1, 0, 0, 1, 1, 6, 7], positions[16..24]);
        Assert.Equal([0, 1, 0, 0, 0, 0, 6, 7], positions[24..32]);
    }

    [Fact]
    public void A_second_image_counts_from_its_own_corner_and_has_ordinal_one()
    {
        int[] positions = RopePositions.Build(9, [new ImageSpan(0, 2, 2, 4), new ImageSpan(5, 2, 2, 4)], 2);
        Assert.Equal([0, 0, 1, 3, 4, 5, 0, 1, 8], positions[9..18]);
        Assert.Equal([0, 0, 0, 3, 4, 5, 0, 0, 8], positions[18..27]);
        Assert.Equal([0, 0, 0, 3, 4, 5, 1, 1, 8], positions[27..36]);
    }

    [Fact]
    public void Axis_zero_is_always_the_index_and_grid_positions_stay_within_the_grid()
    {
        var shapes = Gen.Choose(1, 6).Two().ListOf(3).ToArbitrary();
        Check.QuickThrowOnFailure(Prop.ForAll(shapes, list =>
        {
            List<ImageSpan> images = [];
            int at = 1;
            foreach ((int rows, int columns) in list)
            {
                images.Add(new ImageSpan(at, rows * 2, columns * 2, rows * (columns + 1) + 2));
                at += images[^1].Count + 2;
            }
            int[] positions = RopePositions.Build(at, images, 2);
            return positions[..at].SequenceEqual(Enumerable.Range(0, at))
                && images.Select((image, ordinal) => (image, ordinal)).All(entry => Enumerable.Range(entry.image.Start + 1, entry.image.Count - 2).All(index =>
                    positions[at + index] <= entry.image.GridWidth / 2 && positions[2 * at + index] < entry.image.GridHeight / 2 && positions[3 * at + index] == entry.ordinal));
        }));
    }
}
