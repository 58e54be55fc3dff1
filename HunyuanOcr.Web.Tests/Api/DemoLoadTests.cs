using System.Text.Json.Nodes;
using HunyuanOcr.Web.Tests.Telemetry;

namespace HunyuanOcr.Web.Tests.Api;

/// <summary>Many clients at once, some of whom go away.</summary>
[Collection(DemoServerUse.Name)]
public sealed class DemoLoadTests(DemoServer server)
{
    [Fact]
    public async Task Of_100_requests_at_32_at_once_30_go_away_and_every_other_one_gets_its_own_right_answer()
    {
        string[] files = ["01-notice-zh.png", "08-card-en.png", "11-sign-zh.png", "18-business-card-en.jpg"];
        JsonObject[] questions = [.. files.Select(file => DemoServer.ChatBody("OCR::", file, 24))];
        string[] alone = new string[files.Length];
        for (int i = 0; i < files.Length; i++)
            alone[i] = DemoServer.ChatText((await server.PostAsync("chat/completions", questions[i])).Body);
        await server.IdleAsync();
        Dictionary<string, double> before = await MetricsAsync();

        Random random = new(9);
        HashSet<int> leaving = [.. Enumerable.Range(0, 100).OrderBy(_ => random.Next()).Take(30)];
        (int Which, int? After)[] plan = [.. Enumerable.Range(0, 100).Select(i => (random.Next(files.Length), leaving.Contains(i) ? random.Next(300) : (int?)null))];
        using SemaphoreSlim places = new(32);
        string?[] answers = await Task.WhenAll(plan.Select(async one =>
        {
            await places.WaitAsync();
            try
            {
                using CancellationTokenSource gone = new();
                if (one.After is { } after)
                    gone.CancelAfter(after);
                return DemoServer.ChatText((await server.PostAsync("chat/completions", questions[one.Which], gone.Token)).Body);
            }
            catch (OperationCanceledException) when (one.After is not null)
            {
                return null;
            }
            finally
            {
                places.Release();
            }
        }));

        for (int i = 0; i < plan.Length; i++)
            if (plan[i].After is null || answers[i] is not null)
                Assert.Equal(alone[plan[i].Which], answers[i]);
        await server.IdleAsync();
        await EveryOneIsCountedAsync(before, answers.Count(answer => answer is not null));
    }

    /// <summary>Of those who left, the server saw as many as had reached it; each of them is counted once, as an answer or as given up.</summary>
    private async Task EveryOneIsCountedAsync(Dictionary<string, double> before, int answered)
    {
        Dictionary<string, double> after = [];
        double Since(string name, string labels = "") => after.Sum(name, labels) - before.Sum(name, labels);
        // The last lines are written a moment after the engine is idle.
        await MetricsTests.UntilAsync(async () =>
        {
            after = await MetricsAsync();
            return server.Readings == 0 && Since("hunyuanocr_http_requests_total", "/v1/chat") >= Since("vllm:request_success_total");
        });
        double seen = Since("hunyuanocr_http_requests_total", "/v1/chat"), ok = Since("hunyuanocr_http_requests_total", "route=\"/v1/chat/completions\",method=\"POST\",status=\"200\""), gone = Since("hunyuanocr_http_requests_total", "status=\"499\"");
        double ended = Since("vllm:request_success_total"), aborted = Since("vllm:request_success_total", "\"abort\"");
        Assert.InRange(seen, answered, 100);
        Assert.Equal(seen, ok + gone);
        // An answer may be whole while its client is leaving.
        Assert.InRange(ok, answered, ended - aborted);
        Assert.InRange(aborted, 0, gone);
        Assert.Equal((aborted, 0), (Since("hunyuanocr_requests_aborted_total"), Since("hunyuanocr_request_failures_total")));
        Assert.Equal((0, 0, 0, 0), (after.Sum("vllm:num_requests_running"), after.Sum("vllm:num_requests_waiting"), after.Sum("vllm:kv_cache_usage_perc"), after.Sum("hunyuanocr_kv_cache_blocks_used")));
    }

    private async Task<Dictionary<string, double>> MetricsAsync() => ChatCalls.Read(await server.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative)));

    [Fact]
    public async Task After_200_long_requests_were_dropped_a_short_one_is_answered_and_no_block_is_left()
    {
        using CancellationTokenSource gone = new();
        JsonObject longOne = DemoServer.ChatBody("OCR::", "24-page-en.png");
        Task[] dropped = [.. Enumerable.Range(0, 200).Select(_ => DropAsync(server, longOne, gone.Token))];
        // They are dropped while the first of them are being read.
        await MetricsTests.UntilAsync(() => Task.FromResult(server.Status.Running > 0));
        await gone.CancelAsync();
        await Task.WhenAll(dropped);
        (int status, JsonNode answer) = await server.PostAsync("chat/completions", DemoServer.ChatBody("OCR::", "11-sign-zh.png", 4));
        Assert.Equal(200, status);
        Assert.Equal(4, (int)answer["usage"]!["completion_tokens"]!);
        await server.IdleAsync();
    }

    private static async Task DropAsync(DemoServer server, JsonObject question, CancellationToken gone)
    {
        try
        {
            await server.PostAsync("chat/completions", question, gone);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
