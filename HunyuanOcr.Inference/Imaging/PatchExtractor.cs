using System.Runtime.CompilerServices;

namespace HunyuanOcr.Inference.Imaging;

/// <summary>Cuts a scaled picture into normalised patches: rows of the grid from the top, patches from the left, each channel-major 3 x size x size.</summary>
internal sealed class PatchExtractor
{
    /// <summary>Where a machine has many processors a picture is cut by several; on a small one they have other things to do.</summary>
    private const int ProcessorsOfAWorker = 4;

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
        int down = image.Height / _size, workers = Environment.ProcessorCount / ProcessorsOfAWorker;
        float[] values = GC.AllocateUninitializedArray<float>(image.Width * down * _size * 3);
        if (workers > 1)
            Parallel.For(0, down, new ParallelOptions { MaxDegreeOfParallelism = workers }, row => CutPatches(image, row, values));
        else
            for (int row = 0; row < down; row++)
                CutPatches(image, row, values);
        return values;
    }

    /// <summary>One row of the grid.</summary>
    private void CutPatches(RgbImage image, int gridRow, float[] values)
    {
        int across = image.Width / _size, plane = _size * _size;
        for (int line = 0; line < _size; line++)
        {
            ReadOnlySpan<byte> pixels = image.Pixels.Slice(((gridRow * _size) + line) * image.Stride, image.Stride);
            int to = (gridRow * across * 3 * plane) + (line * _size);
            for (int patch = 0; patch < across; patch++, to += 3 * plane)
                CutRow(pixels.Slice(patch * _size * 3, _size * 3), values.AsSpan(to, (2 * plane) + _size), plane);
        }
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
