using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json;
using HunyuanOcr.Web.Security;
using HunyuanOcr.Web.Tests.Api;
using HunyuanOcr.Web.Tests.Documents;
using HunyuanOcr.Web.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Security;

public sealed class RateLimitsTests
{
    [Fact]
    public async Task The_request_beyond_a_keys_minute_is_answered_429_with_the_time_to_wait_and_OpenAIs_headers()
    {
        using TestApp app = KeyedApp.Start(("RateLimit:PerKey", "2"));
        (_, string other) = await app.AddKeyAsync();
        using HttpClient client = app.Client(KeyedApp.Configured);
        using HttpResponseMessage first = await client.ModelsAsync(), second = await client.ModelsAsync(), third = await client.ModelsAsync();
        Assert.Equal(("2", "1"), (Header(first, "x-ratelimit-limit-requests"), Header(first, "x-ratelimit-remaining-requests")));
        Assert.Equal("0", Header(second, "x-ratelimit-remaining-requests"));
        Assert.Matches("^[0-9]+s$", Header(second, "x-ratelimit-reset-requests"));
        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.InRange(third.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal("0", Header(third, "x-ratelimit-remaining-requests"));
        JsonElement error = JsonDocument.Parse(await third.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Equal(("rate_limit_error", "rate_limit_exceeded"), (error.GetProperty("type").GetString(), error.GetProperty("code").GetString()));
        // One key's limit is not another's.
        Assert.NotEqual(HttpStatusCode.TooManyRequests, (await app.Client(other).ModelsAsync()).StatusCode);
    }

    [Fact]
    public async Task Guessing_keys_uses_up_the_minute_of_the_address()
    {
        using TestApp app = KeyedApp.Start(("RateLimit:PerAddress", "3"));
        HttpStatusCode[] statuses = new HttpStatusCode[5];
        for (int i = 0; i < statuses.Length; i++)
            statuses[i] = (await app.Client($"hyo-guess-number-{i}-of-many").ModelsAsync()).StatusCode;
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests], statuses);
    }

    [Fact]
    public async Task Pages_static_files_and_health_are_not_counted()
    {
        using TestApp app = new(new() { ["RateLimit:PerAddress"] = "1" });
        using HttpClient client = app.Client();
        for (int i = 0; i < 4; i++)
            foreach (string path in (string[])["/", "/health/live", "/studio.css"])
                Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Uploads_of_the_page_meet_the_same_limit_and_are_told_in_the_pages_own_shape()
    {
        using TestApp app = new(new() { ["RateLimit:PerAddress"] = "1" });
        using HttpClient client = app.Client();
        byte[] picture = TestPictures.Png(30, 20);
        Assert.Equal(HttpStatusCode.OK, (await DocumentEndpointsTests.SendAsync(client, picture, "a.png")).Status);
        (HttpStatusCode status, JsonElement refusal) = await DocumentEndpointsTests.SendAsync(client, picture, "a.png");
        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.Equal("too_many_requests", refusal.GetProperty("code").GetString());
        Assert.InRange(refusal.GetProperty("limit").GetInt64(), 1, 60);
    }

    [Fact]
    public async Task More_requests_at_once_than_allowed_are_refused_and_a_place_comes_free_again()
    {
        using TestApp app = new(new() { ["RateLimit:Concurrent"] = "1" });
        TaskCompletionSource read = new();
        app.Reader.Script = (_, cancellationToken) => (ScriptedAnswer.Invoice with { Hold = (1, read.Task) }).PlayAsync(cancellationToken);
        using HttpClient client = new() { BaseAddress = new(app.Listen()) };
        await ApiCalls.ReadyAsync(client);
        // Nothing counted is sent until it is being read: a request on another connection may overtake it and take its place.
        Task<HttpResponseMessage> first = client.AskAsync(TestPictures.Png(40, 30));
        await MetricsTests.UntilAsync(() => Task.FromResult(app.Reader.Running == 1));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.ModelsAsync()).StatusCode);
        read.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        await MetricsTests.UntilAsync(async () => (await client.ModelsAsync()).StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_request_beyond_those_at_once_waits_in_the_queue_and_is_answered_and_the_one_beyond_the_queue_is_refused()
    {
        using TestApp app = new(new() { ["RateLimit:Concurrent"] = "1", ["RateLimit:QueueLength"] = "1" });
        TaskCompletionSource read = new();
        app.Reader.Script = (_, cancellationToken) => (ScriptedAnswer.Invoice with { Hold = (1, read.Task) }).PlayAsync(cancellationToken);
        using HttpClient client = new() { BaseAddress = new(app.Listen()) };
        await ApiCalls.ReadyAsync(client);
        // The limiter's own count tells when the second one waits.
        IMeterFactory meters = app.Services.GetRequiredService<IMeterFactory>();
        long queued = 0;
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "aspnetcore.rate_limiting.queued_requests" && ReferenceEquals(instrument.Meter.Scope, meters))
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, change, _, _) => Interlocked.Add(ref queued, change));
        listener.Start();
        Task<HttpResponseMessage> first = client.AskAsync(TestPictures.Png(40, 30));
        await MetricsTests.UntilAsync(() => Task.FromResult(app.Reader.Running == 1));
        Task<HttpResponseMessage> second = client.AskAsync(TestPictures.Png(40, 30));
        await MetricsTests.UntilAsync(() => Task.FromResult(Interlocked.Read(ref queued) == 1));
        using HttpResponseMessage third = await client.ModelsAsync();
        Assert.Equal((HttpStatusCode.TooManyRequests, true), (third.StatusCode, third.Headers.RetryAfter is not null));
        Assert.False(second.IsCompleted);
        read.SetResult();
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), ((await first).StatusCode, (await second).StatusCode));
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    public void An_IPv6_address_counts_with_its_whole_network(string address, string counted) => Assert.Equal(counted, ClientAddress.Of(IPAddress.Parse(address)));

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();
}
