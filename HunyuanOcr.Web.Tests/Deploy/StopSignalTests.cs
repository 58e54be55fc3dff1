using System.Net;
using System.Text.Json;
using HunyuanOcr.Web.Tests.Telemetry;

namespace HunyuanOcr.Web.Tests.Deploy;

/// <summary>A real process that is told to stop.</summary>
public sealed class StopSignalTests
{
    [Fact]
    public async Task On_SIGTERM_the_running_answer_is_finished_new_requests_get_503_and_the_process_ends_with_0_and_leaves_nothing_behind()
    {
        using ServerProcess server = new();
        await server.ReadyAsync();
        byte[] page = await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "demo-model", "samples", "01-notice-zh.jpg"));
        // Eight pages at once on one thread: work for longer than a busy machine may keep this test from looking.
        Task<string>[] running = [.. Enumerable.Range(0, 8).Select(async i =>
        {
            using HttpResponseMessage answer = await server.Client.AskAsync([.. page, (byte)i], stream: true);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return await answer.Content.ReadAsStringAsync();
        })];
        await MetricsTests.UntilAsync(async () => (await server.Client.MetricsAsync()).Sum("vllm:num_requests_running") >= 1);

        server.Child.Send("TERM");
        await MetricsTests.UntilAsync(async () => (await server.Client.GetAsync("/health/ready")).StatusCode == HttpStatusCode.ServiceUnavailable);
        using (HttpResponseMessage late = await server.Client.AskAsync(page))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, late.StatusCode);
            Assert.NotNull(late.Headers.RetryAfter);
        }
        Assert.All(await Task.WhenAll(running), text => Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal));
        Assert.Equal(0, await server.Child.ExitCodeAsync());
        Assert.False(Directory.Exists($"/proc/{server.Child.Id}"));
        JsonElement[] lines = [.. server.Child.Output.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(8, lines.Count(line => line.TryGetProperty("finish_reason", out _) && line.GetProperty("status").GetInt32() == 200));
        Assert.Contains(lines, line => line.GetProperty("message").GetString()!.StartsWith("Every request has ended", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Wrong_settings_end_it_with_2_and_every_fault()
    {
        using ServerProcess server = new("--Engine:MaxSequences", "0", "--Hosting:DrainSeconds", "soon");
        Assert.Equal(2, await server.Child.ExitCodeAsync());
        Assert.Contains("Engine:MaxSequences is \"0\"", server.Child.Output, StringComparison.Ordinal);
        Assert.Contains("Hosting:DrainSeconds is \"soon\"", server.Child.Output, StringComparison.Ordinal);
    }
}
