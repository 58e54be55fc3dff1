using System.Net;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HunyuanOcr.Web.Tests.Hosting;

public sealed class DrainTests
{
    [Fact]
    public async Task While_it_drains_it_is_not_ready_new_requests_get_503_and_the_running_one_finishes()
    {
        TaskCompletionSource held = new();
        using TestApp app = new();
        app.Reader.Script = (_, cancellationToken) => (ScriptedAnswer.Invoice with { Hold = (2, held.Task) }).PlayAsync(cancellationToken);
        using HttpClient client = await MetricsTests.ReadyAsync(app);
        Task<HttpResponseMessage> running = client.AskAsync(TestPictures.Png(40, 30));
        await MetricsTests.UntilAsync(() => Task.FromResult(app.Reader.Running == 1));

        CancellationToken stopping = Stopping(app);
        Task drained = app.Services.GetRequiredService<Drain>().BeginAsync();
        using HttpResponseMessage ready = await client.GetAsync("/health/ready"), late = await client.AskAsync(TestPictures.Png(40, 30));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not ready: " + Drain.Reason), (ready.StatusCode, await ready.Content.ReadAsStringAsync()));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (late.StatusCode, late.Headers.RetryAfter!.ToString()));
        Assert.Contains("\"code\":\"draining\"", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live")).StatusCode);
        Assert.False(drained.IsCompleted);

        held.SetResult();
        using HttpResponseMessage answer = await running;
        Assert.True((await answer.UsageAsync()).Completion > 0);
        await drained.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(stopping.IsCancellationRequested);
    }

    [Fact]
    public async Task A_request_that_does_not_end_holds_the_server_no_longer_than_the_deadline()
    {
        using TestApp app = new(new() { ["Hosting:DrainSeconds"] = "1" });
        app.Reader.Script = static (_, cancellationToken) => (ScriptedAnswer.Invoice with { Hold = (2, new TaskCompletionSource().Task) }).PlayAsync(cancellationToken);
        using HttpClient client = await MetricsTests.ReadyAsync(app);
        using CancellationTokenSource gone = new();
        Task<HttpResponseMessage> running = client.AskAsync(TestPictures.Png(40, 30), cancellationToken: gone.Token);
        await MetricsTests.UntilAsync(() => Task.FromResult(app.Reader.Running == 1));
        CancellationToken stopping = Stopping(app);
        await app.Services.GetRequiredService<Drain>().BeginAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(stopping.IsCancellationRequested);
        await gone.CancelAsync();
        await Task.WhenAny(running, Task.Delay(TimeSpan.FromSeconds(60)));
        Assert.True(running.IsCompleted);
    }

    // Asked for beforehand: a drained server stops, and with it goes whom to ask.
    private static CancellationToken Stopping(TestApp app) => app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
}
