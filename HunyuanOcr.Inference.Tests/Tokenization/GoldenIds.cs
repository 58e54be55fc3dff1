using System.IO.Compression;
using System.Text.Json;

namespace HunyuanOcr.Inference.Tests.Tokenization;

/// <summary>Data/tokenizer/golden.json.gz; its README tells how it is made.</summary>
internal sealed class GoldenIds
{
    private static readonly Lazy<GoldenIds> Loaded = new(() => new GoldenIds());

    private GoldenIds()
    {
        using GZipStream stream = new(File.OpenRead(DemoModel.Data("tokenizer", "golden.json.gz")), CompressionMode.Decompress);
        using JsonDocument document = JsonDocument.Parse(stream);
        Root = document.RootElement.Clone();
        Cases = [.. Root.GetProperty("cases").EnumerateArray().Select(entry => (
            entry.GetProperty("text").GetString()!,
            Ids(entry.GetProperty("ids")),
            entry.TryGetProperty("parsed", out JsonElement parsed) ? Ids(parsed) : Ids(entry.GetProperty("ids"))))];
    }

    public static GoldenIds Instance => Loaded.Value;

    public JsonElement Root { get; }

    public IReadOnlyList<(string Text, int[] Ordinary, int[] Parsed)> Cases { get; }

    public static int[] Ids(JsonElement list) => [.. list.EnumerateArray().Select(id => id.GetInt32())];
}
