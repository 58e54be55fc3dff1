using System.Text;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Api;

/// <summary>A token's log-probability as chat answers tell it.</summary>
/// <param name="Token">Its text; empty where it holds a part of a character.</param>
/// <param name="Logprob">Natural logarithm of its probability.</param>
/// <param name="Bytes">Its text in UTF-8; null for an alternative that holds a part of a character.</param>
/// <param name="TopLogprobs">The likeliest tokens at its place.</param>
internal sealed record ChatTokenChance(string Token, double Logprob, int[]? Bytes, IReadOnlyList<ChatAlternative> TopLogprobs);

/// <summary>A token that could have come.</summary>
internal sealed record ChatAlternative(string Token, double Logprob, int[]? Bytes);

/// <summary>Log-probabilities of a chat answer or of a piece of one.</summary>
internal sealed record ChatChances(IReadOnlyList<ChatTokenChance> Content)
{
    /// <summary>Always null: the model refuses nothing.</summary>
    public string? Refusal { get; init; }
}

/// <summary>Log-probabilities of a completion or of a piece of one: four lists, one entry for each token.</summary>
internal sealed record TextChances(IReadOnlyList<string> Tokens, IReadOnlyList<double> TokenLogprobs, IReadOnlyList<Dictionary<string, double>>? TopLogprobs, IReadOnlyList<int> TextOffset);

/// <summary>Tells tokens' probabilities in the shapes of both routes.</summary>
internal static class TokenChances
{
    /// <summary>JSON knows no infinity.</summary>
    private const double Least = -9999;

    internal static ChatChances ForChat(IEnumerable<OcrToken> tokens, TokenTexts texts, int alternatives) => new([.. tokens.Select(token =>
    {
        string text = texts.Take(token);
        return new ChatTokenChance(text, Logprob(token.LogProbability), Bytes(text),
            [.. token.Alternatives.Take(alternatives).Select(other => new ChatAlternative(other.Text, Logprob(other.LogProbability), other.Text.Contains('\uFFFD', StringComparison.Ordinal) ? null : Bytes(other.Text)))]);
    })]);

    internal static TextChances ForText(IEnumerable<OcrToken> tokens, TokenTexts texts, int alternatives)
    {
        List<string> names = [];
        List<double> chances = [];
        List<int> offsets = [];
        List<Dictionary<string, double>> others = [];
        foreach (OcrToken token in tokens)
        {
            offsets.Add(texts.Offset);
            names.Add(texts.Take(token));
            chances.Add(Logprob(token.LogProbability));
            Dictionary<string, double> likeliest = new(StringComparer.Ordinal);
            foreach (OcrAlternative other in token.Alternatives.Take(alternatives))
                // Parts of characters read alike; the likeliest stands for them.
                likeliest.TryAdd(other.Text, Logprob(other.LogProbability));
            others.Add(likeliest);
        }
        return new(names, chances, alternatives > 0 ? others : null, offsets);
    }

    private static double Logprob(float value) => float.IsNaN(value) ? Least : Math.Clamp(value, Least, 0);

    private static int[] Bytes(string text) => [.. Encoding.UTF8.GetBytes(text)];
}
