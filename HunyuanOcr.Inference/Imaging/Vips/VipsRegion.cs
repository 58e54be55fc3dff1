using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Imaging.Vips;

/// <summary>Makes pixels of a <see cref="VipsImage"/>, strip by strip from the top. Belongs to the thread that made it.</summary>
internal sealed unsafe class VipsRegion : SafeHandle
{
    private readonly VipsImage _image;
    private readonly int _bytesPerRow;

    internal VipsRegion(VipsImage image)
        : base(0, ownsHandle: true)
    {
        _image = image;
        _bytesPerRow = image.Width * image.Bands;
        SetHandle(VipsNative.NewRegion(image));
        if (IsInvalid)
            throw new VipsException(VipsLibrary.TakeErrors());
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Takes whole rows of a picture of 8-bit bands.</summary>
    /// <param name="top">First row.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="into">[rows, width, bands].</param>
    /// <exception cref="VipsException">The decoder found the file damaged, or the image was killed.</exception>
    internal void Fetch(int top, int rows, Span<byte> into)
    {
        nint memory = VipsNative.Fetch(this, 0, top, _image.Width, rows, out nuint length);
        if (memory == 0)
            throw new VipsException(VipsLibrary.TakeErrors());
        try
        {
            if (length != (nuint)(rows * (long)_bytesPerRow))
                throw new VipsException($"libvips made {length} bytes where {rows * (long)_bytesPerRow} were expected");
            new ReadOnlySpan<byte>((void*)memory, (int)length).CopyTo(into);
        }
        finally
        {
            VipsNative.Free(memory);
        }
    }

    protected override bool ReleaseHandle()
    {
        VipsNative.Unreference(handle);
        return true;
    }
}
