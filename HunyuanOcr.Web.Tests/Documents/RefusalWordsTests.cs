using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Language;

namespace HunyuanOcr.Web.Tests.Documents;

public sealed class RefusalWordsTests
{
    public static TheoryData<string> Codes() => [.. typeof(RefusalCode).GetFields().Select(field => (string)field.GetRawConstantValue()!).Where(code => code != RefusalCode.NotAPicture)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_refusal_has_words_in_both_languages(string code)
    {
        foreach (PageLanguage language in Enum.GetValues<PageLanguage>())
        {
            (string title, string found, string remedy) = RefusalWords.Of(new DocumentRefusal(code, "a.png", 30_000_000, Found: 182_000_000, Limit: 50_000_000), Words.Of(language));
            Assert.DoesNotContain("{", title + found + remedy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Too_many_pixels_names_the_found_value_and_the_limit() =>
        Assert.Equal("has 182 megapixels, the limit is 50 megapixels. It was not kept.", RefusalWords.Of(new(RefusalCode.TooManyPixels, "plan.tiff", 1, Found: 182_000_000, Limit: 50_000_000), Words.Of(PageLanguage.English)).Found);

    [Theory]
    [InlineData("heic", "This is a HEIC photo, which is not read here")]
    [InlineData("text", "This is a text file, not a picture or PDF")]
    public void A_picture_of_another_format_is_not_told_that_it_is_no_picture(string kind, string title) =>
        Assert.Equal(title, RefusalWords.Of(new(RefusalCode.NotAPicture, "photo", 1, Kind: kind), Words.Of(PageLanguage.English)).Title);

    [Fact]
    public void A_disguised_file_is_told_what_it_claims_and_what_it_is() =>
        Assert.Equal("is named as JPG, but its content is a Word file. It was not read and not kept.", RefusalWords.Of(new(RefusalCode.NotAPicture, "Tenancy agreement.jpg", 1, Kind: "word"), Words.Of(PageLanguage.English)).Found);
}
