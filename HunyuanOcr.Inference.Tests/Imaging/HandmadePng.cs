using System.Buffers.Binary;
using System.IO.Compression;

namespace HunyuanOcr.Inference.Tests.Imaging;

/// <summary>PNG files built by hand, to say things that no program would write.</summary>
internal static class HandmadePng
{
    private static readonly uint[] _table = [.. Enumerable.Range(0, 256).Select(n =>
    {
        uint c = (uint)n;
        for (int k = 0; k < 8; k++)
            c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
        return c;
    })];

    /// <summary>An 8-bit grey picture, all zero.</summary>
    /// <param name="width">Width in the header.</param>
    /// <param name="height">Height in the header.</param>
    /// <param name="rows">Rows that really follow.</param>
    /// <param name="interlaced">Whether the header says Adam7.</param>
    internal static byte[] Grey(int width, int height, int rows, bool interlaced = false)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        header[12] = interlaced ? (byte)1 : (byte)0;
        using MemoryStream data = new();
        using (ZLibStream zip = new(data, CompressionLevel.SmallestSize))
            for (int y = 0; y < rows; y++)
                zip.Write(new byte[width + 1]);
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, data.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> data)
    {
        byte[] chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        kind.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        uint check = 0xFFFFFFFF;
        foreach (byte b in chunk.AsSpan(4, 4 + data.Length))
            check = _table[(check ^ b) & 255] ^ (check >> 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), ~check);
        return chunk;
    }
}
