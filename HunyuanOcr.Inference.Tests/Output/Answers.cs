using HunyuanOcr.Inference.Output;

namespace HunyuanOcr.Inference.Tests.Output;

/// <summary>Answers for tests of parsers: one token a character, unless the test says otherwise.</summary>
internal static class Answers
{
    public static ConfidenceMap Of(string text, double probability = 0.5)
    {
        ConfidenceMap answer = new();
        foreach (char letter in text)
            answer.Append(letter.ToString(), (float)Math.Log(probability), insideCharacter: false);
        return answer;
    }

    /// <summary>The lines of an answer that comes in pieces of a size.</summary>
    public static List<OcrLine> Lines(string text, int size = 1, bool expectBoxes = true)
    {
        ConfidenceMap answer = new();
        SpottingParser parser = new(answer, expectBoxes);
        List<OcrLine> lines = [];
        foreach (char[] part in text.Chunk(size))
        {
            answer.Append(new string(part), -0.1f, insideCharacter: false);
            lines.AddRange(parser.Advance(answer.Length));
        }
        lines.AddRange(parser.Finish());
        return lines;
    }

    public static string Show(IEnumerable<OcrLine> lines) =>
        string.Join(" / ", lines.Select(line => line.Box is { } box ? $"{line.Text}@{box.Left},{box.Top},{box.Right},{box.Bottom}" : line.Text));
}
