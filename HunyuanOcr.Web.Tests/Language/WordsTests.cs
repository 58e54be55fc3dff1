using System.Text.RegularExpressions;
using HunyuanOcr.Web.Language;

namespace HunyuanOcr.Web.Tests.Language;

public sealed partial class WordsTests
{
    private static readonly Words _english = Words.Of(PageLanguage.English);
    private static readonly Words _chinese = Words.Of(PageLanguage.Chinese);

    [Fact]
    public void Both_languages_have_the_same_keys() => Assert.Equal(_english.Keys.Order(StringComparer.Ordinal), _chinese.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void No_text_is_empty_and_gaps_are_the_same_in_both_languages() => Assert.All(_english.Keys, key =>
    {
        Assert.False(string.IsNullOrEmpty(_english[key]) || string.IsNullOrEmpty(_chinese[key]), key);
        Assert.Equal(Gaps(_english[key]), Gaps(_chinese[key]));
    });

    [Fact]
    public void Every_key_that_a_page_uses_exists_and_every_key_is_used()
    {
        string sources = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "HunyuanOcr.Web"), "*", SearchOption.AllDirectories)
            .Where(file => (file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".razor", StringComparison.Ordinal)) && !file.Contains("/obj/", StringComparison.Ordinal))
            .Select(File.ReadAllText));
        foreach (string used in Used().Matches(sources).Select(match => match.Groups[1].Value).Distinct())
            Assert.True(_english.Keys.Contains(used) || (_english.Keys.Contains(used + ".one") && _english.Keys.Contains(used + ".many")), $"{used} is used and missing");
        string[] composed = [.. Composed().Matches(sources).Select(match => match.Groups[1].Value).Distinct()];
        Assert.All(_english.Keys, key => Assert.True(IsNamed(sources, key) || composed.Any(stem => IsMade(stem, key)), $"{key} is never used"));
    }

    [Theory]
    [InlineData(3508, "3,508", "3508")]
    [InlineData(999, "999", "999")]
    public void Numbers_are_written_as_each_language_does(long number, string english, string chinese)
    {
        Assert.Equal(english, _english.Number(number));
        Assert.Equal(chinese, _chinese.Number(number));
    }

    [Theory]
    [InlineData(182_000_000, "182 megapixels", "1.82 亿像素")]
    [InlineData(50_000_000, "50 megapixels", "5000 万像素")]
    [InlineData(2_500_000, "2.5 megapixels", "250 万像素")]
    public void Megapixels_are_counted_as_each_language_does(long pixels, string english, string chinese)
    {
        Assert.Equal(english, _english.Pixels(pixels));
        Assert.Equal(chinese, _chinese.Pixels(pixels));
    }

    [Fact]
    public void English_has_one_form_for_one_and_another_for_many()
    {
        Assert.Equal("1 document ahead of yours", _english.Count("wait.ahead", 1));
        Assert.Equal("2 documents ahead of yours", _english.Count("wait.ahead", 2));
    }

    [Fact]
    public void A_missing_text_is_an_error_that_names_its_key() => Assert.Contains("no.such.key", Assert.Throws<KeyNotFoundException>(() => _english["no.such.key"]).Message, StringComparison.Ordinal);

    private static string[] Gaps(string text) => [.. Gap().Matches(text).Select(match => match.Value).Order(StringComparer.Ordinal)];

    private static bool IsNamed(string sources, string key) =>
        sources.Contains($"\"{key}\"", StringComparison.Ordinal) || (key.EndsWith(".one", StringComparison.Ordinal) || key.EndsWith(".many", StringComparison.Ordinal)) && sources.Contains($"\"{key[..key.LastIndexOf('.')]}\"", StringComparison.Ordinal);

    /// <summary>Keys such as $"task.{kind}.hint" or "failed." + code have a literal part that ends with a dot or holds a gap.</summary>
    private static bool IsMade(string stem, string key) => Regex.IsMatch(key, "^" + Regex.Replace(Regex.Escape(stem), @"\\\{[^}]*}", ".+") + (stem.EndsWith('.') ? ".+" : "") + "$");

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Gap();

    [GeneratedRegex(@"""([a-z_.]+\.(?:[a-z_.]*\{[A-Za-z]+\}[a-z_.]*)?)""")]
    private static partial Regex Composed();

    [GeneratedRegex(@"W(?:ords)?(?:\[|\.Format\(|\.Count\()""([a-z_.]+[a-z_])""")]
    private static partial Regex Used();
}
