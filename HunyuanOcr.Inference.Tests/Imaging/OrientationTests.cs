using HunyuanOcr.Inference.Imaging;

namespace HunyuanOcr.Inference.Tests.Imaging;

public class OrientationTests
{
    // The stored picture is 3 wide and 2 high: a b c / d e f.
    [Theory]
    [InlineData(0, "abc/def")]
    [InlineData(1, "abc/def")]
    [InlineData(2, "cba/fed")]
    [InlineData(3, "fed/cba")]
    [InlineData(4, "def/abc")]
    [InlineData(5, "ad/be/cf")]
    [InlineData(6, "da/eb/fc")]
    [InlineData(7, "fc/eb/da")]
    [InlineData(8, "cf/be/ad")]
    [InlineData(9, "abc/def")]
    public void Each_orientation_puts_pixels_where_exif_says_row_by_row(int exif, string expected)
    {
        Orientation orientation = Orientation.From(exif, 3, 2);
        byte[] upright = new byte[18];
        byte[] stored = [.. "abcdef".SelectMany(letter => new[] { (byte)letter, (byte)(letter + 32), (byte)(letter + 64) })];

        orientation.Place(stored.AsSpan(0, 9), 0, 3, upright);
        orientation.Place(stored.AsSpan(9, 9), 1, 3, upright);

        string[] rows = expected.Split('/');
        Assert.Equal((rows[0].Length, rows.Length), (orientation.Width, orientation.Height));
        Assert.Equal(string.Concat(rows), new string([.. upright.Where((_, i) => i % 3 == 0).Select(b => (char)b)]));
        Assert.All(Enumerable.Range(0, 6), i => Assert.Equal((upright[i * 3] + 32, upright[i * 3] + 64), (upright[(i * 3) + 1], upright[(i * 3) + 2])));
        Assert.Equal(expected == "abc/def", orientation.IsUpright);
    }
}
