using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using HunyuanOcr.Inference;
using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Imaging.Vips;

namespace HunyuanOcr.Bench;

/// <summary>Pictures of random sizes, scaled from a few pages and packed as PNG.</summary>
internal static class ScaledPictures
{
    public static IEnumerable<OcrPicture> Make(IReadOnlyList<string> pages, int count, Random random)
    {
        VipsLibrary.Load(nativeFolder: null);
        for (int i = 0; i < count; i++)
        {
            var page = new OcrPicture(File.ReadAllBytes(pages[i % pages.Count]), pages[i % pages.Count]);
            int width = random.Next(220, 760), height = random.Next(220, 760);
            using RgbImage source = ImageDecoder.Decode(page, ImageLimits.From(new EngineOptions { ModelFolder = "" }), CancellationToken.None);
            using RgbImage scaled = BicubicResampler.Resize(source, width, height, CancellationToken.None);
            yield return new OcrPicture(Png(scaled), $"{width}x{height}-{i}.png");
        }
    }

    private static byte[] Png(RgbImage image)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            for (int row = 0; row < image.Height; row++)
            {
                zlib.WriteByte(0);
                zlib.Write(image.Pixels.Slice(row * image.Stride, image.Stride));
            }
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], image.Height);
        (header[8], header[9]) = (8, 2);
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "IDAT"u8, packed.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        var crc = new Crc32();
        crc.Append(type);
        crc.Append(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, crc.GetCurrentHashAsUInt32());
        file.Write(number);
    }
}
