using System.Buffers.Binary;

namespace HunyuanOcr.Inference.Imaging;

/// <summary>The types of picture that are read, found by content; a file's name never counts.</summary>
internal enum PictureType
{
    Jpeg,
    Png,
    WebP,
    Tiff,
    Gif,
}

internal static class PictureTypes
{
    /// <summary>The type whose signature the file begins with; null where it is none of them.</summary>
    internal static PictureType? Detect(ReadOnlySpan<byte> file)
    {
        if (file is [0xFF, 0xD8, 0xFF, ..])
            return PictureType.Jpeg;
        if (file is [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, ..])
            return PictureType.Png;
        if (file.StartsWith("RIFF"u8) && file.Length >= 12 && file[8..].StartsWith("WEBP"u8))
            return PictureType.WebP;
        if (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) || file.StartsWith("II+\0"u8) || file.StartsWith("MM\0+"u8))
            return PictureType.Tiff;
        return file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8) ? PictureType.Gif : null;
    }

    /// <summary>What people call it.</summary>
    internal static string Name(this PictureType type) => type switch
    {
        PictureType.Jpeg => "JPEG",
        PictureType.Png => "PNG",
        PictureType.WebP => "WebP",
        PictureType.Tiff => "TIFF",
        _ => "GIF",
    };

    /// <summary>The operation of libvips that opens it from memory.</summary>
    internal static string Loader(this PictureType type) => type switch
    {
        PictureType.Jpeg => "jpegload_buffer",
        PictureType.Png => "pngload_buffer",
        PictureType.WebP => "webpload_buffer",
        PictureType.Tiff => "tiffload_buffer",
        _ => "gifload_buffer",
    };

    /// <summary>Whether the file lacks the mark that ends its type, so that its tail was cut off.</summary>
    internal static bool EndsEarly(this PictureType type, ReadOnlySpan<byte> file)
    {
        // Some programs put a little behind the end; a longer search would find the end of an embedded preview.
        ReadOnlySpan<byte> tail = file[Math.Max(0, file.Length - 4096)..];
        return type switch
        {
            PictureType.Jpeg => tail.LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xD9]) < 0,
            PictureType.Png => tail.LastIndexOf("IEND"u8) < 0,
            PictureType.WebP => file.Length < 8L + BinaryPrimitives.ReadUInt32LittleEndian(file[4..]),
            PictureType.Gif => tail.TrimEnd((byte)0) is not [.., 0x3B],
            _ => false,
        };
    }
}
