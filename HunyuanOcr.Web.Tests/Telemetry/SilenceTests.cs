using System.Net;
using System.Text;
using System.Text.Json;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HunyuanOcr.Web.Tests.Telemetry;

/// <summary>Logs, metrics and traces hold nothing of what documents say.</summary>
public sealed class SilenceTests
{
    private const string Secret = "机密QZXKJ-4711";

    [Fact]
    public async Task Neither_log_nor_metrics_hold_text_prompt_or_picture_of_a_request_that_succeeds_fails_or_is_refused()
    {
        Lines lines = new();
        using TestApp app = new();
        using var watched = app.WithWebHostBuilder(builder => Microsoft.AspNetCore.TestHost.WebHostBuilderExtensions.ConfigureTestServices(builder, services =>
        {
            services.AddSingleton<ILoggerProvider>(lines);
            services.Configure<LoggerFilterOptions>(static filter => filter.MinLevel = LogLevel.Debug);
        }));
        using HttpClient client = watched.CreateClient();
        await watched.Services.GetRequiredService<HunyuanOcr.Web.Hosting.ReaderHost>().WaitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        byte[] picture = [.. TestPictures.Png(40, 30), .. Encoding.UTF8.GetBytes(Secret)];
        ScriptedAnswer answer = new([(Secret, new OcrBox(1, 2, 3, 4), 0.9)]);

        app.Reader.Script = (_, cancellationToken) => answer.PlayAsync(cancellationToken);
        foreach (bool stream in (bool[])[false, true])
        {
            using HttpResponseMessage read = await client.AskAsync(picture, Secret + "\n{\"level\":\"error\"}", stream);
            Assert.Contains(stream ? "机密Q" : Secret, await read.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        foreach (Exception failure in (Exception[])[new OcrEngineException("The step failed.", false), new InvalidOperationException("broken"), new OcrPictureException(OcrPictureFault.Damaged, "picture 1", "picture 1 is damaged")])
        {
            app.Reader.Script = (_, cancellationToken) => (answer with { Fail = (1, failure) }).PlayAsync(cancellationToken);
            using HttpResponseMessage failed = await client.AskAsync(picture, Secret);
            Assert.NotEqual(HttpStatusCode.OK, failed.StatusCode);
            // Its line is written before its answer ends, not before it begins.
            await failed.Content.ReadAsStringAsync();
        }
        using HttpResponseMessage refused = await client.PostAsync($"/v1/chat/completions?{Secret}", new StringContent($"{{\"model\":\"{Secret}\",\"messages\":\"{Secret}\"", Encoding.UTF8, "application/json"));
        using HttpResponseMessage unknown = await client.GetAsync($"/v1/{Uri.EscapeDataString(Secret)}%0Aerror: forged");

        string log = lines.All(), metrics = await client.GetStringAsync("/metrics");
        Assert.Contains("\"route\":\"/v1/chat/completions\"", log, StringComparison.Ordinal);
        Assert.Contains("\"finish_reason\":\"stop\"", log, StringComparison.Ordinal);
        string bytes = Convert.ToBase64String(picture)[..24];
        foreach (string told in (string[])[log, metrics])
        {
            Assert.DoesNotContain("QZXKJ", told, StringComparison.Ordinal);
            Assert.DoesNotContain("机密", told, StringComparison.Ordinal);
            Assert.DoesNotContain(bytes, told, StringComparison.Ordinal);
        }
        // Every line is one object: nothing that came from outside began a line of its own.
        Assert.All(log.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
    }

    [Fact]
    public void A_line_end_in_a_text_is_escaped()
    {
        using StringWriter output = new();
        new JsonLogFormatter().Write(new LogEntry<string>(LogLevel.Warning, "Test", default, "one\r\n{\"level\":\"error\"}", new InvalidOperationException("two\nthree"), static (state, _) => state), null, output);
        string line = Assert.Single(output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        JsonElement json = JsonDocument.Parse(line).RootElement;
        Assert.Equal(("warn", "one\r\n{\"level\":\"error\"}"), (json.GetProperty("level").GetString(), json.GetProperty("message").GetString()));
    }

    /// <summary>The console's log, gathered.</summary>
    private sealed class Lines : ILoggerProvider
    {
        private readonly StringBuilder _text = new();

        public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

        public void Dispose()
        {
        }

        internal string All()
        {
            lock (_text)
                return _text.ToString();
        }

        private sealed class Logger(Lines lines, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                // ASP.NET Core's own Debug and Information lines are off in appsettings.json; they hold raw paths.
                if (category.StartsWith("Microsoft.", StringComparison.Ordinal) && logLevel < LogLevel.Warning)
                    return;
                using StringWriter line = new();
                new JsonLogFormatter().Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter), null, line);
                lock (lines._text)
                    lines._text.Append(line);
            }
        }
    }
}
