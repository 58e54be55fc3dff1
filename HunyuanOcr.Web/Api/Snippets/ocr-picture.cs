using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace HunyuanOcr.Web.Tests.Api.Snippets;

internal static class OcrPictureSnippet
{
    internal static async Task RunAsync(string server, string key)
    {
        using HttpClient client = new() { Timeout = TimeSpan.FromMinutes(10) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using MultipartFormDataContent form = new();
        form.Add(new StringContent("ocr"), "task");
        form.Add(new ByteArrayContent(await File.ReadAllBytesAsync("invoice.png")), "file", "invoice.png");
        using HttpResponseMessage answer = await client.PostAsync(new Uri(server + "/v1/ocr"), form);
        answer.EnsureSuccessStatusCode();
        JsonNode? body = await answer.Content.ReadFromJsonAsync<JsonNode>();
        foreach (JsonNode? line in body!["pages"]![0]!["lines"]!.AsArray())
            Console.WriteLine($"{line!["pixels"]?.ToJsonString()} {line["confidence"]} {line["text"]}");
    }
}
