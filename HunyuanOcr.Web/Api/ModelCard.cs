namespace HunyuanOcr.Web.Api;

/// <summary>What GET /v1/models tells of a model.</summary>
/// <param name="Id">The name that requests may use.</param>
/// <param name="Object">Always <c>model</c>.</param>
/// <param name="Created">When it was exported, in seconds since 1970.</param>
/// <param name="OwnedBy">Whose it is.</param>
/// <param name="Root">The loaded model's own name; another than <paramref name="Id"/> for an alias.</param>
/// <param name="MaxModelLen">Tokens of prompt and answer together.</param>
/// <param name="MaxPixels">Pixels that the model sees of one picture at most.</param>
/// <param name="Revision">The pinned beginning of the hash of its weights, where the operator pinned one.</param>
/// <param name="SourceSha256">SHA-256 over the checkpoint's weights.</param>
/// <param name="Precision">Of the loaded weights.</param>
/// <param name="ExporterVersion">Of the exporter that wrote them.</param>
internal sealed record ModelCard(string Id, string Object, long Created, string OwnedBy, string Root, int MaxModelLen, long MaxPixels, string? Revision, string SourceSha256, string Precision, string ExporterVersion);

/// <summary>The answer of GET /v1/models.</summary>
internal sealed record ModelList(string Object, IReadOnlyList<ModelCard> Data);
