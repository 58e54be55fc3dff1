using System.Text.Json.Serialization;
using HunyuanOcr.Web.Security;

namespace HunyuanOcr.Web.Language;

/// <summary>Who looks at a page, and how: decided once when the page is asked for, then handed to its circuit.</summary>
/// <param name="Owner">From the signed cookie.</param>
/// <param name="Language">Of the page.</param>
/// <param name="Theme">"light" or "dark" where the visitor chose one; null follows the system.</param>
public sealed record Visitor(string Owner, PageLanguage Language, string? Theme)
{
    /// <summary>The page's words.</summary>
    [JsonIgnore]
    public Words Words => Words.Of(Language);

    internal static Visitor Of(HttpContext context, OwnerCookie owners) =>
        new(owners.Ensure(context), PageLanguages.Of(context.Request), context.Request.Cookies["theme"] is "light" or "dark" ? context.Request.Cookies["theme"] : null);
}
