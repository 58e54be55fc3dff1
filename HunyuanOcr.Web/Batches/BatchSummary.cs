using HunyuanOcr.Web.Persistence;

namespace HunyuanOcr.Web.Batches;

/// <summary>A batch in a list.</summary>
/// <param name="Id">Names it in addresses.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="State">Where it is.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Pages">Pages in all.</param>
/// <param name="Done">Pages that were read.</param>
/// <param name="Failed">Pages that could not be read.</param>
public sealed record BatchSummary(string Id, string Name, BatchState State, DateTimeOffset CreatedAt, int Pages, int Done, int Failed);
