using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Imaging.Vips;

/// <summary>How libvips reads the bands of a picture (VipsInterpretation).</summary>
internal enum VipsInterpretation
{
    Multiband = 0,
    Grey = 1,
    Cmyk = 15,
    Rgb = 17,
    Srgb = 22,
}

/// <summary>A picture of libvips: its header is known, its pixels are made when a <see cref="VipsRegion"/> asks for them.</summary>
internal sealed unsafe class VipsImage : SafeHandle
{
    private const int FormatByte = 0;

    private VipsImage(nint handle)
        : base(0, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == 0;

    internal int Width => VipsNative.Width(this);

    internal int Height => VipsNative.Height(this);

    internal int Bands => VipsNative.Bands(this);

    internal bool IsByte => VipsNative.Format(this) == FormatByte;

    internal VipsInterpretation Interpretation => (VipsInterpretation)VipsNative.Interpretation(this);

    /// <summary>EXIF orientation, 1 to 8.</summary>
    internal int Orientation => VipsNative.Orientation(this);

    /// <summary>Pages or frames in the file.</summary>
    internal int Pages => VipsNative.Pages(this);

    /// <summary>Opens the first page of a file in memory and reads its header.</summary>
    /// <param name="loader">Name of the loader, such as jpegload_buffer.</param>
    /// <param name="data">The file; must stay where it is until the image and everything made from it is disposed.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <exception cref="VipsException">The loader refuses.</exception>
    internal static VipsImage Open(string loader, byte* data, int length)
    {
        nint operation = NewOperation(loader);
        VipsNative.GValue value = default;
        VipsNative.InitValue(&value, VipsNative.BlobType());
        VipsNative.SetBlob(&value, 0, data, (nuint)length);
        VipsNative.SetProperty(operation, "buffer", &value);
        VipsNative.UnsetValue(&value);
        // Without fail-on a truncated file loads silently; without sequential access a kill does not take effect.
        return Run(operation, "access=sequential,fail-on=error");
    }

    /// <summary>Converts with another operation of libvips.</summary>
    /// <exception cref="VipsException">The operation refuses.</exception>
    internal VipsImage Apply(string name, string arguments)
    {
        nint operation = NewOperation(name);
        VipsNative.GValue value = default;
        VipsNative.InitValue(&value, VipsNative.ImageType());
        VipsNative.SetObject(&value, this);
        VipsNative.SetProperty(operation, "in", &value);
        VipsNative.UnsetValue(&value);
        return Run(operation, arguments);
    }

    /// <summary>Stops whoever makes pixels of this image, from any thread.</summary>
    internal void Kill() => VipsNative.SetKill(this, 1);

    protected override bool ReleaseHandle()
    {
        VipsNative.Unreference(handle);
        return true;
    }

    private static nint NewOperation(string name)
    {
        nint operation = VipsNative.NewOperation(name);
        return operation != 0 ? operation : throw new VipsException(VipsLibrary.TakeErrors());
    }

    private static VipsImage Run(nint operation, string arguments)
    {
        try
        {
            if (VipsNative.SetArguments(operation, arguments) != 0)
                throw new VipsException(VipsLibrary.TakeErrors());
            nint built = VipsNative.BuildOperation(operation);
            if (built == 0)
            {
                VipsNative.UnreferenceOutputs(operation);
                throw new VipsException(VipsLibrary.TakeErrors());
            }
            VipsNative.Unreference(operation);
            operation = built;
            VipsNative.GValue value = default;
            VipsNative.InitValue(&value, VipsNative.ImageType());
            VipsNative.GetProperty(operation, "out", &value);
            VipsImage image = new(VipsNative.DuplicateObject(&value));
            VipsNative.UnsetValue(&value);
            VipsNative.UnreferenceOutputs(operation);
            return image;
        }
        finally
        {
            VipsNative.Unreference(operation);
        }
    }
}
