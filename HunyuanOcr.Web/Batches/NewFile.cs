using HunyuanOcr.Web.Documents;

namespace HunyuanOcr.Web.Batches;

/// <summary>A file on its way into a batch: a document, or the reason why it is none.</summary>
internal sealed record NewFile(string Name, long Bytes, StoredDocument? Document, DocumentRefusal? Refusal)
{
    /// <summary>Pages that it brings; a refused file is one row.</summary>
    internal int Pages => Document?.Pages ?? 1;

    internal static NewFile Of(StoredDocument document) => new(document.Name, document.Bytes, document, null);

    internal static NewFile Of(DocumentRefusal refusal) => new(refusal.Name, refusal.Bytes, null, refusal);
}
