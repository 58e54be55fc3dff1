namespace HunyuanOcr.Inference.Imaging.Jpeg;

/// <summary>One Huffman code of a JPEG, ready to be looked up. A symbol tells how many zeros come before a coefficient and how many bits that has.</summary>
internal sealed class HuffmanCode
{
    /// <summary>Bits that are looked up at once.</summary>
    internal const int LookUpBits = 10;

    private const int LongestCode = 16;
    private const int MostDcBits = 15;

    private readonly int[] _limits = new int[LongestCode + 1];
    private readonly int[] _offsets = new int[LongestCode + 1];
    private readonly byte[] _symbols;

    private HuffmanCode(byte[] symbols) => _symbols = symbols;

    /// <summary>Whether every symbol is a number of bits alone, as first coefficients have it.</summary>
    internal bool IsDc { get; private set; }

    /// <summary>For each beginning of ten bits: coefficient above 16 bits, zeros before it from 8 bits on, bits of code and coefficient below, where all of it lies
    /// within the ten; else 0 above, symbol and bits of the code alone; 0 in all for codes that are longer.</summary>
    internal int[] LookUp { get; } = new int[1 << LookUpBits];

    /// <summary>Makes a code.</summary>
    /// <param name="counts">How many codes there are of 1 to 16 bits.</param>
    /// <param name="symbols">Their symbols, shortest code first.</param>
    /// <returns>Null where there is no such code.</returns>
    internal static HuffmanCode? Make(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        if (symbols.Length > 256)
            return null;
        HuffmanCode made = new(symbols.ToArray()) { IsDc = symbols.IndexOfAnyExceptInRange((byte)0, (byte)MostDcBits) < 0 };
        for (int length = 1, code = 0, known = 0; length <= LongestCode; length++, code <<= 1)
        {
            // A code of ones alone is not allowed, so there is always one more.
            if (code + counts[length - 1] >= 1 << length)
                return null;
            made._offsets[length] = known - code;
            for (int i = 0; i < counts[length - 1]; i++, code++, known++)
                if (length <= LookUpBits)
                    made.Know(code, length, symbols[known]);
            made._limits[length] = code << (LongestCode - length);
        }
        return made;
    }

    /// <summary>A code that is too long to be looked up.</summary>
    /// <param name="next">The next 16 bits.</param>
    /// <returns>Its symbol and length; 0 for a length where there is no such code.</returns>
    internal (int Symbol, int Length) Search(int next)
    {
        for (int length = LookUpBits + 1; length <= LongestCode; length++)
            if (next < _limits[length])
                return (_symbols[(next >> (LongestCode - length)) + _offsets[length]], length);
        return default;
    }

    /// <summary>What <paramref name="size"/> bits mean: the upper half of their range is positive, the lower negative.</summary>
    internal static int Extend(int bits, int size) => bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;

    private void Know(int code, int length, byte symbol)
    {
        int spare = LookUpBits - length, size = symbol & 15;
        for (int tail = 0; tail < 1 << spare; tail++)
        {
            int entry = (symbol << 8) | length;
            if (size > 0 && size <= spare)
                entry = (Extend(tail >> (spare - size), size) << 16) | ((symbol >> 4) << 8) | (length + size);
            LookUp[(code << spare) | tail] = entry;
        }
    }
}
