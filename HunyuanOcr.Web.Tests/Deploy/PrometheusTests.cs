using System.Net.Http.Json;
using System.Text.Json;
using HunyuanOcr.Web.Tests.Telemetry;

namespace HunyuanOcr.Web.Tests.Deploy;

/// <summary>A real Prometheus with deploy/prometheus.yml scrapes a running app and is asked.</summary>
public sealed class PrometheusTests : IDisposable
{
    private const string Key = ServerProcess.Key;

    private readonly string _folder = Directory.CreateTempSubdirectory("hunyuanocr-prometheus-").FullName;

    public void Dispose() => TestFolder.Delete(_folder);

    [SkippableFact]
    public async Task Its_queries_return_the_counts_of_what_was_asked_and_every_query_of_the_dashboard_is_understood()
    {
        Skip.If(ChildProcess.Find("prometheus") is null, "There is no Prometheus on this machine: install the Debian package prometheus.");
        using TestApp app = new(new() { ["Auth:RequireKey"] = "true", ["Auth:ApiKeys:0"] = Key });
        app.Reader.Script = static (_, cancellationToken) => (ScriptedAnswer.Invoice with { Pace = TimeSpan.Zero }).PlayAsync(cancellationToken);
        string address = app.Listen();
        using HttpClient client = await MetricsTests.ReadyAsync(app);
        client.DefaultRequestHeaders.Authorization = new("Bearer", Key);

        string listen = $"127.0.0.1:{FreePort.Next()}", configuration = await ConfigureAsync(new Uri(address).Authority);
        using ChildProcess prometheus = new(ChildProcess.Find("prometheus")!, ["--config.file", configuration, "--storage.tsdb.path", Path.Combine(_folder, "data"), "--web.listen-address", listen]);
        using HttpClient asking = new() { BaseAddress = new Uri("http://" + listen) };
        await MetricsTests.UntilAsync(() => IsReadyAsync(asking));
        // The first scrape sees zero, so that rate() sees what comes.
        await MetricsTests.UntilAsync(async () => await ValueAsync(asking, "sum(vllm:request_success_total)") == 0);

        int tokens = 0;
        for (int i = 0; i < 7; i++)
        {
            using HttpResponseMessage answer = await client.AskAsync(TestPictures.Png(40, 30));
            tokens += (await answer.UsageAsync()).Completion;
        }
        // A scrape may fall between two counters of the same answer: each is asked until it is there, and none goes beyond.
        foreach ((string query, double expected) in new (string, double)[]
        {
            ("sum(vllm:request_success_total{finished_reason=\"stop\"})", 7),
            ("sum(vllm:generation_tokens_total)", tokens),
            ("sum(vllm:e2e_request_latency_seconds_bucket{le=\"+Inf\"})", 7),
            ("sum(hunyuanocr_http_requests_total{route=\"/v1/chat/completions\",status=\"200\"})", 7),
        })
        {
            await MetricsTests.UntilAsync(async () => await ValueAsync(asking, query) >= expected);
            Assert.Equal(expected, await ValueAsync(asking, query));
        }
        await MetricsTests.UntilAsync(async () => await ValueAsync(asking, "histogram_quantile(0.5, sum by (le) (rate(vllm:e2e_request_latency_seconds_bucket[1m])))") is > 5 and < 10);
        foreach (string query in Queries())
            Assert.Equal("success", (await AskAsync(asking, query)).GetProperty("status").GetString());
    }

    [SkippableFact]
    public async Task The_configuration_is_one_that_promtool_finds_no_fault_with()
    {
        Skip.If(ChildProcess.Find("promtool") is null, "There is no promtool on this machine: install the Debian package prometheus.");
        using ChildProcess promtool = new(ChildProcess.Find("promtool")!, ["check", "config", await ConfigureAsync("127.0.0.1:7860")]);
        Assert.True(await promtool.ExitCodeAsync() == 0, promtool.Output);
    }

    [Fact]
    public async Task Every_metric_of_the_dashboard_is_one_that_the_server_writes()
    {
        using TestApp app = new();
        using HttpClient client = await MetricsTests.ReadyAsync(app);
        _ = await client.AskAsync(TestPictures.Png(40, 30));
        string written = await client.GetStringAsync("/metrics");
        string[] used = [.. Queries().SelectMany(query => System.Text.RegularExpressions.Regex.Matches(query, "(?:vllm:|hunyuanocr_|process_)[a-z0-9_]+").Select(match => match.Value)).Distinct()];
        Assert.True(used.Length > 15);
        Assert.DoesNotContain(used, name => !written.Contains("# TYPE " + name[..(name.EndsWith("_bucket", StringComparison.Ordinal) || name.EndsWith("_count", StringComparison.Ordinal) ? name.LastIndexOf('_') : name.EndsWith("_sum", StringComparison.Ordinal) ? name.Length - 4 : name.Length)] + " ", StringComparison.Ordinal));
    }

    private async Task<string> ConfigureAsync(string target)
    {
        string text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "prometheus.yml")), key = Path.Combine(_folder, "metrics.key"), configuration = Path.Combine(_folder, "prometheus.yml");
        await File.WriteAllTextAsync(key, Key);
        await File.WriteAllTextAsync(configuration, Swap(Swap(Swap(text, "/etc/hunyuanocr/metrics.key", key), "\"127.0.0.1:7860\", \"127.0.0.1:7861\"", $"\"{target}\""), "scrape_interval: 15s", "scrape_interval: 1s"));
        return configuration;
    }

    /// <summary>Replaces what must stand there.</summary>
    internal static string Swap(string text, string old, string fresh)
    {
        Assert.Contains(old, text, StringComparison.Ordinal);
        return text.Replace(old, fresh, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Queries()
    {
        using JsonDocument dashboard = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "deploy", "grafana", "hunyuanocr.json")));
        return [.. dashboard.RootElement.GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!.Replace("$__rate_interval", "1m", StringComparison.Ordinal).Replace("$instance", ".*", StringComparison.Ordinal))];
    }

    /// <summary>Whether it answers queries: at first it does not listen, then it answers "Service Unavailable" while it reads its own store.</summary>
    private static async Task<bool> IsReadyAsync(HttpClient asking)
    {
        try
        {
            using HttpResponseMessage answer = await asking.GetAsync("/-/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<double?> ValueAsync(HttpClient asking, string query)
    {
        JsonElement result = (await AskAsync(asking, query)).GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 0 ? null : double.Parse(result[0].GetProperty("value")[1].GetString()!, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<JsonElement> AskAsync(HttpClient asking, string query)
    {
        using FormUrlEncodedContent form = new([new("query", query)]);
        using HttpResponseMessage answer = await asking.PostAsync("/api/v1/query", form);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
