using System.Collections.Frozen;

namespace HunyuanOcr.Web.Components;

/// <summary>Every icon as one path on a grid of 16, stroked 1.5 wide with round ends in the text's colour.</summary>
public static class Icons
{
    private static readonly FrozenDictionary<string, string> _paths = new Dictionary<string, string>
    {
        ["bin"] = "M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 9h5.8l.6-9",
        ["more"] = "M3.5 8h.1M8 8h.1M12.5 8h.1",
        ["pin"] = "M6 2.5h4l-.5 4.500 2 2.500h-7l2-2.500zM8 9.500v4.500",
        ["boxes"] = "M2.5 3.5h11v3h-11zM2.5 9.5h7v3h-7z",
        ["camera"] = "M2.5 5.5a1 1 0 0 1 1-1h1.8l1-1.5h3.4l1 1.5h1.8a1 1 0 0 1 1 1v6.5a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1zM8 10.7a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6z",
        ["check"] = "m3.5 8.5 3 3 6-7",
        ["clock"] = "M8 4.5V8l2.3 1.5M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4z",
        ["copy"] = "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
        ["cross"] = "m4 4 8 8M12 4l-8 8",
        ["doubt"] = "M6 6.2a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.4M8 11.6v.1M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4z",
        ["down"] = "m4 6 4 4 4-4",
        ["download"] = "M8 2.5v8M4.8 7.5 8 10.5l3.2-3M2.5 13.5h11",
        ["fault"] = "m5.8 5.8 4.4 4.4M10.2 5.8l-4.4 4.4M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4z",
        ["file"] = "M9 2.5H4.5a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h7a1 1 0 0 0 1-1V6zM9 2.5V6h3.5",
        ["file-fault"] = "M9 2.5H4.5a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h7a1 1 0 0 0 1-1V6zM9 2.5V6h3.5M6 8.5l4 3M10 8.5l-4 3",
        ["fit"] = "M2.5 6V3.5a1 1 0 0 1 1-1H6M10 2.5h2.5a1 1 0 0 1 1 1V6M13.5 10v2.5a1 1 0 0 1-1 1H10M6 13.5H3.5a1 1 0 0 1-1-1V10",
        ["json"] = "M6 2.5c-3 0 0 5.500-3 5.500 3 0 0 5.500 3 5.500M10 2.500c3 0 0 5.500 3 5.500-3 0 0 5.500-3 5.500",
        ["menu"] = "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
        ["minus"] = "M3.5 8h9",
        ["options"] = "M2.5 5h5M11.5 5h2M2.5 11h2M8.5 11h5M9.5 7a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM6.5 13a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
        ["paste"] = "M5.5 3.5h-1a1 1 0 0 0-1 1v8a1 1 0 0 0 1 1h7a1 1 0 0 0 1-1v-8a1 1 0 0 0-1-1h-1M6 2.5h4v2.2H6zM6 8h4M6 10.5h2.5",
        ["pause"] = "M5.5 3.5v9M10.5 3.5v9",
        ["play"] = "M5 3.2v9.6l7.5-4.8z",
        ["plus"] = "M8 3.5v9M3.5 8h9",
        ["rotate"] = "M13 8a5 5 0 1 1-1.6-3.7M13 2.5v2.3h-2.3",
        ["search"] = "M7 11.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9zM10.300 10.300l3.200 3.200",
        ["picture"] = "M2.500 3.500h11v9h-11zM2.500 10.500l3-3 3 3 2-2 3 3M10.500 6.200v.1",
        ["table"] = "M2.500 3.500h11v9h-11zM2.500 6.500h11M2.500 9.500h11M6.500 3.500v9",
        ["link"] = "M6.800 9.200a2.500 2.500 0 0 0 3.600 0l2-2a2.500 2.500 0 0 0-3.600-3.600l-.8.8M9.200 6.800a2.500 2.500 0 0 0-3.600 0l-2 2a2.500 2.500 0 0 0 3.600 3.600l.8-.8",
        ["save"] = "M4 2.500h8v11l-4-3-4 3z",
        ["text"] = "M3 4h10M3 8h10M3 12h6",
        ["theme"] = "M8 13.5a5.500 5.500 0 1 0 0-11zM8 2.500a5.500 5.500 0 0 0 0 11z",
        ["up"] = "m4 10 4-4 4 4",
        ["warn"] = "M8 2.5 14.2 13.3H1.8zM8 6.7v3M8 11.5v.1",
    }.ToFrozenDictionary();

    /// <summary>The path of an icon.</summary>
    public static string Path(string name) => _paths[name];
}
