using System.Text.Json.Serialization;
using HunyuanOcr.Web.Security;

namespace HunyuanOcr.Web.Language;

/// <summary>Who looks at a page, and how: decided once when the page is asked for, then handed to its circuit.</summary>
/// <param name="Owner">From the signed cookie.</param>
/// <param name="Key">The owner of what the API read for the key that the browser is signed in with; null where it is not.</param>
/// <param name="Language">Of the page.</param>
/// <param name="Theme">"light" or "dark" where the visitor chose one; null follows the system.</param>
public sealed record Visitor(string Owner, string? Key, PageLanguage Language, string? Theme)
{
    /// <summary>The page's words.</summary>
    [JsonIgnore]
    public Words Words => Words.Of(Language);

    /// <summary>Looks among what belongs to the browser, then among what belongs to its key.</summary>
    internal T? Among<T>(Func<string, T?> find)
        where T : class => find(Owner) ?? (Key is null ? null : find(Key));

    internal static Visitor Of(HttpContext context, OwnerCookie owners) =>
        new(owners.Ensure(context), Caller.Of(context.User)?.Owner, PageLanguages.Of(context.Request), context.Request.Cookies["theme"] is "light" or "dark" ? context.Request.Cookies["theme"] : null);
}
