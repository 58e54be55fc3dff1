using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using HunyuanOcr.Web.Tests.Telemetry;

namespace HunyuanOcr.Web.Tests.Security;

public sealed partial class ServerLimitsTests
{
    [Theory]
    [InlineData("/v1/chat/completions", "application/json", "{")]
    [InlineData("/v1/ocr", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n")]
    [InlineData("/documents", "application/octet-stream", "")]
    public async Task A_body_that_drips_is_cut_off_after_the_grace(string route, string type, string begin)
    {
        using TestApp app = new(new() { ["Limits:MinBodyBytesPerSecond"] = "1000" });
        Uri address = new(app.Listen());
        // A refusal needs no body: the engine must be ready for the body to be read.
        using HttpClient client = new() { BaseAddress = address };
        while ((await client.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode != HttpStatusCode.OK)
            await Task.Delay(20);
        string page = await PageHeadersAsync(client);
        using TcpClient connection = new();
        await connection.ConnectAsync(address.Host, address.Port);
        NetworkStream stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {route} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: {type}\r\n{page}Content-Length: 100000\r\n\r\n{begin}"));
        // What has arrived is lost once a closed connection is written to: it is read while the body drips.
        Task<string> answer = BodyRestTests.ReadAsync(stream);
        await BodyRestTests.DripAsync(stream, answer);
        Assert.StartsWith("HTTP/1.1 408", await answer, StringComparison.Ordinal);
        await MetricsTests.UntilAsync(() => Task.FromResult(!Directory.Exists(Path.Combine(app.Folder, "data", "incoming")) || !Directory.EnumerateFiles(Path.Combine(app.Folder, "data", "incoming")).Any()));
    }

    /// <summary>What a page sends with its uploads: its cookies and its token.</summary>
    private static async Task<string> PageHeadersAsync(HttpClient client)
    {
        using HttpResponseMessage page = await client.GetAsync(new Uri("/", UriKind.Relative));
        string cookies = string.Join("; ", page.Headers.GetValues("Set-Cookie").Select(cookie => cookie[..cookie.IndexOf(';', StringComparison.Ordinal)]));
        string token = Token().Match(await page.Content.ReadAsStringAsync()).Groups[1].Value;
        return $"Cookie: {cookies}\r\nRequestVerificationToken: {token}\r\nX-File-Name: a.png\r\n";
    }

    [GeneratedRegex("name=\"request-token\" content=\"([^\"]+)\"")]
    private static partial Regex Token();

    [Fact]
    public async Task Headers_that_never_end_are_cut_off()
    {
        using TestApp app = new(new() { ["Limits:HeaderTimeout"] = "1" });
        Uri address = new(app.Listen());
        using TcpClient connection = new();
        await connection.ConnectAsync(address.Host, address.Port);
        NetworkStream stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {address.Authority}\r\nX-Slow: "));
        string answer = await new StreamReader(stream).ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_connection_too_many_is_closed_and_the_others_stay()
    {
        using TestApp app = new(new() { ["Limits:MaxConnections"] = "1" });
        Uri address = new(app.Listen());
        using TcpClient first = new(), second = new();
        await first.ConnectAsync(address.Host, address.Port);
        byte[] request = Encoding.ASCII.GetBytes($"GET /health/live HTTP/1.1\r\nHost: {address.Authority}\r\n\r\n");
        byte[] buffer = new byte[12];
        await first.GetStream().WriteAsync(request);
        await first.GetStream().ReadExactlyAsync(buffer);
        Assert.Equal("HTTP/1.1 200", Encoding.ASCII.GetString(buffer));
        await second.ConnectAsync(address.Host, address.Port);
        Assert.Equal(0, await EndAsync(second.GetStream()));

        static async Task<int> EndAsync(NetworkStream stream)
        {
            try
            {
                return await stream.ReadAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
            }
            catch (IOException)
            {
                return 0;
            }
        }
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused_before_it_is_read()
    {
        using TestApp app = new(new() { ["Limits:MaxUploadMegabytes"] = "1" });
        using HttpClient client = new() { BaseAddress = new(app.Listen()) };
        while ((await client.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode != HttpStatusCode.OK)
            await Task.Delay(20);
        using ByteArrayContent body = new(new byte[4 * 1024 * 1024]);
        body.Headers.ContentType = new("application/json");
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/chat/completions") { Content = body };
        request.Headers.ExpectContinue = true;
        using HttpResponseMessage answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }
}
