using System.Text.Json;
using HunyuanOcr.Web.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HunyuanOcr.Web.Tests.Deploy;

public sealed class ElkTests
{
    [Fact]
    public void The_index_template_maps_exactly_the_fields_that_lines_have_each_by_a_type_that_takes_it()
    {
        Dictionary<string, JsonElement> written = Fields();
        using JsonDocument template = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "deploy", "elk", "index-template.json")));
        var mapped = template.RootElement.GetProperty("template").GetProperty("mappings").GetProperty("properties").EnumerateObject().ToDictionary(field => field.Name, field => field.Value.GetProperty("type").GetString()!);
        Assert.Equal(mapped.Keys.Order(StringComparer.Ordinal), written.Keys.Order(StringComparer.Ordinal));
        Assert.All(written, field => Assert.Contains(mapped[field.Key], (string[])(field.Value.ValueKind switch
        {
            JsonValueKind.Number => field.Key.EndsWith("_ms", StringComparison.Ordinal) ? ["float", "double"] : ["integer", "long", "short"],
            _ => field.Key == "@timestamp" ? ["date"] : ["keyword", "text"],
        })));
    }

    [Fact]
    public void Filebeat_reads_json_lines_from_where_the_unit_writes_them()
    {
        string filebeat = File.ReadAllText(Path.Combine(Repository.Root, "deploy", "elk", "filebeat.yml")), unit = File.ReadAllText(Path.Combine(Repository.Root, "deploy", "hunyuanocr@.service"));
        Assert.Contains("ndjson", filebeat, StringComparison.Ordinal);
        Assert.Contains("/var/log/hunyuanocr/*.log", filebeat, StringComparison.Ordinal);
        Assert.Contains("append:/var/log/hunyuanocr/", unit, StringComparison.Ordinal);
        Assert.Contains("Telemetry__JsonLogs=true", unit, StringComparison.Ordinal);
    }

    /// <summary>Every field that a line may have, written by the formatter itself.</summary>
    private static Dictionary<string, JsonElement> Fields()
    {
        RequestLine line = new("POST");
        foreach (System.Reflection.FieldInfo field in typeof(RequestLine.Fields).GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic))
        {
            string name = (string)field.GetRawConstantValue()!;
            line.Set(name, name.EndsWith("_ms", StringComparison.Ordinal) ? 1.5 : name.EndsWith("_tokens", StringComparison.Ordinal) || name is "status" or "images" or "image_width" or "image_height" ? 200 : "word");
        }
        using StringWriter output = new();
        JsonLogFormatter formatter = new();
        formatter.Write(new LogEntry<RequestLine>(LogLevel.Information, "Test", default, line, new InvalidOperationException("broken"), static (state, _) => state.ToString()), null, output);
        return JsonDocument.Parse(output.ToString()).RootElement.EnumerateObject().ToDictionary(field => field.Name, field => field.Value.Clone());
    }
}
