using HunyuanOcr.Web.Persistence;

namespace HunyuanOcr.Web.Batches;

/// <summary>A batch in a list.</summary>
internal sealed record BatchSummary(string Id, string Name, BatchState State, DateTimeOffset CreatedAt, int Pages, int Done, int Failed);
