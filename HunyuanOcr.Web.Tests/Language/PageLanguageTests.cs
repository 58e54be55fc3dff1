using HunyuanOcr.Web.Language;
using Microsoft.AspNetCore.Http;

namespace HunyuanOcr.Web.Tests.Language;

public sealed class PageLanguageTests
{
    [Theory]
    [InlineData("zh-CN,zh;q=0.9,en;q=0.8", PageLanguage.Chinese)]
    [InlineData("en-GB,en;q=0.9", PageLanguage.English)]
    [InlineData("fr-FR, zh;q=0.5, en;q=0.4", PageLanguage.Chinese)]
    [InlineData("de", PageLanguage.English)]
    [InlineData("", PageLanguage.English)]
    public void The_browser_decides_until_the_visitor_does(string accepts, PageLanguage expected)
    {
        DefaultHttpContext context = new();
        context.Request.Headers.AcceptLanguage = accepts;
        Assert.Equal(expected, PageLanguages.Of(context.Request));
        context.Request.Headers.Cookie = "lang=zh";
        Assert.Equal(PageLanguage.Chinese, PageLanguages.Of(context.Request));
    }
}
