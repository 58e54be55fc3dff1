using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace HunyuanOcr.Web.Language;

/// <summary>The words of the pages in one language, from en.json and zh.json; a missing one is an error that a test finds.</summary>
public sealed class Words
{
    private static readonly FrozenDictionary<PageLanguage, Words> _all = Enum.GetValues<PageLanguage>().ToFrozenDictionary(language => language, language => new Words(language));

    private readonly FrozenDictionary<string, string> _texts;

    private Words(PageLanguage language)
    {
        Language = language;
        using Stream file = typeof(Words).Assembly.GetManifestResourceStream(language.Code() + ".json")
            ?? throw new InvalidOperationException($"{language.Code()}.json is not embedded.");
        _texts = JsonSerializer.Deserialize<Dictionary<string, string>>(file)!.ToFrozenDictionary();
    }

    /// <summary>Their language.</summary>
    public PageLanguage Language { get; }

    /// <summary>Every key, for tests.</summary>
    public IReadOnlyCollection<string> Keys => _texts.Keys;

    /// <summary>The words of a language.</summary>
    public static Words Of(PageLanguage language) => _all[language];

    /// <summary>A text without gaps.</summary>
    public string this[string key] => _texts.TryGetValue(key, out string? text) ? text : throw new KeyNotFoundException($"{Language.Code()}.json has no \"{key}\".");

    /// <summary>A text with gaps {0}, {1} ... filled.</summary>
    public string Format(string key, params object[] values) => string.Format(CultureInfo.InvariantCulture, this[key], values);

    /// <summary>A text for one or for many: "key.one" or "key.many".</summary>
    public string Count(string key, long count) => Format(count == 1 ? key + ".one" : key + ".many", Number(count));

    /// <summary>3,508 in English, 3508 in Chinese.</summary>
    public string Number(long number) => number.ToString(Language == PageLanguage.Chinese ? "0" : "#,0", CultureInfo.InvariantCulture);

    /// <summary>Seconds with one or two places, as in "0.42 s".</summary>
    public string Seconds(TimeSpan time, int places = 1) => Format("unit.seconds", time.TotalSeconds.ToString(places == 1 ? "0.0" : "0.00", CultureInfo.InvariantCulture));

    /// <summary>A time that is only estimated: "4 seconds", "2 minutes"; never less than a second.</summary>
    public string Rough(TimeSpan time) => time.TotalSeconds < 100
        ? Count("unit.rough_seconds", (long)Math.Max(1, Math.Ceiling(time.TotalSeconds)))
        : Count("unit.rough_minutes", (long)Math.Ceiling(time.TotalMinutes));

    /// <summary>A size of a file, as in "2.1 MB"; 1 MB is 1,048,576 bytes, as the limit counts.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1024 => FormattableString.Invariant($"{bytes} B"),
        < 1024 * 1024 => FormattableString.Invariant($"{bytes / 1024.0:0.0} KB"),
        < 1024 * 1024 * 1024 => FormattableString.Invariant($"{bytes / 1048576.0:0.#} MB"),
        _ => FormattableString.Invariant($"{bytes / 1073741824.0:0.#} GB"),
    };

    /// <summary>A day of this year: "14 June", "6 月 14 日".</summary>
    public string Day(DateTime day) => Language == PageLanguage.Chinese
        ? day.ToString("M 月 d 日", CultureInfo.InvariantCulture)
        : day.ToString("d MMMM", CultureInfo.InvariantCulture);

    /// <summary>A day: "14 June 2026", "2026 年 6 月 14 日".</summary>
    public string Date(DateTime day) => Language == PageLanguage.Chinese
        ? day.ToString("yyyy 年 M 月 d 日", CultureInfo.InvariantCulture)
        : day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>"3,508 × 4,961".</summary>
    public string Size(int width, int height) => $"{Number(width)} × {Number(height)}";

    /// <summary>Megapixels: "182 megapixels", "1.82 亿像素", "5000 万像素".</summary>
    public string Pixels(long pixels)
    {
        if (Language == PageLanguage.English)
            return Format("unit.megapixels", (pixels / 1e6).ToString(pixels < 10_000_000 ? "0.#" : "#,0", CultureInfo.InvariantCulture));
        return pixels >= 100_000_000
            ? Format("unit.megapixels", (pixels / 1e8).ToString("0.##", CultureInfo.InvariantCulture) + " 亿")
            : Format("unit.megapixels", (pixels / 1e4).ToString("0", CultureInfo.InvariantCulture) + " 万");
    }

    /// <summary>A share of 1 with one place, for tables: "62.0%".</summary>
    public static string Tenths(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + "%";

    /// <summary>A share of 1 in whole percent: "62%".</summary>
    public static string Percent(double share) => ((int)Math.Round(share * 100)).ToString(CultureInfo.InvariantCulture) + "%";
}
