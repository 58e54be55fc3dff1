using HunyuanOcr.Web.Language;

namespace HunyuanOcr.Web.Recognise;

/// <summary>Sets of field names for common documents, in the page's language.</summary>
public static class FieldPresets
{
    /// <summary>Keys of the sets.</summary>
    public static IReadOnlyList<string> Names { get; } = ["invoice", "receipt", "idcard", "card", "waybill"];

    /// <summary>The field names of a set.</summary>
    public static IReadOnlyList<string> Of(string name, Words words) => TaskPrefix.FieldNames(words[$"preset.{name}.fields"]);
}
