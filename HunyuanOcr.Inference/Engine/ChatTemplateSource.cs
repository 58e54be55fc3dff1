using System.Text.Json;
using HunyuanOcr.Inference.Checkpoints;

namespace HunyuanOcr.Inference.Engine;

/// <summary>The checkpoint's chat template and the strings that it may name.</summary>
/// <param name="Template">Jinja; null where the checkpoint has none.</param>
/// <param name="Variables">bos_token and the like.</param>
internal sealed record ChatTemplateSource(string? Template, IReadOnlyDictionary<string, string> Variables)
{
    private const string TemplateName = "chat_template.jinja", ConfigurationName = "tokenizer_config.json";

    /// <summary>Reads chat_template.jinja, or what tokenizer_config.json holds in its place.</summary>
    /// <exception cref="OcrConfigurationException">A file cannot be read.</exception>
    public static ChatTemplateSource Read(ModelFolder folder)
    {
        Dictionary<string, string> variables = new(StringComparer.Ordinal);
        string? template = null;
        try
        {
            if (File.Exists(folder.PathOf(ConfigurationName)))
            {
                using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(folder.PathOf(ConfigurationName)));
                foreach (JsonProperty entry in document.RootElement.EnumerateObject())
                {
                    if (entry.Name == "chat_template" && entry.Value.ValueKind == JsonValueKind.String)
                        template = entry.Value.GetString();
                    else if (entry.Name.EndsWith("_token", StringComparison.Ordinal) && TokenText(entry.Value) is { } text)
                        variables[entry.Name] = text;
                }
            }
            if (File.Exists(folder.PathOf(TemplateName)))
                template = File.ReadAllText(folder.PathOf(TemplateName));
        }
        catch (Exception reason) when (reason is IOException or JsonException or InvalidOperationException or UnauthorizedAccessException)
        {
            throw new OcrConfigurationException([$"{ConfigurationName} or {TemplateName} in {folder.Location} cannot be read: {reason.Message} {ModelFolder.Remedy}"], reason);
        }
        return new ChatTemplateSource(template, variables);
    }

    // A token is a string, or an object that holds it as "content".
    private static string? TokenText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Object when value.TryGetProperty("content", out JsonElement content) && content.ValueKind == JsonValueKind.String => content.GetString(),
        _ => null,
    };
}
