using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Api;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;
using HunyuanOcr.Web.Security;
using HunyuanOcr.Web.Telemetry;
using HunyuanOcr.Web.Tests.Security;
using HunyuanOcr.Web.Tests.Telemetry;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Api;

/// <summary>What fails behind the API, and clients who go away.</summary>
public sealed class ApiFaultsTests
{
    private const string Streamed = """{"model":"hunyuanocr","stream":true,"messages":[{"role":"user","content":"hello"}]}""";

    [Fact]
    public async Task A_full_queue_answers_429_with_a_time_to_come_again()
    {
        using TestApp app = await FailingAsync(new OcrQueueFullException(256));
        using HttpClient client = app.CreateClient();
        using HttpResponseMessage response = await ApiCalls.PostAsync(client, "/v1/chat/completions", ApiCalls.Hello);
        JsonNode error = await ApiCalls.ErrorAsync(response, 429);
        Assert.Equal(("rate_limit_error", "queue_full"), ((string)error["type"]!, (string)error["code"]!));
        Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
    }

    [Fact]
    public async Task An_unexpected_error_answers_500_with_an_id_and_without_its_words()
    {
        using TestApp app = await FailingAsync(new InvalidOperationException("secret words"));
        using HttpClient client = app.CreateClient();
        foreach (string body in (string[])[ApiCalls.Hello, Streamed])
        {
            using HttpResponseMessage response = await ApiCalls.PostAsync(client, "/v1/chat/completions", body);
            JsonNode error = await ApiCalls.ErrorAsync(response, 500);
            Assert.Equal("internal_error", (string)error["code"]!);
            Assert.Matches("the id [0-9A-Za-z:]{8,}", (string)error["message"]!);
            Assert.DoesNotContain("secret", (string)error["message"]!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_database_that_is_away_is_503_and_not_the_callers_puzzle()
    {
        SqliteException away = new("unable to open database file", 14);
        foreach (Exception e in (Exception[])[away, new InvalidOperationException("An exception has been raised that is likely due to a transient failure.", away)])
        {
            ApiFault fault = ApiFaults.Of(e, "id");
            Assert.Equal((503, "database_unavailable"), (fault.Status, fault.Code));
            Assert.NotNull(fault.RetryAfter);
        }
    }

    [Fact]
    public async Task A_key_that_cannot_be_looked_up_answers_503_and_counts_again_once_the_database_is_back()
    {
        using TestApp app = KeyedApp.Start();
        (_, string secret) = await app.AddKeyAsync();
        using HttpClient client = app.Client(secret);
        await ApiCalls.ReadyAsync(client);
        await ChangeAsync(app, "ALTER TABLE \"ApiKeys\" RENAME TO \"Away\"");
        using (HttpResponseMessage away = await client.ModelsAsync())
        {
            JsonNode error = await ApiCalls.ErrorAsync(away, 503);
            Assert.Equal("database_unavailable", (string)error["code"]!);
            Assert.DoesNotContain("ApiKeys", (string)error["message"]!, StringComparison.Ordinal);
            Assert.True(away.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        }
        await ChangeAsync(app, "ALTER TABLE \"Away\" RENAME TO \"ApiKeys\"");
        using HttpResponseMessage back = await client.ModelsAsync();
        Assert.Equal(200, (int)back.StatusCode);
    }

    [Fact]
    public async Task A_fault_of_one_answer_is_500_and_a_dead_engine_503_until_a_fresh_one_reads()
    {
        int loads = 0;
        ScriptedReader broken = new(), fresh = new();
        broken.Script = static (_, cancellationToken) => Failing(0, new OcrEngineException("a step failed", engineDead: false), cancellationToken);
        using TestApp app = new(load: (_, _) => Task.FromResult<IPageReader>(Interlocked.Increment(ref loads) == 1 ? broken : fresh));
        using HttpClient client = app.CreateClient();
        await ApiCalls.ReadyAsync(client);
        using (HttpResponseMessage once = await ApiCalls.PostAsync(client, "/v1/chat/completions", ApiCalls.Hello))
            await ApiCalls.ErrorAsync(once, 500);
        broken.Script = static (_, cancellationToken) => Failing(0, new OcrEngineException("out of memory", engineDead: true), cancellationToken);
        using (HttpResponseMessage dead = await ApiCalls.PostAsync(client, "/v1/chat/completions", ApiCalls.Hello))
        {
            Assert.Equal("engine_dead", (string)(await ApiCalls.ErrorAsync(dead, 503))["code"]!);
            Assert.NotNull(dead.Headers.RetryAfter);
        }
        await ApiCalls.ReadyAsync(client);
        using HttpResponseMessage again = await ApiCalls.PostAsync(client, "/v1/chat/completions", ApiCalls.Hello);
        Assert.Equal((200, 2), ((int)again.StatusCode, loads));
    }

    [Fact]
    public async Task Before_the_engine_is_warm_every_route_answers_503_with_a_time_to_come_again()
    {
        using TestApp app = new(load: static (_, _) => new TaskCompletionSource<IPageReader>().Task);
        using HttpClient client = app.CreateClient();
        using HttpResponseMessage chat = await ApiCalls.PostAsync(client, "/v1/chat/completions", ApiCalls.Hello), models = await client.GetAsync(new Uri("/v1/models", UriKind.Relative));
        foreach (HttpResponseMessage response in (HttpResponseMessage[])[chat, models])
        {
            Assert.Equal("not_ready", (string)(await ApiCalls.ErrorAsync(response, 503))["code"]!);
            Assert.NotNull(response.Headers.RetryAfter);
        }
    }

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/completions")]
    public async Task An_error_within_a_stream_is_its_last_event_and_the_stream_ends_cleanly(string route)
    {
        using TestApp app = new();
        app.Reader.Script = static (_, cancellationToken) => Failing(3, new OcrEngineException("a step failed", engineDead: false), cancellationToken);
        using HttpClient client = app.CreateClient();
        await ApiCalls.ReadyAsync(client);
        string body = route.EndsWith("chat/completions", StringComparison.Ordinal) ? Streamed : """{"model":"hunyuanocr","stream":true,"prompt":"hello"}""";
        using HttpResponseMessage response = await ApiCalls.PostAsync(client, route, body);
        Assert.Equal(200, (int)response.StatusCode);
        string[] events = (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", events[^1]);
        JsonNode error = JsonNode.Parse(events[^2]["data: ".Length..])!["error"]!;
        Assert.Equal("internal_error", (string)error["code"]!);
        Assert.DoesNotContain(events, line => line.Contains("\"finish_reason\":\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_loop_that_was_cut_off_is_told_as_length_with_its_own_stop_reason()
    {
        using TestApp app = new();
        app.Reader.Script = static (_, cancellationToken) => (ScriptedAnswer.Invoice with { Reason = OcrFinishReason.Repetition, Pace = TimeSpan.Zero }).PlayAsync(cancellationToken);
        using HttpClient client = app.CreateClient();
        await ApiCalls.ReadyAsync(client);
        using HttpResponseMessage whole = await ApiCalls.PostAsync(client, "/v1/chat/completions", ApiCalls.Hello);
        JsonNode choice = JsonNode.Parse(await whole.Content.ReadAsStringAsync())!["choices"]![0]!;
        Assert.Equal(("length", "repetition"), ((string)choice["finish_reason"]!, (string)choice["stop_reason"]!));
        using HttpResponseMessage stream = await ApiCalls.PostAsync(client, "/v1/chat/completions", Streamed);
        Assert.Contains("\"finish_reason\":\"length\",\"stop_reason\":\"repetition\"", await stream.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_who_go_away_end_their_readings_streamed_or_not_and_one_or_three_answers()
    {
        using TestApp app = new();
        app.Reader.Script = static (_, cancellationToken) => (ScriptedAnswer.Invoice with { Hold = (2, new TaskCompletionSource().Task) }).PlayAsync(cancellationToken);
        string address = app.Listen();
        using HttpClient client = new() { BaseAddress = new Uri(address) };
        await ApiCalls.ReadyAsync(client);
        foreach ((bool stream, int answers) in ((bool, int)[])[(false, 1), (true, 1), (false, 3), (true, 3)])
        {
            using CancellationTokenSource gone = new();
            string body = $$"""{"model":"hunyuanocr","stream":{{(stream ? "true" : "false")}},"n":{{answers}},"messages":[{"role":"user","content":"hello"}]}""";
            Task<HttpResponseMessage> asked = client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), new StringContent(body, System.Text.Encoding.UTF8, "application/json"), gone.Token);
            await UntilAsync(() => app.Reader.Running == answers);
            await gone.CancelAsync();
            await UntilAsync(() => app.Reader.Running == 0);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        }
    }

    [Fact]
    public async Task One_answer_of_three_that_fails_ends_the_others()
    {
        using TestApp app = new();
        int count = 0;
        app.Reader.Script = (_, cancellationToken) => Interlocked.Increment(ref count) == 2
            ? Failing(1, new OcrEngineException("a step failed", engineDead: false), cancellationToken)
            : (ScriptedAnswer.Invoice with { Hold = (2, new TaskCompletionSource().Task) }).PlayAsync(cancellationToken);
        using HttpClient client = app.CreateClient();
        await ApiCalls.ReadyAsync(client);
        using HttpResponseMessage response = await ApiCalls.PostAsync(client, "/v1/chat/completions", ApiCalls.Hello.Replace("\"messages\"", "\"n\":3,\"messages\"", StringComparison.Ordinal));
        await ApiCalls.ErrorAsync(response, 500);
        await UntilAsync(() => app.Reader.Running == 0);
    }

    [Theory]
    [InlineData("/v1/chat/completions", "application/json", "{")]
    [InlineData("/v1/ocr", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n")]
    public async Task Whoever_leaves_in_the_middle_of_a_body_is_counted_as_gone_and_is_nobodys_error(string route, string type, string begin)
    {
        using TestApp app = new();
        Uri address = new(app.Listen());
        using HttpClient client = new() { BaseAddress = address };
        await ApiCalls.ReadyAsync(client);
        for (int i = 0; i < 20; i++)
        {
            using TcpClient connection = new();
            await connection.ConnectAsync(address.Host, address.Port);
            await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST {route} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: {type}\r\nContent-Length: 100000\r\n\r\n{begin}"));
        }
        Dictionary<string, double> metrics = [];
        await MetricsTests.UntilAsync(async () => (metrics = await client.MetricsAsync()).Sum("hunyuanocr_http_requests_total", $"route=\"{route}\"") == 20);
        Assert.Equal(20, metrics.Sum("hunyuanocr_http_requests_total", "status=\"499\""));
        Assert.Empty(app.Services.GetRequiredService<RecentErrors>().All());
    }

    private static async Task ChangeAsync(TestApp app, string sql)
    {
        await using StudioDatabase database = await app.Services.GetRequiredService<IDbContextFactory<StudioDatabase>>().CreateDbContextAsync();
        await database.Database.ExecuteSqlRawAsync(sql);
        app.Services.GetRequiredService<KeyRing>().Forget();
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (int tries = 0; tries < 600 && !holds(); tries++)
            await Task.Delay(50);
        Assert.True(holds());
    }

    private static async Task<TestApp> FailingAsync(Exception error)
    {
        TestApp app = new();
        app.Reader.Script = (_, cancellationToken) => Failing(0, error, cancellationToken);
        using HttpClient client = app.CreateClient();
        await ApiCalls.ReadyAsync(client);
        return app;
    }

    private static async IAsyncEnumerable<OcrEvent> Failing(int pieces, Exception error, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new OcrQueued(0);
        for (int i = 0; i < pieces; i++)
            yield return new OcrDelta("a", [new OcrToken(i, -0.1f, i + 1, [])], []);
        await Task.Delay(1, cancellationToken);
        throw error;
    }
}
