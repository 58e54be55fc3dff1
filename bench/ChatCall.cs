using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace HunyuanOcr.Bench;

/// <summary>One request to /v1/chat/completions about one page, its body made beforehand.</summary>
internal sealed class ChatCall(string file, int tokens)
{
    private readonly byte[] body = JsonSerializer.SerializeToUtf8Bytes(new
    {
        model = "hunyuanocr",
        temperature = 0,
        max_tokens = tokens,
        messages = new[] { new { role = "user", content = new object[] { new { type = "image_url", image_url = new { url = "data:image/png;base64," + Convert.ToBase64String(File.ReadAllBytes(file)) } }, new { type = "text", text = "OCR::" } } } },
    });

    public static HttpClient Client(Uri address) => new(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(10) };

    /// <returns>The answer's text, its tokens and the seconds it took.</returns>
    /// <exception cref="HttpRequestException">It was not answered with 200.</exception>
    public async Task<(string Text, int Tokens, double Seconds)> SendAsync(HttpClient client, CancellationToken cancellationToken = default)
    {
        long start = Stopwatch.GetTimestamp();
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        using HttpResponseMessage response = await client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content, cancellationToken);
        byte[] answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"{(int)response.StatusCode}: {Encoding.UTF8.GetString(answer)}");
        using JsonDocument document = JsonDocument.Parse(answer);
        return (document.RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!,
            document.RootElement.GetProperty("usage").GetProperty("completion_tokens").GetInt32(), seconds);
    }
}
