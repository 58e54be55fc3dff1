using System.Net;
using HunyuanOcr.Web.Recognise;
using HunyuanOcr.Web.Telemetry;
using HunyuanOcr.Web.Tests.Telemetry;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HunyuanOcr.Web.Tests.Hosting;

public sealed class HealthTests
{
    [Fact]
    public async Task It_is_alive_at_once_and_ready_only_after_the_engine_is_warm()
    {
        TaskCompletionSource<IPageReader> warm = new();
        using TestApp app = new(load: (_, _) => warm.Task);
        using HttpClient client = app.CreateClient();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/health/live"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync("/health/ready"));
        Assert.Contains("Getting ready", await client.GetStringAsync(new Uri("/", UriKind.Relative)), StringComparison.Ordinal);
        warm.SetResult(app.Reader);
        await MetricsTests.UntilAsync(async () => await StatusAsync("/health/ready") == HttpStatusCode.OK);

        async Task<HttpStatusCode> StatusAsync(string path) => (await client.GetAsync(new Uri(path, UriKind.Relative))).StatusCode;
    }

    [Fact]
    public async Task A_probe_while_the_model_loads_is_no_error_in_the_log()
    {
        Levels levels = new();
        using TestApp app = new(load: static (_, _) => new TaskCompletionSource<IPageReader>().Task);
        using var watched = app.WithWebHostBuilder(builder => builder.ConfigureTestServices(services =>
            services.AddLogging(logging => logging.AddProvider(levels).AddFilter<Levels>(category: null, LogLevel.Debug))));
        using HttpClient client = watched.CreateClient();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode);
        // The line is written when the answer is out.
        Assert.Equal(LogLevel.Debug, await levels.First.Task.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    /// <summary>The level of the first request line.</summary>
    private sealed class Levels : ILoggerProvider, ILogger
    {
        internal TaskCompletionSource<LogLevel> First { get; } = new();

        public ILogger CreateLogger(string categoryName) => categoryName == typeof(RequestLog).FullName ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => First.TrySetResult(logLevel);

        public void Dispose()
        {
        }
    }
}
