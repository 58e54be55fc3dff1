using System.Diagnostics;
using System.Net;
using HunyuanOcr.Inference.Tests;
using HunyuanOcr.Web.Hosting;

namespace HunyuanOcr.Web.Tests.Hosting;

/// <summary>The server as a process of its own: where it listens, and how it refuses to start.</summary>
public sealed class StartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hunyuanocr-start-").FullName;

    public void Dispose() => TestFolder.Delete(_folder);

    [Theory]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("0.0.0.0", HttpStatusCode.Unauthorized)]
    public async Task It_listens_at_the_host_and_port_of_vLLMs_names_and_asks_for_a_key_beyond_this_machine(string host, HttpStatusCode models)
    {
        string port = FreePort.Next().ToString(System.Globalization.CultureInfo.InvariantCulture);
        using Process server = Start("--model", ExportedDemoModel.Folder(), "--host", host, "--port", port);
        try
        {
            server.BeginOutputReadLine(); // a full pipe would hold it
            using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            HttpStatusCode? live = null;
            for (int tries = 0; tries < 600 && live is null && !server.HasExited; tries++, await Task.Delay(100))
                live = await StatusAsync(client, "/health/ready") is HttpStatusCode.OK ? HttpStatusCode.OK : null;
            Assert.Equal(HttpStatusCode.OK, live);
            Assert.Equal(models, await StatusAsync(client, "/v1/models"));
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task A_model_of_another_revision_is_not_served() =>
        await RefusesAsync(ExportedDemoModel.Folder(), "Model:Revision is \"0123456789ab\", but the model", "--Model:Revision", "0123456789AB");

    [Fact]
    public async Task A_model_that_lacks_a_file_is_not_served()
    {
        string missing = Graph();
        await RefusesAsync(Copy(without: missing), missing);
    }

    [Fact]
    public async Task A_model_with_a_file_that_was_cut_off_is_not_served()
    {
        string cut = Graph(), copy = Copy(without: cut);
        byte[] whole = File.ReadAllBytes(Path.Combine(ExportedDemoModel.Folder(), cut));
        File.WriteAllBytes(Path.Combine(copy, cut), whole[..(whole.Length / 2)]);
        await RefusesAsync(copy, cut);
    }

    [Fact]
    public async Task A_folder_without_a_model_is_not_served() => await RefusesAsync(_folder, "export.json");

    private async Task RefusesAsync(string model, string words, params string[] arguments)
    {
        using Process server = Start(["--model", model, "--port", FreePort.Next().ToString(System.Globalization.CultureInfo.InvariantCulture), .. arguments]);
        Task<string> log = server.StandardOutput.ReadToEndAsync();
        string errors = await server.StandardError.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(2));
        await server.WaitForExitAsync();
        Assert.Equal(StartFaults.ExitCode, server.ExitCode);
        Assert.StartsWith("HunyuanOCR cannot start", errors, StringComparison.Ordinal);
        Assert.Contains(words, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors + await log, StringComparison.Ordinal);
    }

    private Process Start(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [typeof(StartFaults).Assembly.Location, "--contentRoot", Path.Combine(Repository.Root, "HunyuanOcr.Web"), "--Storage:DocumentFolder", Path.Combine(_folder, "data"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    private static string Graph() => Directory.EnumerateFiles(ExportedDemoModel.Folder(), "*.onnx").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal).First();

    /// <summary>The model's folder again, but for one file.</summary>
    private string Copy(string without)
    {
        string copy = Directory.CreateDirectory(Path.Combine(_folder, "model")).FullName;
        foreach (string file in Directory.EnumerateFiles(ExportedDemoModel.Folder()).Where(file => Path.GetFileName(file) != without))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return copy;
    }

    private static async Task<HttpStatusCode?> StatusAsync(HttpClient client, string path)
    {
        try
        {
            using HttpResponseMessage answer = await client.GetAsync(new Uri(path, UriKind.Relative));
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return null;
        }
    }
}
