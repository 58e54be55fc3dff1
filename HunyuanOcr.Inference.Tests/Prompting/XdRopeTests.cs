using HunyuanOcr.Inference.Prompting;

namespace HunyuanOcr.Inference.Tests.Prompting;

public sealed class XdRopeTests
{
    [Fact]
    public void Frequencies_of_the_public_model_are_those_of_the_specification()
    {
        XdRope rope = new(128, XdRope.Base(10000, 1000, 128), [16, 16, 16, 16]);
        Assert.Equal(1f, rope.InverseFrequencies[0]);
        Assert.Equal(0.77603436f, rope.InverseFrequencies[1], 1e-6f);
        Assert.Equal(0.60222936f, rope.InverseFrequencies[2], 1e-6f);
        Assert.Equal(0.46735066f, rope.InverseFrequencies[3], 1e-6f);
        Assert.Equal(1.15478e-7f, rope.InverseFrequencies[63], 1e-12f);
    }

    [Theory]
    [InlineData(128, new[] { 16, 16, 16, 16 })]
    [InlineData(64, new[] { 8, 8, 8, 8 })]
    [InlineData(32, new[] { 10, 2, 3, 1 })]
    public void Each_column_takes_the_angle_of_its_blocks_axis(int headSize, int[] sections)
    {
        double ropeBase = XdRope.Base(10000, 1000, headSize);
        XdRope rope = new(headSize, ropeBase, sections);
        float[] cos = new float[headSize], sin = new float[headSize];
        int[] positions = [700, 3, 41, 1];
        rope.FillRow(positions[0], positions[1], positions[2], positions[3], cos, sin);
        int[] axes = [.. sections.SelectMany((half, axis) => Enumerable.Repeat(axis, 2 * half))];
        for (int column = 0; column < headSize; column++)
        {
            double angle = positions[axes[column]] * Math.Pow(ropeBase, -2.0 * (column % (headSize / 2)) / headSize);
            Assert.Equal(Math.Cos(angle), cos[column], 1e-4);
            Assert.Equal(Math.Sin(angle), sin[column], 1e-4);
        }
    }

    [Fact]
    public void Equal_axes_give_the_same_row_as_the_general_form()
    {
        XdRope rope = new(64, XdRope.Base(10000, 1000, 64), [8, 8, 8, 8]);
        float[] cos = new float[64], sin = new float[64];
        foreach (int position in new[] { 0, 255, 256, 5000, 40000 })
        {
            rope.FillRow(position, position, position, position, cos, sin);
            for (int column = 0; column < 64; column++)
            {
                float angle = position * rope.InverseFrequencies[column % 32];
                Assert.Equal((float)Math.Cos(angle), cos[column]);
                Assert.Equal((float)Math.Sin(angle), sin[column]);
            }
        }
    }

    [Theory]
    [InlineData(64, new[] { 8, 8, 8 })]
    [InlineData(64, new[] { 8, 8, 8, 9 })]
    public void Sections_that_do_not_fit_the_head_are_refused(int headSize, int[] sections) =>
        Assert.Throws<ArgumentException>(() => new XdRope(headSize, 10000, sections));
}
