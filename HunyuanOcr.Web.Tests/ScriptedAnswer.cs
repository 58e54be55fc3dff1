using System.Runtime.CompilerServices;
using System.Text;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Tests;

/// <summary>An answer with known lines, streamed a few characters at a time as a model would.</summary>
internal sealed record ScriptedAnswer(IReadOnlyList<(string Text, OcrBox? Box, double Confidence)> Lines)
{
    /// <summary>Seven lines, one of them doubtful at its "0".</summary>
    internal static ScriptedAnswer Invoice { get; } = new(
    [
        ("珠海兰亭光学有限公司", new OcrBox(161, 56, 468, 79), 0.974),
        ("Zhuhai Lanting Optics Co., Ltd.", new OcrBox(161, 84, 428, 100), 0.968),
        ("INVOICE", new OcrBox(719, 52, 926, 87), 0.986),
        ("Invoice No. 发票号", new OcrBox(597, 137, 731, 150), 0.964),
        ("LT-2024-0318", new OcrBox(822, 137, 926, 150), 0.62),
        ("Total due (net), USD 8,477.96", new OcrBox(650, 655, 926, 672), 0.997),
        ("Page 1 of 1", new OcrBox(806, 958, 926, 972), 0.45),
    ]);

    /// <summary>Many lines, for scrolling and speed.</summary>
    internal static ScriptedAnswer Long(int lines) => new([.. Enumerable.Range(1, lines).Select(i => ($"Line number {i} of the long page", (OcrBox?)new OcrBox(100 + (i % 2 * 400), (i * 900 / lines) + 20, 480 + (i % 2 * 400), (i * 900 / lines) + 30), 0.97))]);

    internal OcrFinishReason Reason { get; init; } = OcrFinishReason.Stop;

    internal OcrPageSize Page { get; init; } = new(1240, 1754, 544, 768);

    internal IReadOnlyList<OcrField> Fields { get; init; } = [];

    /// <summary>Streamed without lines instead, as documents and translations are.</summary>
    internal string? Plain { get; init; }

    /// <summary>Documents ahead before this one's turn.</summary>
    internal int Ahead { get; init; }

    /// <summary>Time between two pieces of text.</summary>
    internal TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Waits here while it is queued; null goes on at once.</summary>
    internal Task? HoldInQueue { get; init; }

    /// <summary>Waits here once this many lines are complete.</summary>
    internal (int Lines, Task Until)? Hold { get; init; }

    /// <summary>Fails once this many lines are complete.</summary>
    internal (int Lines, Exception Error)? Fail { get; init; }

    internal async IAsyncEnumerable<OcrEvent> PlayAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new OcrQueued(Ahead);
        if (HoldInQueue is not null)
            await HoldInQueue.WaitAsync(cancellationToken);
        yield return new OcrReading([Page]);
        List<OcrLine> lines = [];
        List<OcrToken> tokens = [];
        StringBuilder answer = new();
        for (int from = 0; Plain is not null && from < Plain.Length; from += 8)
        {
            string piece = Plain[from..Math.Min(Plain.Length, from + 8)];
            answer.Append(piece);
            tokens.Add(new OcrToken(tokens.Count, -0.01f, answer.Length, []));
            yield return new OcrDelta(piece, [tokens[^1]], []);
        }
        for (int i = 0; i <= Lines.Count; i++)
        {
            if (Fail is { } fail && fail.Lines == i)
                throw fail.Error;
            if (Hold is { } hold && hold.Lines == i)
                await hold.Until.WaitAsync(cancellationToken);
            if (i == Lines.Count)
                break;
            (string text, OcrBox? box, double confidence) = Lines[i];
            int start = answer.Length;
            string written = box is { } at ? $"{text}({at.Left},{at.Top}),({at.Right},{at.Bottom})" : text + "\n";
            for (int from = 0; from < written.Length; from += 3)
            {
                string piece = written[from..Math.Min(written.Length, from + 3)];
                answer.Append(piece);
                OcrToken token = new(tokens.Count, -0.01f, answer.Length, []);
                tokens.Add(token);
                bool complete = from + 3 >= written.Length;
                if (complete)
                    lines.Add(Line(text, box, confidence, start));
                if (Pace > TimeSpan.Zero)
                    await Task.Delay(Pace, cancellationToken);
                yield return new OcrDelta(piece, [token], complete ? [lines[^1]] : []);
            }
        }
        yield return new OcrFinished(new OcrResult
        {
            Text = answer.ToString(),
            Lines = lines,
            Fields = Fields,
            Tokens = tokens,
            FinishReason = Reason,
            PromptTokens = 300,
            ImageTokens = 280,
            Pages = [Page],
            Timings = new OcrTimings(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(180), TimeSpan.FromMilliseconds(120), TimeSpan.FromSeconds(5.18), TimeSpan.FromMilliseconds(420), TimeSpan.FromSeconds(5.6)),
        });
    }

    internal static OcrLine Line(string text, OcrBox? box, double confidence, int start)
    {
        float[] shares = [.. Enumerable.Repeat(0.99f, text.Length)];
        if (confidence < 0.9 && text.Length > 0)
            shares[text.LastIndexOf('0') is >= 0 and int zero ? zero : 0] = 0.4f;
        return new OcrLine(text, box, confidence, shares, start);
    }
}
