using System.Text.Encodings.Web;
using System.Text.Json;

namespace HunyuanOcr.Web.Recognise;

/// <summary>A stretch of JSON in one colour.</summary>
/// <param name="Text">As it stands in the JSON.</param>
/// <param name="IsName">The name of a property.</param>
/// <param name="IsText">A string.</param>
internal readonly record struct JsonPiece(string Text, bool IsName = false, bool IsText = false);

/// <summary>JSON as people scan it: one row for a property or for an item of a list, whatever lies deeper within the row. Joined, the rows are the same JSON.</summary>
internal static class JsonRows
{
    /// <param name="json">An object, as UTF-8.</param>
    internal static IReadOnlyList<IReadOnlyList<JsonPiece>> Of(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        List<IReadOnlyList<JsonPiece>> rows = [[new("{")]];
        JsonProperty[] properties = [.. document.RootElement.EnumerateObject()];
        foreach ((JsonProperty property, bool last) in properties.Select((property, index) => (property, index == properties.Length - 1)))
        {
            List<JsonPiece> row = [new("  "), Name(property), new(": ")];
            rows.Add(row);
            if (property.Value.ValueKind == JsonValueKind.Array && property.Value.GetArrayLength() > 0 && property.Value[0].ValueKind == JsonValueKind.Object)
            {
                row.Add(new("["));
                int left = property.Value.GetArrayLength();
                foreach (JsonElement item in property.Value.EnumerateArray())
                    rows.Add([new("    "), .. Within(item), new(--left > 0 ? "," : "")]);
                rows.Add([new(last ? "  ]" : "  ],")]);
            }
            else
            {
                row.AddRange(Within(property.Value));
                row.Add(new(last ? "" : ","));
            }
        }
        rows.Add([new("}")]);
        return rows;
    }

    private static IEnumerable<JsonPiece> Within(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                string before = "{ ";
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    yield return new(before);
                    yield return Name(property);
                    yield return new(": ");
                    foreach (JsonPiece piece in Within(property.Value))
                        yield return piece;
                    before = ", ";
                }
                yield return new(before == "{ " ? "{ }" : " }");
                break;
            case JsonValueKind.String:
                yield return new(Quoted(value.GetString()!), IsText: true);
                break;
            default:
                yield return new(value.GetRawText());
                break;
        }
    }

    private static JsonPiece Name(JsonProperty property) => new(Quoted(property.Name), IsName: true);

    // Drawn as text, so that letters of all scripts stay letters.
    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
