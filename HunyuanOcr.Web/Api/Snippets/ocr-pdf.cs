using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace HunyuanOcr.Web.Tests.Api.Snippets;

internal static class OcrPdfSnippet
{
    internal static async Task RunAsync(string server, string key)
    {
        using HttpClient client = new() { Timeout = TimeSpan.FromMinutes(10) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using MultipartFormDataContent form = new();
        form.Add(new StringContent("markdown"), "task");
        form.Add(new StringContent("1-2"), "pages");
        form.Add(new ByteArrayContent(await File.ReadAllBytesAsync("report.pdf")), "file", "report.pdf");
        using HttpResponseMessage answer = await client.PostAsync(new Uri(server + "/v1/ocr"), form);
        answer.EnsureSuccessStatusCode();
        JsonNode? body = await answer.Content.ReadFromJsonAsync<JsonNode>();
        foreach (JsonNode? page in body!["pages"]!.AsArray())
            Console.WriteLine($"{page!["page"]} {page["status"]} {page["markdown"] ?? page["error"]?["message"]}");
    }
}
