using System.Net.Http.Headers;
using System.Net.ServerSentEvents;

namespace HunyuanOcr.Web.Tests.Api.Snippets;

internal static class OcrStreamSnippet
{
    internal static async Task RunAsync(string server, string key)
    {
        using HttpClient client = new() { Timeout = TimeSpan.FromMinutes(10) };
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(server + "/v1/ocr"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Content = new MultipartFormDataContent { { new ByteArrayContent(await File.ReadAllBytesAsync("report.pdf")), "file", "report.pdf" } };
        using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        using Stream stream = await answer.Content.ReadAsStreamAsync();
        await foreach (SseItem<string> item in SseParser.Create(stream).EnumerateAsync())
            Console.WriteLine($"{item.EventType} {item.Data}");
    }
}
