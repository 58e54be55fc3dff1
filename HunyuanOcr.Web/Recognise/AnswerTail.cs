using System.Text.RegularExpressions;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Recognise;

/// <summary>The part of a growing answer behind its last complete line, as a reader wants to see it: without coordinates, whole or begun.</summary>
internal static partial class AnswerTail
{
    /// <param name="answer">All text so far.</param>
    /// <param name="last">The last complete line; null where there is none yet.</param>
    internal static string Of(string answer, OcrLine? last)
    {
        int start = last is null ? 0 : Math.Min(answer.Length, last.Start + last.Text.Length);
        string rest = answer[start..];
        if (last is not null)
            rest = Coordinates().Replace(rest, "", 1);
        rest = LeadingPositions().Replace(rest, "", 1);
        return BegunCoordinates().Replace(rest, "").TrimStart('\n', '\r').TrimEnd('\n', '\r');
    }

    [GeneratedRegex(@"^\s*\(\d{1,4},\s*\d{1,4}\),\s*\(\d{1,4},\s*\d{1,4}\)")]
    private static partial Regex Coordinates();

    [GeneratedRegex(@"^(<pos_\d{1,4}>)+(<(p(o(s(_\d{0,4})?)?)?)?)?$|^(<pos_\d{1,4}>)+|^<(p(o(s(_\d{0,4})?)?)?)?$")]
    private static partial Regex LeadingPositions();

    [GeneratedRegex(@"\((\d{1,4}(,\s*(\d{1,4}(\)(,\s*(\((\d{0,4}(,\s*\d{0,4}\)?)?)?)?)?)?)?)?)?$")]
    private static partial Regex BegunCoordinates();
}
