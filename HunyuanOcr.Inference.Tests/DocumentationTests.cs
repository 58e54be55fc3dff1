using System.Text.RegularExpressions;

namespace HunyuanOcr.Inference.Tests;

public partial class DocumentationTests
{
    [Fact]
    public void Every_file_that_the_architecture_names_exists()
    {
        string text = File.ReadAllText(Path.Combine(DemoModel.Repository, "docs", "architecture.md"));
        string[] named = [.. CodeFile().Matches(text).Select(match => match.Groups[1].Value).Distinct()];
        Assert.True(named.Length > 20);
        Assert.DoesNotContain(named, name => !File.Exists(Path.Combine(DemoModel.Repository, name)) && !File.Exists(Path.Combine(DemoModel.Repository, "HunyuanOcr.Inference", name)));
    }

    [Fact]
    public void Every_file_of_engine_and_scheduling_stands_in_the_architecture()
    {
        string text = File.ReadAllText(Path.Combine(DemoModel.Repository, "docs", "architecture.md"));
        IEnumerable<string> files = ((string[])["Engine", "Scheduling"])
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(DemoModel.Repository, "HunyuanOcr.Inference", folder), "*.cs").Select(file => $"{folder}/{Path.GetFileName(file)}"));
        Assert.DoesNotContain(files, file => !text.Contains($"`{file}`", StringComparison.Ordinal));
    }

    [GeneratedRegex("`([A-Za-z0-9_./-]+\\.(?:cs|json|md|py|sh|csproj))`")]
    private static partial Regex CodeFile();
}
