namespace HunyuanOcr.Inference.Tokenization;

/// <summary>Cuts text into the pieces that BPE merges within: one isolated split after another.</summary>
/// <param name="splits">Applied in order, each to every piece of the one before; a match and the gap before it become pieces of their own.</param>
internal sealed class PreTokenizer(IReadOnlyList<RunePattern> splits)
{
    /// <summary>The expression that ByteLevel brings where its use_regex is true (GPT-2's).</summary>
    public const string ByteLevelExpression = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>Receives one piece.</summary>
    public delegate void PieceReceiver(ReadOnlySpan<char> piece);

    /// <summary>Hands the pieces of well-formed UTF-16 text over in order; none is empty.</summary>
    public void Split(ReadOnlySpan<char> text, PieceReceiver receive) => Split(text, 0, receive);

    private void Split(ReadOnlySpan<char> text, int level, PieceReceiver receive)
    {
        if (text.IsEmpty)
            return;
        if (level == splits.Count)
        {
            receive(text);
            return;
        }
        RunePattern pattern = splits[level];
        int gap = 0, position = 0;
        while (position < text.Length)
        {
            int end = pattern.MatchAt(text, position);
            if (end <= position)
            {
                RunePattern.RuneAt(text, position, out int units);
                position += units;
                continue;
            }
            Split(text[gap..position], level + 1, receive);
            Split(text[position..end], level + 1, receive);
            gap = position = end;
        }
        Split(text[gap..], level + 1, receive);
    }
}
