using System.Runtime.InteropServices;

namespace HunyuanOcr.Web.Hosting;

/// <summary>Ends the process by draining on SIGTERM, SIGINT and SIGQUIT; a second signal ends it at once. Takes the place of the console's lifetime, which would close the port first.</summary>
internal sealed class DrainLifetime(IServiceProvider services) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (PosixSignal signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
            _signals.Add(PosixSignalRegistration.Create(signal, Begin));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
            signal.Dispose();
    }

    private void Begin(PosixSignalContext signal)
    {
        signal.Cancel = true;
        // Asked for only now: the host makes its lifetime before most services.
        Drain drain = services.GetRequiredService<Drain>();
        _ = Task.Run(drain.BeginAsync);
    }
}
