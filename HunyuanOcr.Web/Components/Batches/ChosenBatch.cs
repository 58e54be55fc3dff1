namespace HunyuanOcr.Web.Components.Batches;

/// <summary>Where files go that were chosen or dropped, as the browser is told.</summary>
/// <param name="Batch">The batch's id.</param>
/// <param name="Place">The first file's place in it.</param>
public sealed record ChosenBatch(string Batch, int Place);
