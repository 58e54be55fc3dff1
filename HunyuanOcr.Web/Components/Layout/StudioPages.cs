using System.Reflection;
using Microsoft.AspNetCore.Components;

namespace HunyuanOcr.Web.Components.Layout;

/// <summary>The pages of the top bar, in order. A page is in the bar as soon as a component has its address: who adds one adds nothing here.</summary>
internal static class StudioPages
{
    private static readonly (string Address, string Word)[] _known =
        [("/", "recognise"), ("/batch", "batch"), ("/verify", "verify"), ("/compare", "compare"), ("/history", "history"), ("/status", "status"), ("/api-docs", "api")];

    /// <summary>Those that exist.</summary>
    internal static IReadOnlyList<(string Address, string Word)> All { get; } = Existing();

    /// <summary>Whether there is a page with this address.</summary>
    internal static bool Has(string address) => All.Any(page => page.Address == address);

    /// <summary>The bar's page that an address belongs to: /batch/42 belongs to /batch.</summary>
    internal static string? Of(string path) =>
        path == "/" ? "/" : All.Select(page => page.Address).FirstOrDefault(address => address != "/" && (path == address || path.StartsWith(address + "/", StringComparison.Ordinal)));

    private static (string, string)[] Existing()
    {
        HashSet<string> routes = [.. typeof(StudioPages).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes<RouteAttribute>()).Select(route => route.Template)];
        return [.. _known.Where(page => routes.Contains(page.Address))];
    }
}
