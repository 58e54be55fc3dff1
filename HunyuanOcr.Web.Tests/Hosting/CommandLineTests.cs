using System.Diagnostics;
using HunyuanOcr.Web.Hosting;

namespace HunyuanOcr.Web.Tests.Hosting;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--prot=80", "--prot is not known")]
    [InlineData("--Limitz:MaxPixels=1", "--Limitz:MaxPixels is not known")]
    [InlineData("--port", "--port has no value")]
    [InlineData("serve", "\"serve\" is no argument")]
    public void An_argument_that_nobody_reads_is_a_fault(string argument, string fault) =>
        Assert.Contains(fault, Assert.Single(CommandLine.Faults([argument])), StringComparison.Ordinal);

    [Fact]
    public void Names_of_vLLM_and_of_settings_are_taken_with_and_without_an_equals_sign() =>
        Assert.Empty(CommandLine.Faults(["--max-num-seqs", "4", "--max-model-len=2048", "--max-num-batched-tokens", "512", "--gpu-memory-utilization", "0.8", "--host", "0.0.0.0", "--port", "8000",
            "--model", "x", "--Engine:Threads", "-1", "--Logging:LogLevel:Default=Warning", "--urls=http://localhost:1", "--contentRoot", "x"]));

    [Fact]
    public async Task Help_lists_the_short_names_and_every_setting_and_ends_with_code_0()
    {
        (int code, string output, _) = await RunAsync("--help");
        Assert.Equal(0, code);
        Assert.All(CommandLine.Names.Keys.Concat(StudioOptions.KnownKeys()), name => Assert.Contains(name, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Wrong_settings_of_every_section_are_all_listed_at_once_and_the_process_ends_with_code_2()
    {
        (int code, string output, string errors) = await RunAsync("--model", "no-such-folder", "--max-num-seqs", "0", "--port", "99999", "--gpu-memory-utilization", "2", "--Auth:ApiKeys", "short", "--Auth:KnownProxies", "x.y",
            "--Auth:RequireKey", "perhaps", "--Auth:AllowedOrigins", "example.org", "--Limits:RequestTimeout", "0", "--RateLimit:PerKey", "-1", "--Storage:Provider", "oracle", "--Telemetry:OtlpEndpoint", "there", "--Model:Revision", "main");
        Assert.Equal(2, code);
        Assert.Empty(output);
        foreach (string key in (string[])["Model:Folder", "Engine:MaxSequences", "Listen:Port", "Engine:GpuMemoryFraction", "Auth:ApiKeys", "Auth:KnownProxies", "Auth:RequireKey", "Auth:AllowedOrigins",
            "Limits:RequestTimeout", "RateLimit:PerKey", "Storage:Provider", "Telemetry:OtlpEndpoint", "Model:Revision"])
            Assert.Contains("  " + key, errors, StringComparison.Ordinal);
        Assert.Contains("13 settings are wrong", errors, StringComparison.Ordinal);
        // A key with a slip in it is still somebody's key.
        Assert.DoesNotContain("short", errors, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [typeof(CommandLine).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}
