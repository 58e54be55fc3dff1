using HunyuanOcr.Inference;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Tests.Persistence;

/// <summary>Runs to be kept.</summary>
internal static class Rows
{
    internal static DateTimeOffset Moment { get; } = new(2026, 6, 16, 12, 0, 0, TimeSpan.Zero);

    internal static RunView View(string text = "西湖龙井 Longjing", string owner = "owner", string name = "tea.png", TaskKind kind = TaskKind.Read, RunPhase phase = RunPhase.Done, StoredDocument? document = null)
    {
        OcrLine line = ScriptedAnswer.Line(text, new OcrBox(10, 20, 300, 40), 0.62, 0);
        return new()
        {
            Id = Guid.NewGuid().ToString("N"),
            Task = new ReadingTask { Kind = kind, Prompt = "added", LargestSide = 512, DoubtfulBelow = 0.8 },
            Document = document ?? new(Guid.NewGuid().ToString("N"), owner, name, new string('a', 64), "image/png", 1000, 64, 64, Moment),
            Phase = phase,
            Ahead = 0,
            Page = new OcrPageSize(3508, 4961, 768, 1088),
            Lines = [line],
            Tail = "",
            Tokens = 7,
            Queue = TimeSpan.FromMilliseconds(5),
            Picture = TimeSpan.FromMilliseconds(6),
            Text = TimeSpan.FromMilliseconds(7),
            FirstToken = TimeSpan.FromMilliseconds(8),
            Total = TimeSpan.FromMilliseconds(900),
            Result = phase != RunPhase.Done ? null : new OcrResult
            {
                Text = text + "(10,20),(300,40)",
                Lines = [line],
                Fields = kind == TaskKind.Fields ? [new OcrField("Total", null, 0.5)] : [],
                Tokens = [.. Enumerable.Repeat(new OcrToken(1, 0, 1, []), 7)],
                FinishReason = OcrFinishReason.Length,
                PromptTokens = 300,
                ImageTokens = 280,
                Pages = [new OcrPageSize(3508, 4961, 768, 1088)],
                Timings = new OcrTimings(default, default, default, default, TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(8), TimeSpan.FromSeconds(3)),
            },
            By = new ReadBy("model", "hash", "fp32", "cpu"),
            Fault = phase == RunPhase.Failed ? new RunFault("engine", "out of memory", "r") : null,
        };
    }

    internal static Run Row(string text = "西湖龙井 Longjing", string owner = "owner", string name = "tea.png", TaskKind kind = TaskKind.Read, RunPhase phase = RunPhase.Done, DateTimeOffset? at = null) =>
        RunRecord.Of(View(text, owner, name, kind, phase), at ?? Moment);
}
