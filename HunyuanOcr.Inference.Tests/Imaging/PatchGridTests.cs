using HunyuanOcr.Inference.Imaging;

namespace HunyuanOcr.Inference.Tests.Imaging;

public class PatchGridTests
{
    [Fact]
    public void Every_row_of_the_golden_table_gives_the_size_that_python_gives()
    {
        int[][] rows = [.. File.ReadLines(TestPictures.PathOf("grids.csv")).Where(line => line[0] != '#').Select(line => line.Split(',').Select(int.Parse).ToArray())];
        Assert.True(rows.Length > 1000);
        foreach (int[] row in rows)
        {
            PreprocessorOptions options = new() { PatchSize = row[2] / 2, MergeSize = 2, MinPixels = row[3], MaxPixels = row[4] };

            PatchGrid? grid = PatchGrid.Fit(width: row[1], height: row[0], options);

            (int, int) expected = (row[5], row[6]);
            Assert.True(expected == (grid?.ScaledHeight ?? 0, grid?.ScaledWidth ?? 0), $"{string.Join(',', row)} gave {grid}");
        }
    }

    [Fact]
    public void Two_hundred_to_one_is_the_longest_picture_that_fits()
    {
        PreprocessorOptions options = new();

        Assert.NotNull(PatchGrid.Fit(10, 2000, options));
        Assert.Null(PatchGrid.Fit(10, 2001, options));
        Assert.Null(PatchGrid.Fit(2001, 10, options));
    }

    [Fact]
    public void Any_picture_gets_whole_merged_patches_within_the_limits()
    {
        Random random = new(20);
        PreprocessorOptions options = TestPictures.Demo;
        for (int i = 0; i < 20_000; i++)
        {
            int width = random.Next(1, 8000);
            int height = Math.Max(1, (int)(width * Math.Pow(2, (random.NextDouble() * 6) - 3)));
            PatchGrid grid = PatchGrid.Fit(width, height, options)!.Value;

            Assert.Equal((0, 0), (grid.ScaledWidth % 32, grid.ScaledHeight % 32));
            Assert.Equal((grid.GridWidth * 16, grid.GridHeight * 16), (grid.ScaledWidth, grid.ScaledHeight));
            Assert.InRange((long)grid.ScaledWidth * grid.ScaledHeight, options.MinPixels, options.MaxPixels);
        }
    }
}
