using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HunyuanOcr.Inference.Imaging.Jpeg;

/// <summary>Reads the Huffman-coded coefficients of a scan, from its first block to its last.</summary>
internal sealed unsafe class ScanReader
{
    /// <summary>Readable bytes behind the data, as bits are read ahead: more than a block can take.</summary>
    internal const int Padding = 512;

    private readonly JpegHeader _header;
    private readonly byte* _end;
    private readonly int[] _previous = new int[JpegHeader.Components];
    private byte* _next;
    private ulong _bits;
    private int _count;

    /// <param name="header">The codes.</param>
    /// <param name="data">Coded bytes without what was stuffed between them; <see cref="Padding"/> zeros behind them.</param>
    /// <param name="length">Bytes of them.</param>
    internal ScanReader(JpegHeader header, byte* data, int length)
    {
        _header = header;
        _next = data;
        _end = data + length;
    }

    /// <summary>Whether all bits have been read, but for those that fill up the last byte.</summary>
    internal bool IsDone => BitsLeft is >= 0 and < 8;

    private long BitsLeft => ((_end - _next) * 8) + _count;

    /// <summary>Copies coded bytes up to the mark that ends the file, leaving out the zero that stands behind each 0xFF.</summary>
    /// <param name="scan">The file from its coded bytes on.</param>
    /// <param name="data">As long as that and <see cref="Padding"/>.</param>
    /// <returns>Bytes copied; -1 where another mark or nothing ends them.</returns>
    internal static int Unstuff(ReadOnlySpan<byte> scan, Span<byte> data)
    {
        int length = 0;
        while (scan.IndexOf((byte)0xFF) is >= 0 and int found && found + 1 < scan.Length)
        {
            bool stuffed = scan[found + 1] == 0;
            int count = stuffed ? found + 1 : found;
            scan[..count].CopyTo(data[length..]);
            length += count;
            if (!stuffed)
            {
                data.Slice(length, Padding).Clear();
                return scan[found + 1] == 0xD9 ? length : -1;
            }
            scan = scan[(found + 2)..];
        }
        return -1;
    }

    /// <summary>Reads the next row of units: for each the blocks of luma, row by row, then one of each chroma.</summary>
    /// <param name="units">Units in a row.</param>
    /// <param name="coefficients">[units * blocks of a unit, 64] in natural order.</param>
    /// <param name="last">[units * blocks of a unit]: which stored coefficient is the last that is not 0.</param>
    /// <returns>False where the data is damaged.</returns>
    internal bool ReadRow(int units, short* coefficients, byte* last)
    {
        int luma = _header.Across * _header.Down;
        fixed (int* yDc = _header.Dc[0].LookUp, yAc = _header.Ac[0].LookUp, cbDc = _header.Dc[1].LookUp, cbAc = _header.Ac[1].LookUp)
        fixed (int* crDc = _header.Dc[2].LookUp, crAc = _header.Ac[2].LookUp)
        fixed (byte* natural = BlockOrder.Natural)
        {
            for (int unit = 0; unit < units; unit++)
            {
                for (int block = 0; block < luma; block++, coefficients += BlockOrder.Count, last++)
                    if (!ReadBlock(0, yDc, yAc, natural, coefficients, last))
                        return false;
                if (!ReadBlock(1, cbDc, cbAc, natural, coefficients, last) || !ReadBlock(2, crDc, crAc, natural, coefficients + BlockOrder.Count, last + 1))
                    return false;
                coefficients += 2 * BlockOrder.Count;
                last += 2;
            }
        }
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool ReadBlock(int component, int* firsts, int* others, byte* natural, short* block, byte* last)
    {
        // Nothing is read past the padding: a block takes fewer bytes than that, and begins within the data.
        byte* next = _next;
        if (next > _end + sizeof(ulong))
            return false;
        for (int i = 0; i < BlockOrder.Count; i += Vector256<short>.Count)
            Vector256<short>.Zero.Store(block + i);
        ulong bits = _bits;
        int count = _count, known = 0;
        Fill(ref bits, ref count, ref next);
        if (!ReadSymbol(_header.Dc[component], firsts[bits >> (64 - HuffmanCode.LookUpBits)], ref bits, ref count, out _, out int level))
            return false;
        level += _previous[component];
        if (level != (short)level)
            return false;
        _previous[component] = level;
        block[0] = (short)level;
        for (int k = 1; k < BlockOrder.Count; k++)
        {
            Fill(ref bits, ref count, ref next);
            int entry = others[bits >> (64 - HuffmanCode.LookUpBits)];
            int value = entry >> 16;
            if (value != 0)
            {
                bits <<= entry & 63;
                count -= entry & 63;
                k += (entry >> 8) & 255;
            }
            else if (entry is > 0 and < 256)
            {
                // Symbol 0: nothing but zeros to the end.
                bits <<= entry;
                count -= entry;
                break;
            }
            else
            {
                if (!ReadSymbol(_header.Ac[component], entry, ref bits, ref count, out int zeros, out value))
                    return false;
                if (value == 0 && zeros < 15)
                    break;
                k += zeros;
                if (value == 0)
                    continue;
            }
            if (k >= BlockOrder.Count)
                return false;
            block[natural[k]] = (short)value;
            known = k;
        }
        *last = (byte)known;
        (_bits, _count) = (bits, count);
        _next = next;
        return BitsLeft >= 0;
    }

    /// <summary>One symbol, and the coefficient behind it: 0 where the symbol says that it has no bits.</summary>
    private static bool ReadSymbol(HuffmanCode code, int entry, ref ulong bits, ref int count, out int zeros, out int value)
    {
        (zeros, value) = ((entry >> 8) & 255, entry >> 16);
        int length = entry & 255;
        if (value == 0)
        {
            int symbol = zeros;
            if (length == 0)
                (symbol, length) = code.Search((int)(bits >> 48));
            if (length == 0)
                return false;
            int size = symbol & 15;
            zeros = symbol >> 4;
            if (size > 0)
                value = HuffmanCode.Extend((int)((bits << length) >> (64 - size)), size);
            length += size;
        }
        bits <<= length;
        count -= length;
        return true;
    }

    /// <summary>At least 56 bits are there afterwards.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fill(ref ulong bits, ref int count, ref byte* next)
    {
        bits |= BinaryPrimitives.ReverseEndianness(*(ulong*)next) >> count;
        next += (63 - count) >> 3;
        count |= 56;
    }
}
