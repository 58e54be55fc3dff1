using System.Buffers.Binary;
using System.IO.Compression;

namespace HunyuanOcr.Inference.Imaging;

/// <summary>Writes a picture as PNG: 8 bits, RGB, each row stored as its difference from the row above.</summary>
internal static class PngFile
{
    private const byte FilterUp = 2;

    private static readonly uint[] _crcTable = MakeCrcTable();

    internal static byte[] Write(RgbImage image)
    {
        using MemoryStream output = new();
        output.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], image.Height);
        header[8] = 8; // bits
        header[9] = 2; // RGB
        WriteChunk(output, "IHDR"u8, header);
        WriteChunk(output, "IDAT"u8, Compress(image));
        WriteChunk(output, "IEND"u8, []);
        return output.ToArray();
    }

    private static ReadOnlySpan<byte> Compress(RgbImage image)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            byte[] row = new byte[1 + image.Stride];
            row[0] = FilterUp;
            ReadOnlySpan<byte> pixels = image.Pixels;
            for (int y = 0; y < image.Height; y++)
            {
                ReadOnlySpan<byte> here = pixels.Slice(y * image.Stride, image.Stride);
                if (y == 0)
                    here.CopyTo(row.AsSpan(1));
                else
                    Subtract(here, pixels.Slice((y - 1) * image.Stride, image.Stride), row.AsSpan(1));
                zlib.Write(row);
            }
        }
        return packed.GetBuffer().AsSpan(0, (int)packed.Length);
    }

    private static void Subtract(ReadOnlySpan<byte> here, ReadOnlySpan<byte> above, Span<byte> difference)
    {
        for (int x = 0; x < here.Length; x++)
            difference[x] = (byte)(here[x] - above[x]);
    }

    private static void WriteChunk(MemoryStream output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        output.Write(number);
        output.Write(type);
        output.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        output.Write(number);
    }

    /// <summary>CRC-32 of ISO 3309, as the PNG specification's appendix computes it.</summary>
    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (byte value in data)
            crc = _crcTable[(crc ^ value) & 0xFF] ^ (crc >> 8);
        return crc;
    }

    private static uint[] MakeCrcTable()
    {
        uint[] table = new uint[256];
        for (uint n = 0; n < table.Length; n++)
        {
            uint value = n;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            table[n] = value;
        }
        return table;
    }
}
