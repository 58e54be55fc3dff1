using System.Diagnostics;
using System.Net;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Api.OpenApi;
using HunyuanOcr.Web.Documents.Pdf;
using HunyuanOcr.Web.Tests.Api.Snippets;

namespace HunyuanOcr.Web.Tests.Api.OpenApi;

/// <summary>The programs of the API page, run as the page shows them against a real server on a real port.</summary>
[Collection(Alone.Name)]
public sealed class SnippetTests : IDisposable
{
    private static readonly string? _python = new[] { Environment.GetEnvironmentVariable("SNIPPET_PYTHON"), "/usr/bin/python3" }.FirstOrDefault(path => path is not null && File.Exists(path));

    private readonly TestApp _app = new();
    private readonly string _address;
    private readonly string _folder = Directory.CreateTempSubdirectory("hunyuanocr-snippets-").FullName;

    public SnippetTests()
    {
        _address = _app.Listen();
        _app.Reader.Script = static (request, cancel) => (request.Fields.Count > 0 || request.Prompt?.StartsWith("EXTRACT::", StringComparison.Ordinal) == true
            ? new ScriptedAnswer([("{\"invoice number\": \"LT-2024-0318\"}", null, 0.9)]) with { Fields = [new("invoice number", "LT-2024-0318", 0.9)], Pace = TimeSpan.Zero }
            : ScriptedAnswer.Invoice with { Pace = TimeSpan.Zero }).PlayAsync(cancel);
        File.WriteAllBytes(Path.Combine(_folder, "invoice.png"), TestPictures.Png(800, 600));
        File.WriteAllBytes(Path.Combine(_folder, "report.pdf"), TestPdfs.Pages(2));
    }

    public void Dispose()
    {
        _app.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public static TheoryData<string> Topics() => [.. Snippet.Topics];

    [SkippableTheory]
    [MemberData(nameof(Topics))]
    public async Task The_curl_of_a_topic_runs_as_it_is_shown(string topic)
    {
        Skip.IfNot(File.Exists("/usr/bin/curl") && File.Exists("/usr/bin/base64"), "curl is not installed.");
        await NeedAsync(topic);
        (int code, string output) = await RunAsync("/bin/sh", "-e", "-c", Snippet.Read(topic, "sh", _address).Text);
        Assert.True(code == 0, output);
        Assert.Contains(Expected(topic), output, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Topics))]
    public async Task The_Python_of_a_topic_is_proper_Python(string topic)
    {
        string file = await PythonAsync(topic);
        (int code, string fault) = await RunAsync(_python!, "-m", "py_compile", file);
        Assert.True(code == 0, fault);
    }

    [SkippableTheory]
    [MemberData(nameof(Topics))]
    public async Task The_Python_of_a_topic_runs_where_openai_is_installed(string topic)
    {
        string file = await PythonAsync(topic);
        Skip.If((await RunAsync(_python!, "-c", "import openai")).Code != 0, "The Python package openai is not installed; SNIPPET_PYTHON may name a Python that has it.");
        await NeedAsync(topic);
        (int code, string output) = await RunAsync(_python!, file);
        Assert.True(code == 0, output);
        Assert.Contains(Expected(topic), output, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Topics))]
    public async Task The_CSharp_of_a_topic_runs(string topic)
    {
        await NeedAsync(topic);
        Func<string, string, Task> run = topic switch
        {
            "chat" => ChatSnippet.RunAsync,
            "chat-stream" => ChatStreamSnippet.RunAsync,
            "completions" => CompletionsSnippet.RunAsync,
            "ocr-picture" => OcrPictureSnippet.RunAsync,
            "ocr-pdf" => OcrPdfSnippet.RunAsync,
            _ => OcrStreamSnippet.RunAsync,
        };
        string here = Environment.CurrentDirectory;
        TextWriter console = Console.Out;
        using StringWriter output = new();
        try
        {
            Environment.CurrentDirectory = _folder;
            Console.SetOut(output);
            await run(_address, "YOUR_KEY");
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = here;
        }
        Assert.Contains(Expected(topic), output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_shows_a_whole_program_with_this_servers_address()
    {
        foreach (string topic in Snippet.Topics)
            foreach ((string ending, string _) in Snippet.Languages)
            {
                string text = Snippet.Read(topic, ending, "https://ocr.example.org").Text;
                Assert.Contains("https://ocr.example.org", text, StringComparison.Ordinal);
                Assert.DoesNotContain(Snippet.Address, text, StringComparison.Ordinal);
                Assert.DoesNotContain("RunAsync", text, StringComparison.Ordinal);
                Assert.DoesNotContain("namespace", text, StringComparison.Ordinal);
            }
    }

    private static string Expected(string topic) => topic switch
    {
        "completions" => "LT-2024-0318",
        "chat-stream" => "INV",
        _ => "INVOICE",
    };

    private async Task<string> PythonAsync(string topic)
    {
        Skip.If(_python is null, "Python is not installed.");
        string file = Path.Combine(_folder, topic + ".py");
        await File.WriteAllTextAsync(file, Snippet.Read(topic, "py", _address).Text);
        return file;
    }

    private async Task NeedAsync(string topic)
    {
        Skip.If(topic is "ocr-pdf" or "ocr-stream" && PopplerTools.OfMachine().Missing.Count > 0, "poppler-utils is not installed.");
        using HttpClient client = new();
        while ((await client.GetAsync(new Uri(_address + "/health/ready"))).StatusCode != HttpStatusCode.OK)
            await Task.Delay(20);
    }

    private async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
