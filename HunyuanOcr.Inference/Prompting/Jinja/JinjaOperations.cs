using System.Collections;
using System.Globalization;

namespace HunyuanOcr.Inference.Prompting.Jinja;

/// <summary>What values do: truth, equality, order, membership, text, attributes, filters, tests and methods.</summary>
/// <remarks>Values are null, bool, long, <see cref="JinjaText"/>, List of values, Dictionary by name, and <see cref="JinjaUndefined"/>.</remarks>
internal static class JinjaOperations
{
    public static readonly string[] Filters = ["trim", "length", "count", "first", "last", "join", "default", "d", "upper", "lower", "string", "list"];
    public static readonly string[] Tests = ["string", "defined", "undefined", "none", "mapping", "iterable", "sequence", "number", "boolean", "true", "false"];
    public static readonly string[] Methods = ["strip", "lstrip", "rstrip", "startswith", "endswith", "upper", "lower", "get", "items", "keys"];

    public static bool Truth(object? value) => value switch
    {
        null or JinjaUndefined => false,
        bool flag => flag,
        long number => number != 0,
        JinjaText text => text.Value.Length > 0,
        ICollection many => many.Count > 0,
        _ => true,
    };

    public static bool Same(object? left, object? right) => (left, right) switch
    {
        (JinjaText a, JinjaText b) => a.Value == b.Value,
        (JinjaUndefined, JinjaUndefined) => true,
        (bool a, long b) => (a ? 1 : 0) == b,
        (long a, bool b) => a == (b ? 1 : 0),
        _ => Equals(left, right),
    };

    public static int Order(object? left, object? right) => (left, right) switch
    {
        (long a, long b) => a.CompareTo(b),
        (JinjaText a, JinjaText b) => string.CompareOrdinal(a.Value, b.Value),
        _ => throw new FormatException("only numbers with numbers and strings with strings can be ordered"),
    };

    public static bool In(object? item, object? container) => container switch
    {
        JinjaText text when item is JinjaText part => text.Value.Contains(part.Value, StringComparison.Ordinal),
        Dictionary<string, object?> map => item is JinjaText key && map.ContainsKey(key.Value),
        List<object?> list => list.Exists(value => Same(value, item)),
        JinjaUndefined => false,
        _ => throw new FormatException("\"in\" needs a string, a list or a mapping on its right"),
    };

    public static JinjaText Print(object? value) => value switch
    {
        JinjaText text => text,
        JinjaUndefined => JinjaText.Empty,
        null => JinjaText.Of("None"),
        bool flag => JinjaText.Of(flag ? "True" : "False"),
        long number => JinjaText.Of(number.ToString(CultureInfo.InvariantCulture)),
        _ => throw new FormatException("a list or mapping cannot be output as text"),
    };

    public static object? Add(object? left, object? right) => (left, right) switch
    {
        (long a, long b) => Whole((Int128)a + b),
        (JinjaText a, JinjaText b) => JinjaText.Concat(a, b),
        (List<object?> a, List<object?> b) => (List<object?>)[.. a, .. b],
        _ => throw new FormatException("+ needs two strings, two numbers or two lists"),
    };

    public static long Number(object? value) => value switch
    {
        long number => number,
        bool flag => flag ? 1 : 0,
        _ => throw new FormatException("arithmetic needs numbers"),
    };

    /// <summary>The result of arithmetic as a value.</summary>
    public static long Whole(Int128 result) =>
        result >= long.MinValue && result <= long.MaxValue ? (long)result : throw new FormatException("numbers of more than 64 bits are not supported");

    public static object? Member(object? value, object? key) => (value, key) switch
    {
        (Dictionary<string, object?> map, JinjaText name) => map.TryGetValue(name.Value, out object? member) ? member : new JinjaUndefined(name.Value),
        (List<object?> list, long index) => (index < 0 ? index + list.Count : index) is var at && at >= 0 && at < list.Count ? list[(int)at] : new JinjaUndefined("index"),
        (JinjaText text, long index) => (index < 0 ? index + text.Value.Length : index) is var at && at >= 0 && at < text.Value.Length ? text.Slice((int)at, (int)at + 1) : new JinjaUndefined("index"),
        (JinjaUndefined unset, _) => throw new FormatException($"{unset.Name} is not set, so it has no members"),
        _ => new JinjaUndefined(Print(key).Value),
    };

    public static object? Slice(object? value, object? from, object? to)
    {
        int count = value switch { List<object?> list => list.Count, JinjaText text => text.Value.Length, _ => throw new FormatException("only lists and strings can be sliced") };
        int start = Bound(from, 0, count), end = Math.Max(start, Bound(to, count, count));
        return value is List<object?> items ? items.GetRange(start, end - start) : ((JinjaText)value!).Slice(start, end);
    }

    public static object? Filter(string name, object? value, IReadOnlyList<object?> arguments) => name switch
    {
        "trim" => Print(value).Trim(start: true, end: true),
        "length" or "count" => Length(value),
        "first" => Member(value, 0L),
        "last" => Member(value, -1L),
        "join" => Join(value, arguments.Count > 0 ? Print(arguments[0]) : JinjaText.Empty),
        "default" or "d" => value is JinjaUndefined || (arguments.Count > 1 && Truth(arguments[1]) && !Truth(value)) ? (arguments.Count > 0 ? arguments[0] : JinjaText.Empty) : value,
        "upper" => Print(value).Map(text => text.ToUpperInvariant()),
        "lower" => Print(value).Map(text => text.ToLowerInvariant()),
        "string" => Print(value),
        "list" => Items(value),
        _ => throw new FormatException($"the filter {name} is not supported"),
    };

    public static bool Test(string name, object? value) => name switch
    {
        "string" => value is JinjaText,
        "defined" => value is not JinjaUndefined,
        "undefined" => value is JinjaUndefined,
        "none" => value is null,
        "mapping" => value is Dictionary<string, object?>,
        "iterable" or "sequence" => value is JinjaText or List<object?> or Dictionary<string, object?>,
        "number" => value is long,
        "boolean" => value is bool,
        "true" => value is true,
        "false" => value is false,
        _ => throw new FormatException($"the test {name} is not supported"),
    };

    public static object? Call(string method, object? value, IReadOnlyList<object?> arguments) => (method, value) switch
    {
        ("strip", JinjaText text) when arguments.Count == 0 => text.Trim(start: true, end: true),
        ("lstrip", JinjaText text) when arguments.Count == 0 => text.Trim(start: true, end: false),
        ("rstrip", JinjaText text) when arguments.Count == 0 => text.Trim(start: false, end: true),
        ("startswith", JinjaText text) when arguments is [JinjaText part] => text.Value.StartsWith(part.Value, StringComparison.Ordinal),
        ("endswith", JinjaText text) when arguments is [JinjaText part] => text.Value.EndsWith(part.Value, StringComparison.Ordinal),
        ("upper" or "lower", JinjaText text) when arguments.Count == 0 => Filter(method, text, arguments),
        ("get", Dictionary<string, object?> map) when arguments is [JinjaText key, ..] => map.TryGetValue(key.Value, out object? found) ? found : arguments.ElementAtOrDefault(1),
        ("items", Dictionary<string, object?> map) => map.Select(object? (pair) => new List<object?> { JinjaText.Of(pair.Key), pair.Value }).ToList(),
        ("keys", Dictionary<string, object?> map) => Items(map),
        _ => throw new FormatException($"the method {method} cannot be called in this way"),
    };

    /// <summary>What a loop runs over.</summary>
    public static List<object?> Items(object? value) => value switch
    {
        List<object?> list => list,
        Dictionary<string, object?> map => [.. map.Keys.Select(key => JinjaText.Of(key))],
        JinjaText text => [.. text.Letters()],
        JinjaUndefined => [],
        _ => throw new FormatException("a loop needs a list, a mapping or a string"),
    };

    private static long Length(object? value) => value is JinjaText text ? text.Value.EnumerateRunes().Count() : Items(value).Count;

    private static JinjaText Join(object? value, JinjaText separator) =>
        JinjaText.Concat(Items(value).SelectMany((item, index) => index == 0 ? [Print(item)] : (JinjaText[])[separator, Print(item)]));

    private static int Bound(object? value, int missing, int count) =>
        value is null ? missing : (int)Math.Clamp(Number(value) is var number && number < 0 ? number + count : number, 0, count);
}
