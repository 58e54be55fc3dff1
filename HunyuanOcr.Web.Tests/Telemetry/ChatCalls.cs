using System.Net.Http.Json;
using System.Text.Json;

namespace HunyuanOcr.Web.Tests.Telemetry;

/// <summary>Calls of POST /v1/chat/completions, and what /metrics says after them.</summary>
internal static class ChatCalls
{
    internal static Task<HttpResponseMessage> AskAsync(this HttpClient client, byte[] picture, string prompt = "OCR::", bool stream = false, CancellationToken cancellationToken = default)
    {
        HttpRequestMessage request = new(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = JsonContent.Create(new
            {
                model = "hunyuanocr",
                stream,
                messages = new[] { new { role = "user", content = new object[] { new { type = "image_url", image_url = new { url = "data:image/png;base64," + Convert.ToBase64String(picture) } }, new { type = "text", text = prompt } } } },
            }),
        };
        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>Tokens that an answer says it cost.</summary>
    internal static async Task<(int Prompt, int Completion)> UsageAsync(this HttpResponseMessage answer)
    {
        JsonElement usage = (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("usage");
        return (usage.GetProperty("prompt_tokens").GetInt32(), usage.GetProperty("completion_tokens").GetInt32());
    }

    /// <summary>The values of /metrics by name and labels, such as <c>vllm:request_success_total{model_name="demo",engine="0",finished_reason="stop"}</c>.</summary>
    internal static async Task<Dictionary<string, double>> MetricsAsync(this HttpClient client) => Read(await client.GetStringAsync("/metrics"));

    /// <summary>The sum over all series of a name whose labels hold a text.</summary>
    internal static double Sum(this Dictionary<string, double> metrics, string name, string labels = "") =>
        metrics.Where(entry => (entry.Key == name || entry.Key.StartsWith(name + "{", StringComparison.Ordinal)) && entry.Key.Contains(labels, StringComparison.Ordinal)).Sum(entry => entry.Value);

    internal static Dictionary<string, double> Read(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')
        .ToDictionary(line => line[..line.LastIndexOf(' ')], line => double.Parse(line[(line.LastIndexOf(' ') + 1)..].Replace("+Inf", "Infinity", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture));
}
