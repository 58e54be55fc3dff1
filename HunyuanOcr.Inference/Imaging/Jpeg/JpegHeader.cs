using System.Buffers.Binary;

namespace HunyuanOcr.Inference.Imaging.Jpeg;

/// <summary>What stands before the first pixel of a plain JPEG: baseline or extended Huffman coding, 8 bits, one scan of Y, Cb and Cr,
/// chroma whole, halved across, or halved both ways, no restart markers.</summary>
internal sealed class JpegHeader
{
    internal const int Components = 3;

    private readonly short[]?[] _quantisers = new short[4][];
    private readonly HuffmanCode?[] _dc = new HuffmanCode[4];
    private readonly HuffmanCode?[] _ac = new HuffmanCode[4];
    private readonly byte[] _ids = new byte[Components];
    private readonly byte[] _quantiserOf = new byte[Components];
    private bool _jfif;
    private int? _adobe;

    private JpegHeader()
    {
    }

    /// <summary>Pixels across.</summary>
    internal int Width { get; private set; }

    /// <summary>Pixels down.</summary>
    internal int Height { get; private set; }

    /// <summary>Columns of luma for one of chroma, 1 or 2.</summary>
    internal int Across { get; private set; }

    /// <summary>Rows of luma for one of chroma, 1 or 2; never 2 where <see cref="Across"/> is 1.</summary>
    internal int Down { get; private set; }

    /// <summary>Of each component 64 factors, row by row.</summary>
    internal short[][] Quantisers { get; } = new short[Components][];

    /// <summary>Codes of each component's first coefficients.</summary>
    internal HuffmanCode[] Dc { get; } = new HuffmanCode[Components];

    /// <summary>Codes of each component's other coefficients.</summary>
    internal HuffmanCode[] Ac { get; } = new HuffmanCode[Components];

    /// <summary>Where the coded pixels begin in the file.</summary>
    internal int ScanStart { get; private set; }

    /// <summary>Reads the segments before the pixels; null where the file is not plain or not right in every detail.</summary>
    internal static JpegHeader? Read(ReadOnlySpan<byte> file)
    {
        JpegHeader header = new();
        for (int at = 2; at + 4 <= file.Length && file[at] == 0xFF;)
        {
            byte marker = file[at + 1];
            int length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (length < 2 || at + 2 + length > file.Length)
                return null;
            ReadOnlySpan<byte> segment = file.Slice(at + 4, length - 2);
            at += 2 + length;
            if (marker != 0xDA)
            {
                if (!header.Take(marker, segment))
                    return null;
                continue;
            }
            header.ScanStart = at;
            return header.TakeScan(segment) ? header : null;
        }
        return null;
    }

    private bool Take(byte marker, ReadOnlySpan<byte> segment)
    {
        switch (marker)
        {
            case 0xC0 or 0xC1:
                return TakeFrame(segment);
            case 0xC4:
                return TakeCodes(segment);
            case 0xDB:
                return TakeQuantisers(segment);
            case 0xDD:
                return segment is [0, 0];
            case 0xE0:
                _jfif |= segment.Length >= 14 && segment.StartsWith("JFIF\0"u8);
                return true;
            case 0xEE:
                _adobe = segment.Length >= 12 && segment.StartsWith("Adobe"u8) ? segment[11] : _adobe;
                return true;
            default:
                return marker is (>= 0xE0 and <= 0xEF) or 0xFE;
        }
    }

    private bool TakeFrame(ReadOnlySpan<byte> segment)
    {
        if (Width != 0 || segment.Length != 6 + (3 * Components) || segment[0] != 8 || segment[5] != Components)
            return false;
        (Height, Width) = (BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), BinaryPrimitives.ReadUInt16BigEndian(segment[3..]));
        for (int component = 0; component < Components; component++)
        {
            ReadOnlySpan<byte> facts = segment.Slice(6 + (3 * component), 3);
            (_ids[component], _quantiserOf[component]) = (facts[0], facts[2]);
            if (component == 0)
                (Across, Down) = (facts[1] >> 4, facts[1] & 15);
            else if (facts[1] != 0x11)
                return false;
        }
        return Width > 0 && Height > 0 && (Across, Down) is (1, 1) or (2, 1) or (2, 2);
    }

    private bool TakeQuantisers(ReadOnlySpan<byte> segment)
    {
        for (; segment.Length > BlockOrder.Count; segment = segment[(1 + BlockOrder.Count)..])
        {
            // The upper half tells of 16 bits.
            if (segment[0] > 3)
                return false;
            short[] factors = new short[BlockOrder.Count];
            for (int i = 0; i < factors.Length; i++)
                factors[BlockOrder.Natural[i]] = segment[1 + i];
            _quantisers[segment[0]] = factors;
        }
        return segment.IsEmpty;
    }

    private bool TakeCodes(ReadOnlySpan<byte> segment)
    {
        while (segment.Length > 16)
        {
            int place = segment[0] & 15, symbols = 0;
            foreach (byte count in segment[1..17])
                symbols += count;
            if (segment[0] >> 4 > 1 || place > 3 || 17 + symbols > segment.Length || HuffmanCode.Make(segment[1..17], segment.Slice(17, symbols)) is not { } code)
                return false;
            (segment[0] >> 4 == 0 ? _dc : _ac)[place] = code;
            segment = segment[(17 + symbols)..];
        }
        return segment.IsEmpty;
    }

    private bool TakeScan(ReadOnlySpan<byte> segment)
    {
        // All components, in the frame's order, all 64 coefficients in full precision.
        if (Width == 0 || segment.Length != 10 || segment[0] != Components || segment is not [.., 0, 63, 0] || !IsLumaAndChroma())
            return false;
        for (int component = 0; component < Components; component++)
        {
            (byte id, byte codes) = (segment[1 + (2 * component)], segment[2 + (2 * component)]);
            if (id != _ids[component] || codes >> 4 > 3 || (codes & 15) > 3 || _quantiserOf[component] > 3)
                return false;
            if (_dc[codes >> 4] is not { IsDc: true } dc || _ac[codes & 15] is not { } ac || _quantisers[_quantiserOf[component]] is not { } quantiser)
                return false;
            (Dc[component], Ac[component], Quantisers[component]) = (dc, ac, quantiser);
        }
        return true;
    }

    /// <summary>As libjpeg guesses it, where it guesses without doubt.</summary>
    private bool IsLumaAndChroma() => _jfif || _adobe == 1 || (_adobe is null && _ids is [1, 2, 3]);
}
