using System.Net;
using System.Net.Sockets;
using System.Text;
using HunyuanOcr.Web.Api;

namespace HunyuanOcr.Web.Tests.Api;

/// <summary>Fetching pictures against a host that answers with whatever a test says, and names that point wherever a test says.</summary>
public sealed class RemotePicturesTests : IDisposable
{
    private static readonly IPAddress _public = IPAddress.Parse("93.184.216.34");

    private readonly TcpListener _host = new(IPAddress.Loopback, 0);
    private readonly List<IPEndPoint> _connected = [];

    public RemotePicturesTests() => _host.Start();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task A_picture_of_an_allowed_host_is_fetched_from_the_address_that_was_checked()
    {
        Serve(static stream => AnswerAsync(stream, "200 OK", "Content-Type: text/plain\r\n", "bytes"));
        byte[] bytes = await FetchAsync("http://pictures.example.org/a.png");
        Assert.Equal("bytes"u8.ToArray(), bytes);
        Assert.Equal([new IPEndPoint(_public, 80)], _connected);
    }

    [Fact]
    public async Task A_name_that_points_to_a_private_address_on_its_second_look_up_is_never_followed_there()
    {
        Queue<IPAddress> answers = new([_public, IPAddress.Loopback, IPAddress.Loopback]);
        Serve(static stream => AnswerAsync(stream, "200 OK", "", "first"));
        using RemotePictures pictures = Pictures((_, _) => Task.FromResult<IPAddress[]>([answers.Dequeue()]));
        await pictures.FetchAsync(Source("http://pictures.example.org/a.png"), 1000, CancellationToken.None);
        ApiFaultException refused = await Assert.ThrowsAsync<ApiFaultException>(() => pictures.FetchAsync(Source("http://pictures.example.org/a.png"), 1000, CancellationToken.None));
        Assert.Equal("image_url_not_allowed", refused.Fault.Code);
        Assert.Equal([_public], _connected.Select(place => place.Address));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("10.0.0.8")]
    [InlineData("::1")]
    [InlineData("fd00::8")]
    public async Task An_allowed_name_that_points_inside_is_refused_even_beside_a_public_address(string inside)
    {
        using RemotePictures pictures = Pictures((_, _) => Task.FromResult<IPAddress[]>([_public, IPAddress.Parse(inside)]));
        ApiFaultException refused = await Assert.ThrowsAsync<ApiFaultException>(() => pictures.FetchAsync(Source("http://pictures.example.org/a.png"), 1000, CancellationToken.None));
        Assert.Equal((400, "image_url_not_allowed", "image"), (refused.Fault.Status, refused.Fault.Code, refused.Fault.Param));
        Assert.Empty(_connected);
    }

    [Theory]
    [InlineData("http://other.example.org/a.png")]
    [InlineData("http://pictures.example.org.evil.example/a.png")]
    [InlineData("http://evilpictures.example.org/a.png")]
    [InlineData("http://pictures.example.org:8080/a.png")]
    [InlineData("http://user:password@pictures.example.org/a.png")]
    [InlineData("http://127.0.0.1/a.png")]
    [InlineData("http://2130706433/a.png")]
    [InlineData("http://0x7f.1/a.png")]
    [InlineData("http://[::ffff:127.0.0.1]/a.png")]
    [InlineData("http://example.net/a.png")]
    public async Task Hosts_and_ports_that_nobody_allowed_are_not_even_looked_up(string address)
    {
        bool lookedUp = false;
        using RemotePictures pictures = Pictures((_, _) =>
        {
            lookedUp = true;
            return Task.FromResult<IPAddress[]>([_public]);
        });
        await Assert.ThrowsAsync<ApiFaultException>(() => pictures.FetchAsync(Source(address), 1000, CancellationToken.None));
        Assert.False(lookedUp);
    }

    [Fact]
    public async Task A_special_address_stays_refused_though_an_operator_lists_it()
    {
        using RemotePictures pictures = new(Options with { AllowedHosts = ["127.0.0.1", "169.254.169.254"] });
        foreach (string address in (string[])["http://127.0.0.1/", "http://169.254.169.254/latest/meta-data"])
            Assert.Equal("image_url_not_allowed", (await Assert.ThrowsAsync<ApiFaultException>(() => pictures.FetchAsync(Source(address), 1000, CancellationToken.None))).Fault.Code);
    }

    [Fact]
    public async Task Redirects_and_missing_pictures_are_told_and_not_followed()
    {
        Serve(static stream => AnswerAsync(stream, "302 Found", "Location: http://169.254.169.254/\r\n", ""));
        ApiFaultException moved = await Assert.ThrowsAsync<ApiFaultException>(() => FetchAsync("http://pictures.example.org/a.png"));
        Assert.Contains("redirects are not followed", moved.Message, StringComparison.Ordinal);
        Serve(static stream => AnswerAsync(stream, "404 Not Found", "", ""));
        ApiFaultException missing = await Assert.ThrowsAsync<ApiFaultException>(() => FetchAsync("http://pictures.example.org/b.png"));
        Assert.Contains("404", missing.Message, StringComparison.Ordinal);
        Assert.Equal((400, "image_fetch_failed", 2), (missing.Fault.Status, missing.Fault.Code, _connected.Count));
    }

    [Fact]
    public async Task Too_many_bytes_end_the_fetching_whether_the_host_says_so_or_never_stops()
    {
        Serve(static stream => AnswerAsync(stream, "200 OK", "", new string('x', 2000)));
        Assert.Equal(413, (await Assert.ThrowsAsync<ApiFaultException>(() => FetchAsync("http://pictures.example.org/a.png"))).Fault.Status);
        Serve(static async stream =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray());
            while (true)
                await stream.WriteAsync(new byte[512]);
        });
        Assert.Equal((413, "image_too_large"), await FaultAsync("http://pictures.example.org/endless"));
    }

    [Fact]
    public async Task A_host_that_drips_or_says_nothing_is_left_at_the_time_limit()
    {
        Serve(static async stream =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"u8.ToArray());
            while (true)
            {
                await stream.WriteAsync("x"u8.ToArray());
                await Task.Delay(50);
            }
        });
        Assert.Equal((400, "image_fetch_failed"), await FaultAsync("http://pictures.example.org/drip", Hasty));
        Serve(static stream => Task.Delay(TimeSpan.FromSeconds(60)));
        Assert.Equal((400, "image_fetch_failed"), await FaultAsync("http://pictures.example.org/silent", Hasty));
    }

    [Fact]
    public async Task Nothing_is_fetched_where_no_host_is_allowed()
    {
        using RemotePictures pictures = new(new ApiOptions());
        ApiFaultException refused = await Assert.ThrowsAsync<ApiFaultException>(() => pictures.FetchAsync(Source("https://example.org/a.png"), 1000, CancellationToken.None));
        Assert.Contains("fetches no pictures", refused.Message, StringComparison.Ordinal);
    }

    private static ApiOptions Options { get; } = new() { AllowedHosts = ["pictures.example.org", "*.example.net"], FetchTimeout = TimeSpan.FromSeconds(60) };

    private static ApiOptions Hasty => Options with { FetchTimeout = TimeSpan.FromSeconds(2) };

    private static PictureSource Source(string address) => new("image", default, new Uri(address));

    private async Task<(int Status, string? Code)> FaultAsync(string address, ApiOptions? options = null)
    {
        ApiFault fault = (await Assert.ThrowsAsync<ApiFaultException>(() => FetchAsync(address, options))).Fault;
        return (fault.Status, fault.Code);
    }

    private async Task<byte[]> FetchAsync(string address, ApiOptions? options = null)
    {
        using RemotePictures pictures = Pictures(static (_, _) => Task.FromResult<IPAddress[]>([_public]), options);
        return await pictures.FetchAsync(Source(address), 1000, CancellationToken.None);
    }

    private RemotePictures Pictures(LookUpHost lookUp, ApiOptions? options = null) => new(options ?? Options, lookUp, async (place, cancellationToken) =>
    {
        _connected.Add(place);
        TcpClient connection = new();
        await connection.ConnectAsync((IPEndPoint)_host.LocalEndpoint, cancellationToken);
        return connection.GetStream();
    });

    /// <summary>Answers the next connection.</summary>
    private void Serve(Func<NetworkStream, Task> answer) => _ = Task.Run(async () =>
    {
        using TcpClient client = await _host.AcceptTcpClientAsync();
        NetworkStream stream = client.GetStream();
        byte[] request = new byte[4096];
        _ = await stream.ReadAsync(request);
        try
        {
            await answer(stream);
        }
        catch (IOException)
        {
            // The fetcher had enough.
        }
    });

    private static async Task AnswerAsync(NetworkStream stream, string status, string headers, string body) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{headers}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
}
