using System.Text.RegularExpressions;
using HunyuanOcr.Web.Hosting;

namespace HunyuanOcr.Web.Tests.Deploy;

public sealed partial class DeployFilesTests
{
    [Theory]
    [InlineData("hunyuanocr@.service", "Auth__RequireKey=true")]
    [InlineData("start_onnx.sh", "Auth__RequireKey=${Auth__RequireKey:-true}")]
    [InlineData("Dockerfile", "Auth__RequireKey=true")]
    [InlineData("Dockerfile.cuda", "Auth__RequireKey=true")]
    [InlineData("compose.yaml", "Auth__RequireKey: \"true\"")]
    public void Everything_that_starts_a_server_requires_a_key(string file, string setting) =>
        Assert.Contains(setting, File.ReadAllText(Path.Combine(Repository.Root, "deploy", file)), StringComparison.Ordinal);

    [Fact]
    public void Behind_a_proxy_on_the_same_machine_the_server_listens_on_localhost() =>
        Assert.Contains("--host 127.0.0.1", File.ReadAllText(Path.Combine(Repository.Root, "deploy", "hunyuanocr@.service")), StringComparison.Ordinal);

    [Fact]
    public void Every_setting_that_a_file_gives_is_one_that_the_server_knows()
    {
        IReadOnlyCollection<string> known = StudioOptions.KnownKeys();
        string[] files = ["hunyuanocr@.service", "start_onnx.sh", "Dockerfile", "Dockerfile.cuda", "compose.yaml"];
        string[] given = [.. files.SelectMany(file => Setting().Matches(File.ReadAllText(Path.Combine(Repository.Root, "deploy", file))).Select(match => match.Groups[1].Value + ":" + match.Groups[2].Value)).Distinct()];
        Assert.True(given.Length > 6);
        Assert.DoesNotContain(given, key => !known.Contains(key, StringComparer.OrdinalIgnoreCase));
    }

    [SkippableFact]
    public async Task Systemd_finds_no_fault_with_the_unit()
    {
        Skip.If(ChildProcess.Find("systemd-analyze") is null, "There is no systemd on this machine.");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hunyuanocr-unit-");
        try
        {
            // The program must be there, or that is the fault it finds.
            string unit = Path.Combine(folder.FullName, "hunyuanocr@7860.service");
            await File.WriteAllTextAsync(unit, File.ReadAllText(Path.Combine(Repository.Root, "deploy", "hunyuanocr@.service")).Replace("/opt/hunyuanocr", Repository.Root, StringComparison.Ordinal));
            using ChildProcess verify = new(ChildProcess.Find("systemd-analyze")!, ["verify", unit]);
            // Keys that it does not know it names, and passes over.
            Assert.Equal((0, ""), (await verify.ExitCodeAsync(), verify.Output.Trim()));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex("\\b([A-Z][A-Za-z]+)__([A-Z][A-Za-z]+)\\b")]
    private static partial Regex Setting();
}
