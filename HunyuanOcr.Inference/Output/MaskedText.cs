using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Output;

/// <summary>An answer with every box put in as one symbol, so that lines that differ in nothing but their place look equal.</summary>
internal sealed class MaskedText
{
    /// <summary>The symbol of a box; other symbols are UTF-16 units.</summary>
    public const int Box = -1;

    private readonly List<char> text = [];
    private readonly List<int> symbols = [];
    private readonly List<int> offsets = [];
    private readonly Dictionary<int, OcrBox> boxes = [];
    private int masked;

    public int Count => symbols.Count;

    /// <summary>The symbols; valid until the next <see cref="Append"/>.</summary>
    public ReadOnlySpan<int> Symbols => CollectionsMarshal.AsSpan(symbols);

    /// <summary>The box of a symbol that is one.</summary>
    public OcrBox BoxAt(int symbol) => boxes[symbol];

    /// <summary>Where a symbol starts in the text; for the count of symbols the end of the masked text.</summary>
    public int Offset(int symbol) => symbol < offsets.Count ? offsets[symbol] : masked;

    /// <summary>Takes new text in; text that may become a box waits unless it is the last.</summary>
    public void Append(ReadOnlySpan<char> piece, bool final)
    {
        text.AddRange(piece);
        ReadOnlySpan<char> all = CollectionsMarshal.AsSpan(text);
        while (masked < all.Length)
        {
            Reading reading = ReadBox(all, out int end, out OcrBox box);
            if (reading == Reading.Partial && !final)
                return;
            if (reading == Reading.Yes)
                boxes[symbols.Count] = box;
            symbols.Add(reading == Reading.Yes ? Box : all[masked]);
            offsets.Add(masked);
            masked = reading == Reading.Yes ? end : masked + 1;
        }
    }

    private Reading ReadBox(ReadOnlySpan<char> all, out int end, out OcrBox box)
    {
        switch (all[masked])
        {
            case '(': return Coordinates.ReadPair(all, masked, out end, out box);
            case '[': return Coordinates.ReadList(all, masked, out end, out box);
            case '<': return Coordinates.ReadQuad(all, masked, out end, out box);
            default:
                end = masked;
                box = default;
                return Reading.No;
        }
    }
}
