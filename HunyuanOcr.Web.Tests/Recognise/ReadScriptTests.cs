using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Tests.Recognise;

public sealed class ReadScriptTests
{
    [Theory]
    [InlineData("شارع الميناء", "ar")]
    [InlineData("گزارش", "fa")]
    [InlineData("שלום", "he")]
    [InlineData("空山新雨後", "zh")]
    [InlineData("東京タワー", "ja")]
    [InlineData("안녕", "ko")]
    [InlineData("INVOICE 42", null)]
    public void Letters_give_the_language_away(string text, string? language) => Assert.Equal(language, ReadScript.Lang(text));
}
