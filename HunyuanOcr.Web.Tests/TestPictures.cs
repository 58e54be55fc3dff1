using System.Buffers.Binary;
using System.IO.Compression;

namespace HunyuanOcr.Web.Tests;

/// <summary>Small pictures made on the spot.</summary>
internal static class TestPictures
{
    /// <summary>White paper with dark bars where lines of text would be; grey, so that large ones stay small files.</summary>
    internal static byte[] Png(int width, int height)
    {
        using MemoryStream output = new();
        output.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        Chunk(output, "IHDR"u8, header);
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            byte[] row = new byte[1 + width];
            for (int y = 0; y < height; y++)
            {
                row.AsSpan(1).Fill(0xFF);
                if (y % 40 is > 12 and < 28)
                    row.AsSpan(1 + (width / 10), width / 2).Fill(0x30);
                zlib.Write(row);
            }
        }
        Chunk(output, "IDAT"u8, packed.ToArray());
        Chunk(output, "IEND"u8, []);
        return output.ToArray();
    }

    /// <summary>A PNG header that promises more pixels than there are.</summary>
    internal static byte[] Bomb(int width, int height)
    {
        byte[] picture = Png(8, 8);
        BinaryPrimitives.WriteInt32BigEndian(picture.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(picture.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(picture.AsSpan(29), Crc(picture.AsSpan(12, 17)));
        return picture;
    }

    /// <summary>An uncompressed grey TIFF.</summary>
    internal static byte[] Tiff(int width, int height)
    {
        using MemoryStream output = new();
        using BinaryWriter writer = new(output);
        writer.Write("II*\0"u8);
        writer.Write(8);
        (ushort Tag, ushort Type, int Count, int Value)[] entries = [(256, 3, 1, width), (257, 3, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8 + 2 + (9 * 12) + 4), (277, 3, 1, 1), (278, 3, 1, height), (279, 4, 1, width * height)];
        writer.Write((ushort)entries.Length);
        foreach ((ushort tag, ushort type, int count, int value) in entries)
        {
            writer.Write(tag);
            writer.Write(type);
            writer.Write(count);
            writer.Write(value);
        }
        writer.Write(0);
        for (int i = 0; i < width * height; i++)
            writer.Write((byte)(i % width * 255 / width));
        return output.ToArray();
    }

    /// <summary>The start of a Word document: a ZIP whose first entries give it away.</summary>
    internal static byte[] Word()
    {
        using MemoryStream output = new();
        using (ZipArchive zip = new(output, ZipArchiveMode.Create, leaveOpen: true))
            foreach (string name in (ReadOnlySpan<string>)["[Content_Types].xml", "word/document.xml"])
            {
                using StreamWriter entry = new(zip.CreateEntry(name).Open());
                entry.Write("<x/>");
            }
        return output.ToArray();
    }

    private static void Chunk(MemoryStream output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        byte[] chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc(chunk.AsSpan(4, 4 + data.Length)));
        output.Write(chunk);
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }
        return ~crc;
    }
}
