using System.Globalization;
using System.Text.Json.Nodes;

namespace OnnxExport.Output;

/// <summary>export.json: where a model folder came from and what it holds. Written last: a folder that has it is whole.</summary>
internal static class ExportManifest
{
    public const string FileName = "export.json";

    /// <param name="folder">Where all other files have been written.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="sourceHash">See <see cref="Checkpoints.Checkpoint.Hash"/>.</param>
    /// <param name="created">Moment of the export.</param>
    public static void Write(PartialFolder folder, ExportOptions options, string sourceHash, DateTimeOffset created) => folder.WriteJson(FileName, new JsonObject
    {
        ["exporter"] = ExporterVersion.Text,
        ["source"] = new JsonObject { ["name"] = options.Name, ["sha256"] = sourceHash },
        ["target"] = options.Target.ToString().ToLowerInvariant(),
        ["precision"] = options.Precision.ToString().ToLowerInvariant(),
        ["vision_precision"] = options.VisionPrecision.ToString().ToLowerInvariant(),
        ["created"] = created.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["files"] = new JsonArray([.. folder.Files.Select(file => (JsonNode)new JsonObject
        {
            ["name"] = file.Name,
            ["bytes"] = file.Bytes,
            ["sha256"] = file.Sha256,
        })]),
    });
}
