using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Recognise;

/// <summary>How confidences become words and colours: 90 % and up is sure, below that doubtful, below the engine's threshold low.</summary>
public static class Sureness
{
    /// <summary>Lines at or above are sure.</summary>
    public const double Sure = 0.9;

    /// <summary>"sure", "doubt" or "low".</summary>
    public static string Of(double confidence, double low) => confidence >= Sure ? "sure" : confidence >= low ? "doubt" : "low";

    /// <summary>A line cut into stretches of sure and doubtful characters. In a doubtful line without a doubtful character the least sure one counts, so that doubt always shows a place.</summary>
    /// <param name="line">The line.</param>
    /// <param name="below">Characters below are doubtful.</param>
    public static IReadOnlyList<(string Text, bool Doubtful)> Stretches(OcrLine line, double below)
    {
        IReadOnlyList<float> shares = line.CharacterConfidences;
        if (shares.Count != line.Text.Length || line.Confidence >= Sure)
            return [(line.Text, false)];
        double limit = shares.Any(share => share < below) ? below : shares.DefaultIfEmpty(1).Min() + 1e-6;
        List<(string, bool)> stretches = [];
        int start = 0;
        for (int at = 1; at <= line.Text.Length; at++)
            // Both halves of a character beyond the basic plane stay together.
            if (at == line.Text.Length || ((shares[at] < limit) != (shares[start] < limit) && !char.IsLowSurrogate(line.Text[at])))
            {
                stretches.Add((line.Text[start..at], shares[start] < limit));
                start = at;
            }
        return stretches;
    }
}
