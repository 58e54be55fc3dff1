using System.Text.Json;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Batches;

/// <summary>A batch at one moment, as the page draws it.</summary>
public sealed class BatchView
{
    /// <summary>Pages ended this long ago still count for the pace.</summary>
    private static readonly TimeSpan _recent = TimeSpan.FromMinutes(2);

    private BatchView(Batch batch, IReadOnlyList<BatchFile> files, double pagesAMinute)
    {
        Batch = batch;
        Files = files;
        PagesAMinute = pagesAMinute;
        Task = JsonSerializer.Deserialize<ReadingTask>(batch.Options) ?? new();
    }

    internal Batch Batch { get; }

    /// <summary>Its files in order.</summary>
    internal IReadOnlyList<BatchFile> Files { get; }

    /// <summary>Pace of the last minutes; 0 where it is not known.</summary>
    internal double PagesAMinute { get; }

    internal ReadingTask Task { get; }

    internal int Pages => Files.Sum(file => file.Pages);

    internal int PagesLeft => Files.Sum(file => file.Pages - file.Ended);

    internal int Failed => Count(BatchItemState.Failed);

    /// <summary>Failed files that can be tried again.</summary>
    internal int Retriable => Files.Count(file => file.State == BatchItemState.Failed && file.CanRetry);

    internal bool Works => Batch.State is BatchState.Running or BatchState.Paused && PagesLeft > 0;

    internal int Count(BatchItemState state) => Files.Count(file => file.State == state);

    internal static BatchView Of(Batch batch, IReadOnlyCollection<BatchItem> items, Func<string, (int Lines, double Seconds)> soFar, DateTimeOffset now)
    {
        int ahead = 0;
        List<BatchFile> files = [];
        foreach (IGrouping<string, BatchItem> pages in items.GroupBy(item => item.FileId).OrderBy(pages => pages.First().Position).ThenBy(pages => pages.First().FileName, StringComparer.Ordinal).ThenBy(pages => pages.Key, StringComparer.Ordinal))
        {
            BatchFile file = BatchFile.Of([.. pages.OrderBy(item => item.Page)], soFar);
            files.Add(file.State == BatchItemState.Waiting ? file with { Ahead = ahead } : file);
            ahead += file.State is BatchItemState.Waiting or BatchItemState.Reading ? 1 : 0;
        }
        List<BatchItem> recent = [.. items.Where(item => item.State == BatchItemState.Done && item.EndedAt > now - _recent)];
        double minutes = recent.Count == 0 ? 0 : (now - recent.Min(item => item.EndedAt!.Value.AddSeconds(-item.Seconds))).TotalMinutes;
        return new(batch, files, recent.Count > 1 && minutes > 0 ? recent.Count / minutes : 0);
    }
}
