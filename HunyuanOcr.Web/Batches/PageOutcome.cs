using HunyuanOcr.Inference;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Batches;

/// <summary>How the reading of a page ended.</summary>
/// <param name="Fault">Why it failed; null where it did not.</param>
/// <param name="HasRun">Whether there is a run to open.</param>
/// <param name="Lines">Rows that it adds to a table.</param>
/// <param name="Doubtful">Doubtful lines.</param>
/// <param name="Seconds">Time of the reading.</param>
/// <param name="Notes">"length" or "repetition" where the answer was cut.</param>
internal sealed record PageOutcome(RunFault? Fault, bool HasRun = false, int Lines = 0, int Doubtful = 0, double Seconds = 0, string Notes = "")
{
    internal static PageOutcome Of(RunView view) => new(
        view.Phase == RunPhase.Done ? null : view.Fault ?? new RunFault("internal", "", view.Id),
        HasRun: true,
        RunTable.Of([new RunPage(1, view)]).Rows.Count,
        view.Lines.Count(line => line.Confidence < view.Task.DoubtfulBelow),
        view.Total.TotalSeconds,
        view.Result?.FinishReason switch { OcrFinishReason.Length => "length", OcrFinishReason.Repetition => "repetition", _ => "" });
}
