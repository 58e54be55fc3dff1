using System.Text;
using HunyuanOcr.Inference.Tokenization;

namespace HunyuanOcr.Inference.Prompting.Jinja;

/// <summary>A string value that remembers which of its parts a user wrote.</summary>
internal sealed class JinjaText
{
    // A list may hold one long text many times over, so that joining it asks for far more than was paid for it.
    private const int MostCharacters = 16_000_000;

    public static readonly JinjaText Empty = new([]);

    private JinjaText(IReadOnlyList<TextPiece> pieces)
    {
        Pieces = pieces;
        Value = string.Concat(pieces.Select(piece => piece.Text));
    }

    /// <summary>The parts in order; neighbours of one origin are joined, so that a special token's string is never cut.</summary>
    public IReadOnlyList<TextPiece> Pieces { get; }

    public string Value { get; }

    public static JinjaText Of(string text, bool fromUser = false) => text.Length == 0 ? Empty : new([new TextPiece(text, fromUser)]);

    public static JinjaText Concat(params IEnumerable<JinjaText> texts)
    {
        List<TextPiece> pieces = [];
        StringBuilder run = new();
        bool fromUser = false;
        long length = 0;
        foreach (TextPiece piece in texts.SelectMany(text => text.Pieces))
        {
            if (run.Length > 0 && piece.FromUser != fromUser)
            {
                pieces.Add(new TextPiece(run.ToString(), fromUser));
                run.Clear();
            }
            if ((length += piece.Text.Length) > MostCharacters)
                throw new FormatException($"a text of more than {MostCharacters:N0} characters is not supported");
            fromUser = piece.FromUser;
            run.Append(piece.Text);
        }
        if (run.Length > 0)
            pieces.Add(new TextPiece(run.ToString(), fromUser));
        return new JinjaText(pieces);
    }

    /// <summary>A part of the text.</summary>
    public JinjaText Slice(int start, int end)
    {
        List<TextPiece> kept = [];
        int at = 0;
        foreach (TextPiece piece in Pieces)
        {
            int from = Math.Max(start - at, 0), to = Math.Min(end - at, piece.Text.Length);
            if (from < to)
                kept.Add(piece with { Text = piece.Text[from..to] });
            at += piece.Text.Length;
        }
        return new JinjaText(kept);
    }

    /// <summary>Without white space at one or both ends.</summary>
    public JinjaText Trim(bool start, bool end)
    {
        int from = 0, to = Value.Length;
        while (start && from < to && char.IsWhiteSpace(Value[from]))
            from++;
        while (end && to > from && char.IsWhiteSpace(Value[to - 1]))
            to--;
        return Slice(from, to);
    }

    /// <summary>Each UTF-16 unit by itself.</summary>
    public IEnumerable<JinjaText> Letters() => Pieces.SelectMany(piece => piece.Text.Select(letter => Of(letter.ToString(), piece.FromUser)));

    /// <summary>Every part changed by itself.</summary>
    public JinjaText Map(Func<string, string> change) => new([.. Pieces.Select(piece => piece with { Text = change(piece.Text) }).Where(piece => piece.Text.Length > 0)]);

    public override string ToString() => Value;
}
