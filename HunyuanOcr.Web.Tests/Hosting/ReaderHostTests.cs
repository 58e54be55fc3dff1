using System.Diagnostics.Metrics;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Recognise;
using HunyuanOcr.Web.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace HunyuanOcr.Web.Tests.Hosting;

public sealed class ReaderHostTests
{
    [Fact]
    public async Task A_dead_engine_is_replaced_and_requests_wait_for_the_fresh_one()
    {
        int loads = 0;
        TaskCompletionSource second = new();
        using ReaderHost host = Host(async (_, _) =>
        {
            if (++loads == 2)
                await second.Task;
            return new ScriptedReader();
        });
        await host.StartAsync(CancellationToken.None);
        IPageReader first = await host.WaitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        host.Died(first);
        Assert.Equal(ReaderState.GettingReady, host.State);
        Task<IPageReader> fresh = host.WaitAsync(CancellationToken.None);
        Assert.False(fresh.IsCompleted);
        second.SetResult();
        Assert.NotSame(first, await fresh.WaitAsync(TimeSpan.FromSeconds(60)));
        await host.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_model_folder_that_cannot_be_used_stops_the_app_with_every_fault()
    {
        Lifetime lifetime = new();
        using ReaderHost host = Host((_, _) => throw new OcrConfigurationException(["vision.onnx is missing", "decoder.onnx is damaged"]), lifetime);
        await host.StartAsync(CancellationToken.None);
        await lifetime.Stopped.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(ReaderState.Stopped, host.State);
        OcrEngineException error = await Assert.ThrowsAsync<OcrEngineException>(() => host.WaitAsync(CancellationToken.None));
        Assert.Contains("decoder.onnx is damaged", error.Message, StringComparison.Ordinal);
        Assert.Equal(StartFaults.ExitCode, Environment.ExitCode);
        Environment.ExitCode = 0;
    }

    [Fact]
    public async Task An_engine_that_dies_at_once_is_replaced_once_and_then_the_host_stops_for_good()
    {
        int loads = 0;
        using ReaderHost host = Host((_, _) => { loads++; return Task.FromResult<IPageReader>(new ScriptedReader()); });
        await host.StartAsync(CancellationToken.None);
        IPageReader first = await host.WaitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        host.Died(first);
        IPageReader second = await host.WaitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.NotSame(first, second);
        host.Died(first);
        Assert.Equal(ReaderState.Ready, host.State);
        host.Died(second);
        await Assert.ThrowsAsync<OcrEngineException>(() => host.WaitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal((ReaderState.Stopped, 2), (host.State, loads));
        await host.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_model_that_fails_its_self_check_is_ready_all_the_same_and_its_faults_are_known()
    {
        ScriptedReader reader = new() { Check = ScriptedReader.Failing };
        using ReaderHost host = Host((_, _) => Task.FromResult<IPageReader>(reader));
        await host.StartAsync(CancellationToken.None);
        await host.WaitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(ReaderState.Ready, host.State);
        Assert.Equal(ScriptedReader.Failing.Faults, host.CheckFaults);
        await host.StopAsync(CancellationToken.None);
    }

    internal static ReaderHost Host(LoadPageReader load, IHostApplicationLifetime? lifetime = null)
    {
        StudioOptions options = Options(Path.Combine(AppContext.BaseDirectory, "reader-host", Guid.NewGuid().ToString("N")));
        (Readings readings, StudioMetrics metrics) = Telemetry();
        return new ReaderHost(load, new SelfChecks(options, NullLogger<SelfChecks>.Instance), readings, metrics, options, lifetime ?? new Lifetime(), NullLogger<ReaderHost>.Instance);
    }

    internal static (Readings Readings, StudioMetrics Metrics) Telemetry()
    {
        EngineTotals engine = new();
        StudioMetrics metrics = new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>(), engine);
        return (new Readings(metrics, engine, new RequestLog(metrics, new RecentErrors(TimeProvider.System), NullLogger<RequestLog>.Instance), new FirstTokens(), new PagePace(TimeProvider.System)), metrics);
    }

    internal static StudioOptions Options(string documents)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Model:Folder", AppContext.BaseDirectory), new("Storage:DocumentFolder", documents)]).Build();
        return StudioOptions.Read(configuration, AppContext.BaseDirectory, out _);
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        internal TaskCompletionSource Stopped { get; } = new();

        public CancellationToken ApplicationStarted => new(canceled: true);

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication() => Stopped.TrySetResult();
    }
}
