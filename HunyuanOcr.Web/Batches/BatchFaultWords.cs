using System.Text.Json;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Language;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Batches;

/// <summary>Why a file or page of a batch has no text, in the visitor's language: what was wrong and what to do.</summary>
internal static class BatchFaultWords
{
    /// <summary>A reason as it lies in the database.</summary>
    internal static RunFault? Read(string? json) => json is null ? null : JsonSerializer.Deserialize<RunFault>(json);

    internal static string Of(RunFault fault, Words words)
    {
        if (fault.Refusal is not { } refusal)
            return words["failed." + fault.Code];
        (string title, _, string remedy) = RefusalWords.Of(refusal, words);
        return words.Format("batch.fault", title, remedy);
    }

    /// <summary>Of a page: its reason, or where it is as long as it has none.</summary>
    internal static string? Of(BatchItem item, Words words) => item switch
    {
        { State: BatchItemState.Done, Notes: "" } => null,
        { State: BatchItemState.Done } => words["batch.note." + item.Notes],
        { State: BatchItemState.Failed } => Of(Read(item.Fault) ?? new RunFault("internal", "", item.Id), words),
        _ => words["batch.state." + item.State],
    };
}
