namespace HunyuanOcr.Inference.Prompting.Jinja;

/// <summary>The value of a name that was never set.</summary>
internal sealed class JinjaUndefined(string name)
{
    public string Name { get; } = name;
}

/// <summary>Names and their values; a loop has a scope of its own, as in Jinja.</summary>
internal sealed class JinjaScope
{
    private readonly Dictionary<string, object?> values = new(StringComparer.Ordinal);

    /// <summary>The outermost scope of a rendering.</summary>
    public JinjaScope(JinjaBudget budget) => Budget = budget;

    /// <summary>The scope of one round of a loop.</summary>
    public JinjaScope(JinjaScope outer)
        : this(outer.Budget) => Outer = outer;

    /// <summary>What the rendering may still cost.</summary>
    public JinjaBudget Budget { get; }

    public object? this[string name]
    {
        get
        {
            for (JinjaScope? scope = this; scope is not null; scope = scope.Outer)
                if (scope.values.TryGetValue(name, out object? value))
                    return value;
            return new JinjaUndefined(name);
        }
        set => values[name] = value;
    }

    private JinjaScope? Outer { get; }
}
