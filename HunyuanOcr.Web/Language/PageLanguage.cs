namespace HunyuanOcr.Web.Language;

/// <summary>A language that the pages speak.</summary>
public enum PageLanguage
{
    /// <summary>English.</summary>
    English,

    /// <summary>Simplified Chinese.</summary>
    Chinese,
}

/// <summary>Where the language of a page comes from: the visitor's choice in a cookie, else what the browser asks for.</summary>
public static class PageLanguages
{
    /// <summary>Name of the cookie that keeps the choice.</summary>
    public const string Cookie = "lang";

    /// <summary>"en" or "zh".</summary>
    public static string Code(this PageLanguage language) => language == PageLanguage.Chinese ? "zh" : "en";

    /// <summary>For the lang attribute: Han shapes differ between languages.</summary>
    public static string Tag(this PageLanguage language) => language == PageLanguage.Chinese ? "zh-Hans" : "en";

    /// <summary>The language that a request wants.</summary>
    public static PageLanguage Of(HttpRequest request)
    {
        if (request.Cookies[Cookie] is { } chosen && Parse(chosen) is { } kept)
            return kept;
        // Best first; a language that we do not speak is passed over.
        foreach (var accepted in request.GetTypedHeaders().AcceptLanguage.OrderByDescending(entry => entry.Quality ?? 1))
            if (Parse(accepted.Value.ToString()) is { } spoken)
                return spoken;
        return PageLanguage.English;
    }

    /// <summary>GET /language?to=zh keeps the choice and goes back to a page of this server.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/language", static (HttpContext context, string to, string? back) =>
    {
        if (Parse(to) is { } language)
            context.Response.Cookies.Append(Cookie, language.Code(), new CookieOptions { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, IsEssential = true });
        bool local = back is ['/', ..] and not ['/', '/' or '\\', ..];
        return TypedResults.LocalRedirect(local ? back! : "/");
    });

    private static PageLanguage? Parse(string name)
    {
        if (name.StartsWith("zh", StringComparison.OrdinalIgnoreCase))
            return PageLanguage.Chinese;
        return name.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? PageLanguage.English : null;
    }
}
