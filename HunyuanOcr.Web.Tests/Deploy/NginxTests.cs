using System.Net;
using HunyuanOcr.Web.Tests.Telemetry;

namespace HunyuanOcr.Web.Tests.Deploy;

/// <summary>A real nginx before two instances.</summary>
public sealed class NginxTests
{
    private const string Missing = "There is no nginx on this machine: install the Debian package nginx-light.";

    private static Dictionary<string, string> Closed => new() { ["Auth:RequireKey"] = "true", ["Auth:ApiKeys:0"] = ServerProcess.Key, ["Auth:KnownProxies:0"] = "127.0.0.1", ["RateLimit:RequestsPerMinute"] = "100000", ["RateLimit:Concurrent"] = "1000" };

    [SkippableFact]
    public async Task Requests_are_spread_text_arrives_while_it_is_written_and_a_browser_stays_with_one_instance()
    {
        Skip.If(Nginx.Program is null, Missing);
        TaskCompletionSource held = new();
        using TestApp one = new(Closed), two = new(Closed);
        using Nginx nginx = new(new Uri(one.Listen()).Port, new Uri(two.Listen()).Port);
        (await MetricsTests.ReadyAsync(one)).Dispose();
        (await MetricsTests.ReadyAsync(two)).Dispose();
        using HttpClient client = await nginx.ReadyAsync();

        foreach (TestApp app in (TestApp[])[one, two])
            app.Reader.Script = (_, cancellationToken) => (ScriptedAnswer.Invoice with { Hold = (1, held.Task) }).PlayAsync(cancellationToken);
        HttpResponseMessage[] running = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.AskAsync(TestPictures.Png(40, 30), stream: true)));
        // Least connections: eight that last at once are four and four.
        await MetricsTests.UntilAsync(() => Task.FromResult(one.Reader.Running + two.Reader.Running == 8));
        Assert.Equal((4, 4), (one.Reader.Running, two.Reader.Running));
        foreach (HttpResponseMessage answer in running)
        {
            using StreamReader lines = new(await answer.Content.ReadAsStreamAsync());
            // The answer stands still after its first line, and what was written is here already.
            string text = "";
            while (!text.Contains("限公司", StringComparison.Ordinal))
                text += System.Text.Json.JsonSerializer.Deserialize<string>('"' + (await lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)))!.Split("\"content\":\"").Last().Split('"')[0] + '"');
            if (answer == running[^1])
                held.SetResult();
        }
        foreach (HttpResponseMessage answer in running)
            answer.Dispose();

        using HttpClientHandler browser = new() { CookieContainer = new CookieContainer() };
        using HttpClient pages = ServerProcess.ClientOf($"http://127.0.0.1:{nginx.Port}", browser);
        using HttpResponseMessage first = await pages.GetAsync("/health/ready");
        Assert.Contains("hunyuanocr_node=", string.Join(';', first.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
        using HttpResponseMessage second = await pages.GetAsync("/health/ready");
        Assert.False(second.Headers.Contains("Set-Cookie"));
        double before = await LivesAsync(one), other = await LivesAsync(two);
        for (int i = 0; i < 20; i++)
            (await pages.GetAsync("/health/live")).Dispose();
        // The last one is counted a moment after its answer went out.
        double[] got = [];
        await MetricsTests.UntilAsync(async () => (got = [await LivesAsync(one) - before, await LivesAsync(two) - other]).Sum() >= 20);
        Assert.Equal([0, 20], got.Order());
    }

    [SkippableFact]
    public async Task Large_uploads_and_metrics_stop_at_the_proxy_and_https_reaches_the_api()
    {
        Skip.If(Nginx.Program is null, Missing);
        using TestApp one = new(Closed), two = new(Closed);
        using Nginx nginx = new(new Uri(one.Listen()).Port, new Uri(two.Listen()).Port);
        (await MetricsTests.ReadyAsync(one)).Dispose();
        (await MetricsTests.ReadyAsync(two)).Dispose();
        using HttpClient client = await nginx.ReadyAsync();
        using ByteArrayContent large = new(new byte[31 * 1024 * 1024]);
        using HttpResponseMessage refused = await client.PostAsync("/v1/chat/completions", large), metrics = await client.GetAsync("/metrics");
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.NotFound), (refused.StatusCode, metrics.StatusCode));
        Assert.Equal(0, one.Reader.Requests.Count + two.Reader.Requests.Count);

        using HttpClientHandler trusting = new() { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        using HttpClient tls = ServerProcess.ClientOf($"https://127.0.0.1:{nginx.TlsPort}", trusting);
        using HttpResponseMessage answer = await tls.AskAsync(TestPictures.Png(40, 30));
        Assert.True((await answer.UsageAsync()).Completion > 0);
    }

    [SkippableFact]
    public async Task One_instance_killed_in_mid_load_loses_no_request_of_the_other_and_none_that_had_not_begun_to_answer()
    {
        Skip.If(Nginx.Program is null, Missing);
        using ServerProcess one = new(), two = new();
        await Task.WhenAll(one.ReadyAsync(), two.ReadyAsync());
        using Nginx nginx = new(one.Port, two.Port);
        using HttpClient client = await nginx.ReadyAsync();
        byte[] page = await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "demo-model", "samples", "01-notice-zh.jpg"));
        int next = 0, answered = 0;
        Task<List<string>>[] callers = [.. Enumerable.Range(0, 4).Select(async _ =>
        {
            List<string> lost = [];
            while (Interlocked.Increment(ref next) is var number and <= 24)
            {
                // A byte behind the picture's end makes each one new to the vision cache.
                using HttpResponseMessage answer = await client.AskAsync([.. page, (byte)number]);
                if (answer.IsSuccessStatusCode && (await answer.UsageAsync()).Completion > 0)
                    Interlocked.Increment(ref answered);
                else
                    lost.Add($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            }
            return lost;
        })];
        await MetricsTests.UntilAsync(async () => Volatile.Read(ref answered) >= 4 && (await one.Client.MetricsAsync()).Sum("vllm:num_requests_running") >= 1, seconds: 180);
        one.Child.Send("KILL");
        Assert.Empty((await Task.WhenAll(callers)).SelectMany(lost => lost));
        Assert.Equal(24, answered);
        Assert.True(one.Child.Ended);
    }

    private static async Task<double> LivesAsync(TestApp app)
    {
        using HttpClient client = app.CreateClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", ServerProcess.Key);
        return (await client.MetricsAsync()).Sum("hunyuanocr_http_requests_total", "route=\"/health/live\"");
    }
}
