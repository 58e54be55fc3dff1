using HunyuanOcr.Inference;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Recognise;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HunyuanOcr.Web.Tests.Hosting;

public sealed class SelfChecksTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hunyuanocr-checks-").FullName;
    private readonly Records _log = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_model_that_passes_is_checked_at_its_first_load_only()
    {
        ScriptedReader reader = new();
        Assert.Empty(await Checks().RunAsync(reader, CancellationToken.None));
        Assert.Empty(await Checks().RunAsync(reader, CancellationToken.None));
        Assert.Equal(1, reader.Checks);
        Assert.Single(Directory.GetFiles(Path.Combine(_folder, "self-checks")));
    }

    [Fact]
    public async Task A_model_that_fails_is_logged_with_what_differs_at_every_start()
    {
        ScriptedReader reader = new() { Check = ScriptedReader.Failing };
        for (int start = 1; start <= 2; start++)
        {
            Assert.Equal(ScriptedReader.Failing.Faults, await Checks().RunAsync(reader, CancellationToken.None));
            Assert.Equal(start, reader.Checks);
        }
        Assert.Equal(2, _log.Lines.Count(line => line.Level == LogLevel.Error && line.Text.Contains("vision.onnx is not what was exported", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_command_says_what_was_found_and_ends_with_0_or_1()
    {
        foreach ((SelfCheckReport report, int code, string said) in new[] { (ScriptedReader.Passing, 0, "The self-check passed."), (ScriptedReader.Failing, 1, "vision.onnx is not what was exported.") })
        {
            using StringWriter output = new();
            Assert.Equal(code, await SelfCheckCommand.RunAsync((_, _) => Task.FromResult<IPageReader>(new ScriptedReader { Check = report }), new EngineOptions { ModelFolder = "" }, output, CancellationToken.None));
            Assert.Contains(said, output.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_command_names_every_fault_of_a_folder_that_cannot_be_used()
    {
        using StringWriter output = new();
        Assert.Equal(StartFaults.ExitCode, await SelfCheckCommand.RunAsync(static (_, _) => throw new OcrConfigurationException(["a is missing", "b is damaged"]), new EngineOptions { ModelFolder = "" }, output, CancellationToken.None));
        Assert.Contains("b is damaged", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_says_calmly_that_the_model_did_not_pass_and_reads_all_the_same()
    {
        using TestApp app = new();
        app.Reader.Check = ScriptedReader.Failing;
        using HttpClient client = app.CreateClient();
        await app.Services.GetRequiredService<ReaderHost>().WaitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Contains("did not pass its self-check", await client.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Equal("ready", await client.GetStringAsync("/health/ready"));
    }

    private SelfChecks Checks() => new(ReaderHostTests.Options(_folder), _log);

    private sealed class Records : ILogger<SelfChecks>
    {
        internal List<(LogLevel Level, string Text)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add((logLevel, formatter(state, exception)));
    }
}
