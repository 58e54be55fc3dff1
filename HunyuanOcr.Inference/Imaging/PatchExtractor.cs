using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HunyuanOcr.Inference.Imaging;

/// <summary>Cuts a scaled picture into normalised patches: rows of the grid from the top, patches from the left, each channel-major 3 x size x size.</summary>
/// <remarks>The reference scales in double, rounds to float and normalises in float; so do we, bit for bit. With AVX2 eight levels are worked out
/// at once, three times as fast as their values can be looked up and about as fast as memory takes them.</remarks>
internal sealed unsafe class PatchExtractor(PreprocessorOptions options)
{
    /// <summary>Where a machine has many processors a picture is cut by several; on a small one they have other things to do.</summary>
    private const int ProcessorsOfAWorker = 4;

    private const int LevelsAtOnce = 8;

    private readonly Channel[] _channels = [new(options, 0), new(options, 1), new(options, 2)];

    /// <summary>Pixels of a patch's side.</summary>
    internal int PatchSize { get; } = options.PatchSize;

    /// <summary>Cuts a picture.</summary>
    /// <param name="image">Both sides multiples of the patch size.</param>
    /// <param name="patches">[grid height * grid width, 3 * size * size].</param>
    /// <param name="vectors">False for the plain way also where there is AVX2.</param>
    internal void Cut(RgbImage image, Span<float> patches, bool vectors = true)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(patches.Length, image.Length);
        vectors &= Avx2.IsSupported && PatchSize % LevelsAtOnce == 0;
        int down = image.Height / PatchSize, workers = Environment.ProcessorCount / ProcessorsOfAWorker;
        fixed (float* pinned = patches)
        {
            float* first = pinned;
            if (workers > 1)
                Parallel.For(0, down, new ParallelOptions { MaxDegreeOfParallelism = workers }, row => CutRow(image, row, first, vectors));
            else
                for (int row = 0; row < down; row++)
                    CutRow(image, row, first, vectors);
        }
    }

    /// <summary>One row of the grid.</summary>
    private void CutRow(RgbImage image, int row, float* patches, bool vectors)
    {
        byte* from = image.Start + ((long)row * PatchSize * image.Stride);
        float* to = patches + ((long)row * PatchSize * image.Stride);
        for (int patch = 0; patch < image.Width / PatchSize; patch++, from += PatchSize * 3)
        {
            for (int channel = 0; channel < 3; channel++, to += PatchSize * PatchSize)
            {
                if (vectors)
                    CutEights(from + channel, image.Stride, to, _channels[channel]);
                else
                    CutPlain(from + channel, image.Stride, to, _channels[channel]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CutPlain(byte* from, int stride, float* to, Channel channel)
    {
        float[] levels = channel.Levels;
        for (int y = 0; y < PatchSize; y++, from += stride, to += PatchSize)
            for (int x = 0; x < PatchSize; x++)
                to[x] = levels[from[x * 3]];
    }

    /// <summary>One channel of one patch. Loads run up to six bytes past the last level, into <see cref="RgbImage.Padding"/> at the very end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CutEights(byte* from, int stride, float* to, Channel channel)
    {
        // Every third of twelve bytes becomes a number of 32 bits.
        Vector128<byte> thirds = Vector128.Create((byte)0, 255, 255, 255, 3, 255, 255, 255, 6, 255, 255, 255, 9, 255, 255, 255);
        Vector256<double> factor = Vector256.Create(channel.Factor);
        Vector256<float> mean = Vector256.Create(channel.Mean), deviation = Vector256.Create(channel.Deviation);
        int size = PatchSize;
        for (int y = 0; y < size; y++, from += stride, to += size)
        {
            for (int x = 0; x < size; x += LevelsAtOnce)
            {
                Vector128<int> first = Ssse3.Shuffle(Vector128.Load(from + (x * 3)), thirds).AsInt32();
                Vector128<int> second = Ssse3.Shuffle(Vector128.Load(from + (x * 3) + 12), thirds).AsInt32();
                Vector256<float> scaled = Vector256.Create(
                    Avx.ConvertToVector128Single(Avx.ConvertToVector256Double(first) * factor),
                    Avx.ConvertToVector128Single(Avx.ConvertToVector256Double(second) * factor));
                ((scaled - mean) / deviation).Store(to + x);
            }
        }
    }

    /// <summary>How the levels of a channel are normalised.</summary>
    private sealed class Channel(PreprocessorOptions options, int index)
    {
        internal readonly double Factor = options.RescaleFactor;
        internal readonly float Mean = (float)options.Mean[index];
        internal readonly float Deviation = (float)options.StandardDeviation[index];

        /// <summary>What each of the 256 levels becomes.</summary>
        internal readonly float[] Levels =
            [.. Enumerable.Range(0, 256).Select(level => ((float)(level * options.RescaleFactor) - (float)options.Mean[index]) / (float)options.StandardDeviation[index])];
    }
}
