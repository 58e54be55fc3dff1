namespace HunyuanOcr.Inference.Prompting.Jinja;

/// <summary>What one rendering may cost: a template comes with a checkpoint, and a few lines of it can ask for work or memory without end.</summary>
/// <param name="inputCharacters">Length of what the caller puts in; a template may look at that many times over.</param>
internal sealed class JinjaBudget(long inputCharacters)
{
    /// <summary>Most statements and rounds of loops.</summary>
    public const int MostStatements = 100_000;

    /// <summary>Most characters and list entries of all values that expressions give, beside what the caller puts in.</summary>
    public const int MostCharacters = 1_000_000;

    private const int TimesOverInput = 100;
    private int statements = MostStatements;
    private long characters = MostCharacters + (TimesOverInput * inputCharacters);

    /// <summary>An expression that pays for the size of what it gives, so that no operation on it is larger than what was paid.</summary>
    public static JinjaExpression Charged(JinjaExpression value) => scope => scope.Budget.Charge(value(scope));

    /// <summary>One statement or round of a loop begins.</summary>
    public void Step()
    {
        if (--statements < 0)
            throw new FormatException($"a template of more than {MostStatements:N0} steps is not supported");
    }

    /// <summary>An expression gave a value: its size bounds what the next operation on it costs.</summary>
    public object? Charge(object? value)
    {
        characters -= value switch
        {
            JinjaText text => 1 + text.Value.Length,
            List<object?> list => 1 + list.Count,
            Dictionary<string, object?> map => 1 + map.Count,
            _ => 1,
        };
        return characters >= 0 ? value : throw new FormatException($"a template that works on more than {MostCharacters:N0} characters is not supported");
    }
}
