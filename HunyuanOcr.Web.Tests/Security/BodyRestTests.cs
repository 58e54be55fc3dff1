using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using HunyuanOcr.Web.Security;
using HunyuanOcr.Web.Tests.Api;

namespace HunyuanOcr.Web.Tests.Security;

/// <summary>Clients that send all of their body before they read, as curl, Python and browsers do.</summary>
public sealed class BodyRestTests
{
    private const int Large = 48 * 1024 * 1024;

    [Theory]
    [InlineData("/v1/chat/completions", "application/json", false, "body_too_large")]
    [InlineData("/v1/chat/completions", "application/json", true, "body_too_large")]
    [InlineData("/v1/completions", "application/json", false, "body_too_large")]
    [InlineData("/v1/ocr", "multipart/form-data; boundary=x", false, "too_large")]
    [InlineData("/v1/ocr", "multipart/form-data; boundary=x", true, "too_large")]
    public async Task Who_sends_far_too_much_reads_why_it_was_refused(string route, string type, bool chunked, string code)
    {
        using TestApp app = new(new() { ["Limits:MaxUploadMegabytes"] = "1" });
        using TcpClient connection = await ConnectAsync(app);
        string head = type.StartsWith("multipart", StringComparison.Ordinal) ? "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n\x89PNG\r\n\x1a\n" : "{\"a\":\"";
        await SendAsync(connection.GetStream(), $"POST {route} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {type}\r\n", Encoding.Latin1.GetBytes(head), chunked);
        string answer = await ReadAsync(connection.GetStream());
        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Contains($"\"code\":\"{code}\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_lacks_a_key_reads_so_however_much_was_sent()
    {
        using TestApp app = KeyedApp.Start(("Limits:MaxUploadMegabytes", "1"));
        using TcpClient connection = await ConnectAsync(app);
        await SendAsync(connection.GetStream(), "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n", [], false);
        Assert.StartsWith("HTTP/1.1 401", await ReadAsync(connection.GetStream()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pages_upload_that_is_too_large_is_refused_in_words_and_its_connection_serves_on()
    {
        using TestApp app = new(new() { ["Limits:MaxUploadMegabytes"] = "1" });
        using HttpClient client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = new(app.Listen()) };
        await ApiCalls.ReadyAsync(client);
        for (int i = 0; i < 3; i++)
        {
            using ByteArrayContent body = new(new byte[Large]);
            using HttpResponseMessage refused = await client.PostAsync(new Uri("/documents", UriKind.Relative), body);
            // Without a page's cookie it is refused before its size is looked at; the words come through all the same.
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Equal("forbidden", (string?)JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["code"]);
        }
    }

    [Fact]
    public async Task A_sender_without_end_is_cut_off()
    {
        using TestApp app = new(new() { ["Limits:MaxUploadMegabytes"] = "1" });
        using TcpClient connection = await ConnectAsync(app);
        NetworkStream stream = connection.GetStream();
        await stream.WriteAsync("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());
        byte[] chunk = [.. "100000\r\n"u8, .. new byte[0x100000], .. "\r\n"u8];
        long sent = 0;
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            for (; sent < 4 * BodyRest.Most; sent += chunk.Length)
                await stream.WriteAsync(chunk).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        });
        Assert.InRange(sent, BodyRest.Most, 2 * BodyRest.Most);
    }

    [Fact]
    public async Task A_sender_who_drips_after_the_refusal_is_cut_off()
    {
        using TestApp app = new(new() { ["Limits:MaxUploadMegabytes"] = "1", ["Limits:MinBodyBytesPerSecond"] = "1000" });
        using TcpClient connection = await ConnectAsync(app);
        NetworkStream stream = connection.GetStream();
        await stream.WriteAsync("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000000\r\n\r\n"u8.ToArray());
        Task<string> answer = ReadAsync(stream);
        await DripAsync(stream, answer);
        Assert.StartsWith("HTTP/1.1 413", await answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_asks_before_it_sends_is_answered_at_once_and_sends_nothing()
    {
        using TestApp app = new(new() { ["Limits:MaxUploadMegabytes"] = "1" });
        using HttpClient client = new() { BaseAddress = new(app.Listen()) };
        await ApiCalls.ReadyAsync(client);
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/completions") { Content = new ByteArrayContent(new byte[Large]) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.ExpectContinue = true;
        using HttpResponseMessage answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    private static async Task<TcpClient> ConnectAsync(TestApp app)
    {
        Uri address = new(app.Listen());
        using (HttpClient client = new() { BaseAddress = address })
            await ApiCalls.ReadyAsync(client);
        TcpClient connection = new();
        await connection.ConnectAsync(address.Host, address.Port);
        return connection;
    }

    /// <summary>Sends head, body and nothing less, as a client does that reads only then.</summary>
    private static async Task SendAsync(NetworkStream stream, string head, byte[] begin, bool chunked)
    {
        byte[] piece = Enumerable.Repeat((byte)'A', 0x100000).ToArray();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head + (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : $"Content-Length: {begin.Length + Large}\r\n\r\n")));
        await PartAsync(begin);
        for (int sent = 0; sent < Large; sent += piece.Length)
            await PartAsync(piece);
        if (chunked)
            await stream.WriteAsync("0\r\n\r\n"u8.ToArray());

        async Task PartAsync(byte[] part)
        {
            if (part.Length == 0)
                return;
            await stream.WriteAsync(chunked ? [.. Encoding.ASCII.GetBytes($"{part.Length:x}\r\n"), .. part, .. "\r\n"u8] : part);
        }
    }

    /// <summary>Sends a byte now and then until the server has answered and closed.</summary>
    internal static async Task DripAsync(NetworkStream stream, Task answer)
    {
        for (int i = 0; i < 400 && !answer.IsCompleted; i++, await Task.Delay(250))
        {
            try
            {
                await stream.WriteAsync(" "u8.ToArray());
            }
            catch (IOException)
            {
                // The server has closed.
                break;
            }
        }
    }

    internal static async Task<string> ReadAsync(NetworkStream stream)
    {
        StringBuilder answer = new();
        byte[] buffer = new byte[8192];
        try
        {
            for (int count; (count = await stream.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(60))) > 0;)
                answer.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
        catch (IOException) when (answer.Length > 0)
        {
            // Cut off; what was read until then counts.
        }
        return answer.ToString();
    }
}
