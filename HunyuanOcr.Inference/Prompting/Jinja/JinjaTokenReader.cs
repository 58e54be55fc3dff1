namespace HunyuanOcr.Inference.Prompting.Jinja;

/// <summary>The words and signs of one tag, taken one after another.</summary>
internal sealed class JinjaTokenReader
{
    // A parse and an evaluation go as deep as the longest chain of operators; a process does not survive its stack.
    private const int MostTokens = 1000;
    private readonly IReadOnlyList<JinjaToken> tokens;
    private int position;

    /// <param name="tokens">All of the tag.</param>
    /// <param name="start">The first one to take: 1 behind the word of a statement.</param>
    /// <exception cref="FormatException">There are too many.</exception>
    public JinjaTokenReader(IReadOnlyList<JinjaToken> tokens, int start)
    {
        if (tokens.Count > MostTokens)
            throw new FormatException($"a tag of more than {MostTokens} words and signs is not supported");
        this.tokens = tokens;
        position = start;
    }

    public bool AtEnd => position >= tokens.Count;

    /// <summary>The next token, as messages call it.</summary>
    public string Here => AtEnd ? "the end of the tag" : tokens[position].Value;

    /// <summary>Takes the next token, whatever it is.</summary>
    public JinjaToken Next() => tokens[position++];

    public bool TakeName(string name) => Take(JinjaTokenKind.Name, name);

    public bool TakeSymbol(string symbol) => Take(JinjaTokenKind.Symbol, symbol);

    /// <summary>Whether a symbol comes; it stays.</summary>
    /// <param name="symbol">The symbol.</param>
    /// <param name="ahead">Tokens before it.</param>
    public bool IsSymbol(string symbol, int ahead = 0) => Is(JinjaTokenKind.Symbol, symbol, ahead);

    /// <summary>Takes two names where both come.</summary>
    public bool TakeNames(string first, string second)
    {
        if (!Is(JinjaTokenKind.Name, first, 0) || !Is(JinjaTokenKind.Name, second, 1))
            return false;
        position += 2;
        return true;
    }

    /// <summary>Takes any name.</summary>
    public string Name() => AtEnd || tokens[position].Kind != JinjaTokenKind.Name
        ? throw new FormatException($"a name is missing before {Here}")
        : tokens[position++].Value;

    public void Require(string symbol)
    {
        if (!TakeSymbol(symbol))
            throw new FormatException($"{symbol} is missing before {Here}");
    }

    /// <summary>Nothing may be left.</summary>
    public void End()
    {
        if (!AtEnd)
            throw new FormatException($"{Here} is not supported there");
    }

    private bool Take(JinjaTokenKind kind, string value)
    {
        if (!Is(kind, value, 0))
            return false;
        position++;
        return true;
    }

    private bool Is(JinjaTokenKind kind, string value, int ahead) =>
        position + ahead < tokens.Count && tokens[position + ahead].Kind == kind && tokens[position + ahead].Value == value;
}
