using System.Runtime.CompilerServices;

namespace HunyuanOcr.Inference.Imaging;

/// <summary>Where the pixels of a stored picture stand in the upright one, by EXIF orientation (1 to 8).</summary>
/// <param name="Width">Width of the upright picture in pixels.</param>
/// <param name="Height">Its height.</param>
/// <param name="First">Index in the upright picture of stored pixel (0, 0).</param>
/// <param name="Across">What one stored pixel to the right adds to the index.</param>
/// <param name="Down">What one stored row adds to the index.</param>
internal readonly record struct Orientation(int Width, int Height, int First, int Across, int Down)
{
    /// <summary>Whether stored and upright picture are the same.</summary>
    internal bool IsUpright => First == 0 && Across == 1 && Down == Width;

    /// <param name="orientation">EXIF orientation.</param>
    /// <param name="w">Stored width.</param>
    /// <param name="h">Stored height.</param>
    internal static Orientation From(int orientation, int w, int h) => orientation switch
    {
        2 => new(w, h, w - 1, -1, w),
        3 => new(w, h, (w * h) - 1, -1, -w),
        4 => new(w, h, (h - 1) * w, 1, -w),
        5 => new(h, w, 0, h, 1),
        6 => new(h, w, h - 1, h, -1),
        7 => new(h, w, (w * h) - 1, -h, -1),
        8 => new(h, w, (w - 1) * h, -h, 1),
        _ => new(w, h, 0, 1, w),
    };

    /// <summary>Puts stored rows in their places.</summary>
    /// <param name="rows">[count, stored width, 3].</param>
    /// <param name="top">Index of the first of them in the stored picture.</param>
    /// <param name="width">Stored width.</param>
    /// <param name="upright">The upright picture's pixels, [Height, Width, 3].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal unsafe void Place(ReadOnlySpan<byte> rows, int top, int width, Span<byte> upright)
    {
        int stride = width * 3;
        int count = rows.Length / stride;
        ArgumentOutOfRangeException.ThrowIfLessThan(upright.Length, Width * Height * 3);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((top + count) * (long)width, Width * (long)Height);
        fixed (byte* stored = rows, placed = upright)
        {
            // Columns outside, rows inside: a strip of few rows stays in the first cache while its columns become rows.
            for (int x = 0; x < width; x++)
            {
                byte* from = stored + (x * 3);
                byte* to = placed + ((First + ((long)x * Across) + ((long)top * Down)) * 3);
                for (int y = 0; y < count; y++, from += stride, to += Down * 3)
                {
                    *(ushort*)to = *(ushort*)from;
                    to[2] = from[2];
                }
            }
        }
    }
}
