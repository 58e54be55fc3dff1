using System.Runtime.CompilerServices;

namespace HunyuanOcr.Inference.Imaging;

/// <summary>Cuts a scaled picture into normalised patches: rows of the grid from the top, patches from the left, each channel-major 3 x size x size.</summary>
internal sealed class PatchExtractor
{
    private readonly int _size;
    private readonly float[] _red;
    private readonly float[] _green;
    private readonly float[] _blue;

    internal PatchExtractor(PreprocessorOptions options)
    {
        _size = options.PatchSize;
        _red = Levels(options, 0);
        _green = Levels(options, 1);
        _blue = Levels(options, 2);
    }

    /// <summary>Cuts a picture.</summary>
    /// <param name="image">Both sides multiples of the patch size.</param>
    /// <returns>[grid height * grid width, 3 * size * size].</returns>
    internal float[] Extract(RgbImage image)
    {
        int across = image.Width / _size;
        int plane = _size * _size;
        float[] values = new float[across * (image.Height / _size) * 3 * plane];
        ReadOnlySpan<byte> pixels = image.Pixels;
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> row = pixels.Slice(y * image.Stride, image.Stride);
            int to = (y / _size * across * 3 * plane) + (y % _size * _size);
            for (int patch = 0; patch < across; patch++, to += 3 * plane)
                CutRow(row.Slice(patch * _size * 3, _size * 3), values.AsSpan(to, (2 * plane) + _size), plane);
        }
        return values;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CutRow(ReadOnlySpan<byte> pixels, Span<float> to, int plane)
    {
        for (int x = 0, from = 0; from < pixels.Length; x++, from += 3)
        {
            to[x] = _red[pixels[from]];
            to[plane + x] = _green[pixels[from + 1]];
            to[(2 * plane) + x] = _blue[pixels[from + 2]];
        }
    }

    /// <summary>The 256 values of a channel. The reference scales in double, rounds to float and normalises in float; so do we, bit for bit.</summary>
    private static float[] Levels(PreprocessorOptions options, int channel)
    {
        float mean = (float)options.Mean[channel];
        float deviation = (float)options.StandardDeviation[channel];
        float[] levels = new float[256];
        for (int level = 0; level < 256; level++)
        {
            float scaled = (float)(level * options.RescaleFactor);
            levels[level] = (scaled - mean) / deviation;
        }
        return levels;
    }
}
