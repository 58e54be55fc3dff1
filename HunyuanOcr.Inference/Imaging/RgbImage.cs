using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Imaging;

/// <summary>Pixels in sRGB, 8 bits each of red, green and blue, row by row without gaps. Outside the managed heap, so that 150 MB go back at once.</summary>
internal sealed unsafe class RgbImage : SafeHandle
{
    /// <summary>Readable bytes behind the last pixel, for vector loads that begin inside it.</summary>
    internal const int Padding = 64;

    /// <exception cref="OutOfMemoryException">The memory is not there.</exception>
    internal RgbImage(int width, int height)
        : base(0, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        Width = width;
        Height = height;
        Length = checked(width * 3 * height);
        SetHandle((nint)NativeMemory.Alloc((nuint)Length + Padding));
    }

    public override bool IsInvalid => handle == 0;

    internal int Width { get; }

    internal int Height { get; }

    /// <summary>Bytes of all pixels.</summary>
    internal int Length { get; }

    /// <summary>Bytes of one row.</summary>
    internal int Stride => Width * 3;

    /// <summary>[Height, Width, 3]; valid until the image is disposed.</summary>
    internal Span<byte> Pixels
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return new Span<byte>((void*)handle, Length);
        }
    }

    /// <summary>First byte; valid until the image is disposed.</summary>
    internal byte* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return (byte*)handle;
        }
    }

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }
}
