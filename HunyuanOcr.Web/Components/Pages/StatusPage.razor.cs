using System.Globalization;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Components.Status;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Language;
using HunyuanOcr.Web.Telemetry;
using Microsoft.AspNetCore.Components;

namespace HunyuanOcr.Web.Components.Pages;

/// <summary>What the server does now and did in the last fifteen minutes; drawn anew every two seconds until somebody stops it.</summary>
public sealed partial class StatusPage : StudioComponent, IDisposable
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _gone = new();
    private StatusView _view = StatusView.Empty;
    private bool _paused;

    [Inject]
    internal StatusSource Source { get; set; } = null!;

    [Inject]
    internal ReaderHost Host { get; set; } = null!;

    [Inject]
    internal StudioOptions Options { get; set; } = null!;

    [Inject]
    internal TimeProvider Time { get; set; } = null!;

    private string Dot => Host.State switch { ReaderState.Ready => "", ReaderState.GettingReady => "warn", _ => "bad" };

    /// <summary>Why nothing is read, in the visitor's language; what the server itself says stands beside it.</summary>
    private string Why => Host.State == ReaderState.Stopped ? "stopped" : Host.Afresh ? "afresh" : "loading";

    private string Waiting => _view.Waiting == 0 ? W["status.none_waiting"] : W.Format("status.waiting", W.Number(_view.Waiting), W.Seconds(_view.LongestWait));

    /// <inheritdoc/>
    protected override void OnInitialized() => _view = Source.Look();

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
            _ = DrawAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    private async Task DrawAsync()
    {
        using PeriodicTimer timer = new(_every, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_gone.Token))
            {
                if (_paused)
                    continue;
                _view = Source.Look();
                await InvokeAsync(StateHasChanged);
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }

    private void Pause() => _paused = !_paused;

    private string What(RecentError error)
    {
        string key = "status.error." + error.Status, text = Words.Of(Visitor.Language).Keys.Contains(key) ? W[key] : W["status.error.other"];
        return error.Times > 1 ? W.Format("status.times", text, W.Number(error.Times)) : text;
    }

    private IEnumerable<(string Key, string Value, bool Mono)> Facts()
    {
        if (_view.Engine is not { } engine)
        {
            yield return ("name", "…", false);
            yield break;
        }
        ModelDescription model = engine.Model;
        yield return ("name", model.Name, false);
        if (Options.Api.Revision is { Length: > 0 } revision)
            yield return ("revision", revision.Length > 12 ? revision[..12] : revision, true);
        yield return ("checksum", string.Join(' ', model.SourceHash[..Math.Min(12, model.SourceHash.Length)].Chunk(4).Select(static four => new string(four))), true);
        yield return ("precision", model.Precision, false);
        yield return ("device", engine.Device, false);
        yield return ("sequences", W.Number(Options.Engine.MaxSequences), false);
        yield return ("step", W.Number(Options.Engine.MaxScheduledTokens), false);
        yield return ("context", W.Number(model.ContextLength), false);
        yield return ("cache", W.Format("status.blocks", W.Number(engine.BlocksTotal), W.Number(engine.BlockSize)), false);
        yield return ("check", Host.CheckFaults.Count == 0 ? W["status.passed"] : W.Count("status.not_passed", Host.CheckFaults.Count), false);
    }

    private string Age(TimeSpan age) => age switch
    {
        { TotalDays: >= 1 } => W.Count("status.age.days", age.Days) + " " + W.Count("status.age.hours", age.Hours),
        { TotalHours: >= 1 } => W.Count("status.age.hours", age.Hours) + " " + W.Count("status.age.minutes", age.Minutes),
        _ => W.Count("status.age.minutes", age.Minutes),
    };

    private string Whole(double value) => W.Number((long)Math.Round(value));

    private string SecondsOf(double value) => W.Format("unit.seconds", value.ToString("0.##", CultureInfo.InvariantCulture));

    private static string Percent(double share) => Words.Percent(Math.Clamp(share, 0, 1));

    private static string Gigabytes(long bytes) => (bytes / (double)(1L << 30)).ToString(bytes < 100L << 30 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private static string Clock(DateTimeOffset at) => at.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
