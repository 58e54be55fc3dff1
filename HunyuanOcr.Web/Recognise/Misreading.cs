using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Recognise;

/// <summary>What a doubtful place of a value may be instead: the token that the model nearly wrote there.</summary>
/// <param name="Read">The characters in doubt, as they were read.</param>
/// <param name="Instead">What they may be.</param>
internal sealed record Misreading(string Read, string Instead)
{
    /// <summary>An alternative that is less likely than this is none.</summary>
    private const double Least = 0.02;

    /// <summary>The least sure place of a field's value for which there is an alternative of the same length; null where there is none.</summary>
    internal static Misreading? Of(OcrResult result, OcrField field)
    {
        // A value with escapes stands in the answer as other characters: places cannot be told.
        if (field.Value is not { Length: > 0 } value || field.Start < 0 || field.Start + value.Length > result.Text.Length
            || !result.Text.AsSpan(field.Start, value.Length).SequenceEqual(value))
            return null;
        int from = 0;
        (float Log, Misreading? Best) found = (0, null);
        foreach (OcrToken token in result.Tokens)
        {
            int start = from, end = from = Math.Clamp(token.TextLength, from, result.Text.Length);
            if (end > field.Start && start < field.Start + value.Length && token.LogProbability < found.Log
                && Of(result.Text[start..end], start - field.Start, value.Length, token.Alternatives) is { } better)
                found = (token.LogProbability, better);
        }
        return found.Best;
    }

    /// <param name="read">A token's text.</param>
    /// <param name="at">Where it starts in the value; before the value where negative.</param>
    /// <param name="length">Of the value.</param>
    /// <param name="alternatives">Of the token.</param>
    private static Misreading? Of(string read, int at, int length, IReadOnlyList<OcrAlternative> alternatives)
    {
        foreach (OcrAlternative other in alternatives.Where(other => other.Text != read && other.Text.Length == read.Length && Math.Exp(other.LogProbability) >= Least))
        {
            int first = 0, last = read.Length - 1;
            while (read[first] == other.Text[first])
                first++;
            while (read[last] == other.Text[last])
                last--;
            (string doubted, string instead) = (read[first..(last + 1)], other.Text[first..(last + 1)]);
            if (at + first >= 0 && at + last < length && (doubted + instead).All(IsReadable))
                return new(doubted, instead);
        }
        return null;
    }

    private static bool IsReadable(char letter) => letter is not ('\uFFFD' or '"') && !char.IsWhiteSpace(letter) && !char.IsControl(letter) && !char.IsSurrogate(letter);
}
