using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Recognise;

/// <summary>How confidences become words and colours.</summary>
/// <param name="Sure">Lines at or above are sure, lines below doubtful.</param>
/// <param name="Low">Lines and characters below are more doubtful still.</param>
public readonly record struct Sureness(double Sure, double Low)
{
    /// <summary>Lines at or above are sure, unless somebody asks for another limit.</summary>
    public const double Usual = 0.9;

    /// <summary>"sure", "doubt" or "low".</summary>
    public string Of(double confidence) => confidence >= Sure ? "sure" : confidence >= Low ? "doubt" : "low";

    /// <summary>A line cut into stretches of sure and doubtful characters. In a doubtful line without a doubtful character the least sure one counts, so that doubt always shows a place.</summary>
    public IReadOnlyList<(string Text, bool Doubtful)> Stretches(OcrLine line)
    {
        IReadOnlyList<float> shares = line.CharacterConfidences;
        if (shares.Count != line.Text.Length || line.Confidence >= Sure)
            return [(line.Text, false)];
        double low = Low;
        double limit = shares.Any(share => share < low) ? low : shares.DefaultIfEmpty(1).Min() + 1e-6;
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
