using System.Text.RegularExpressions;
using HunyuanOcr.Web.Hosting;

namespace HunyuanOcr.Web.Tests.Hosting;

/// <summary>docs/configuration.md names what can be set: all of it, and nothing else.</summary>
public sealed partial class ConfigurationDocumentTests
{
    private static readonly string _document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "configuration.md"));

    [Fact]
    public void Every_known_key_and_every_short_name_stands_in_the_document() =>
        Assert.All(StudioOptions.KnownKeys().Concat(CommandLine.Names.Keys), key => Assert.Contains($"`{key}`", _document, StringComparison.Ordinal));

    [Fact]
    public void Every_key_in_the_tables_of_the_document_is_known() =>
        Assert.All(Row().Matches(_document), row => Assert.Contains(row.Groups[1].Value, StudioOptions.KnownKeys()));

    [GeneratedRegex(@"^\| `([A-Za-z]+(?::[A-Za-z]+)?)`", RegexOptions.Multiline)]
    private static partial Regex Row();
}
