namespace HunyuanOcr.Inference.Prompting.Jinja;

/// <summary>An expression, ready to be evaluated.</summary>
internal delegate object? JinjaExpression(JinjaScope scope);

/// <summary>Reads the expressions of a tag. What chat templates do not need is refused by name.</summary>
internal sealed class JinjaExpressionParser
{
    // A parse and an evaluation go as deep as the brackets; a process does not survive its stack.
    private const int DeepestNesting = 64;

    private static readonly (string Symbol, Func<object?, object?, bool> Relation)[] Relations =
    [
        ("==", JinjaOperations.Same),
        ("!=", static (a, b) => !JinjaOperations.Same(a, b)),
        ("<=", static (a, b) => JinjaOperations.Order(a, b) <= 0),
        (">=", static (a, b) => JinjaOperations.Order(a, b) >= 0),
        ("<", static (a, b) => JinjaOperations.Order(a, b) < 0),
        (">", static (a, b) => JinjaOperations.Order(a, b) > 0),
    ];

    private readonly JinjaTokenReader tokens;
    private readonly JinjaOperandParser operands;
    private int depth;

    public JinjaExpressionParser(JinjaTokenReader tokens)
    {
        this.tokens = tokens;
        operands = new JinjaOperandParser(tokens, Expression);
    }

    public JinjaExpression Expression()
    {
        if (++depth > DeepestNesting)
            throw new FormatException($"an expression nested more than {DeepestNesting} deep is not supported");
        JinjaExpression value = Conditional();
        depth--;
        return value;
    }

    private JinjaExpression Conditional()
    {
        JinjaExpression value = Or();
        if (!tokens.TakeName("if"))
            return value;
        JinjaExpression condition = Or();
        JinjaExpression otherwise = tokens.TakeName("else") ? Expression() : static _ => new JinjaUndefined("else");
        return scope => JinjaOperations.Truth(condition(scope)) ? value(scope) : otherwise(scope);
    }

    /// <summary>A condition without "if ... else", as in a loop's filter.</summary>
    public JinjaExpression Or()
    {
        JinjaExpression left = And();
        while (tokens.TakeName("or"))
        {
            JinjaExpression first = left, second = And();
            left = scope => first(scope) is var value && JinjaOperations.Truth(value) ? value : second(scope);
        }
        return left;
    }

    private JinjaExpression And()
    {
        JinjaExpression left = Not();
        while (tokens.TakeName("and"))
        {
            JinjaExpression first = left, second = Not();
            left = scope => first(scope) is var value && !JinjaOperations.Truth(value) ? value : second(scope);
        }
        return left;
    }

    private JinjaExpression Not()
    {
        if (!tokens.TakeName("not"))
            return Comparison();
        JinjaExpression inner = Not();
        return scope => !JinjaOperations.Truth(inner(scope));
    }

    private JinjaExpression Comparison()
    {
        JinjaExpression left = Sum();
        foreach ((string symbol, Func<object?, object?, bool> relation) in Relations)
            if (tokens.TakeSymbol(symbol))
                return Compare(left, relation);
        if (tokens.TakeName("in"))
            return Compare(left, JinjaOperations.In);
        if (tokens.TakeNames("not", "in"))
            return Compare(left, static (a, b) => !JinjaOperations.In(a, b));
        return left;
    }

    private JinjaExpression Compare(JinjaExpression left, Func<object?, object?, bool> relation)
    {
        JinjaExpression right = Sum();
        return scope => relation(left(scope), right(scope));
    }

    private JinjaExpression Sum()
    {
        JinjaExpression left = Concatenation();
        while (true)
        {
            bool plus = tokens.TakeSymbol("+");
            if (!plus && !tokens.TakeSymbol("-"))
                return left;
            JinjaExpression first = left, second = Concatenation();
            left = JinjaBudget.Charged(plus
                ? scope => JinjaOperations.Add(first(scope), second(scope))
                : scope => JinjaOperations.Whole((Int128)JinjaOperations.Number(first(scope)) - JinjaOperations.Number(second(scope))));
        }
    }

    private JinjaExpression Concatenation()
    {
        JinjaExpression left = Product();
        while (tokens.TakeSymbol("~"))
        {
            JinjaExpression first = left, second = Product();
            left = JinjaBudget.Charged(scope => JinjaText.Concat(JinjaOperations.Print(first(scope)), JinjaOperations.Print(second(scope))));
        }
        return left;
    }

    private JinjaExpression Product()
    {
        JinjaExpression left = Unary();
        while (true)
        {
            JinjaExpression first = left;
            if (tokens.TakeSymbol("*"))
            {
                JinjaExpression second = Unary();
                left = scope => JinjaOperations.Whole((Int128)JinjaOperations.Number(first(scope)) * JinjaOperations.Number(second(scope)));
            }
            else if (tokens.TakeSymbol("%"))
            {
                JinjaExpression second = Unary();
                left = scope => Modulo(JinjaOperations.Number(first(scope)), JinjaOperations.Number(second(scope)));
            }
            else
                return left;
        }
    }

    private static long Modulo(Int128 left, Int128 right) =>
        right == 0 ? throw new FormatException("% by zero") : (long)(((left % right) + right) % right);

    private JinjaExpression Unary()
    {
        if (tokens.TakeSymbol("-"))
        {
            JinjaExpression inner = Unary();
            return scope => JinjaOperations.Whole(-(Int128)JinjaOperations.Number(inner(scope)));
        }
        return operands.Operand();
    }
}
