using System.Globalization;

namespace HunyuanOcr.Inference.Prompting.Jinja;

/// <summary>An expression, ready to be evaluated.</summary>
internal delegate object? JinjaExpression(JinjaScope scope);

/// <summary>Reads the expressions of a tag. What chat templates do not need is refused by name.</summary>
internal sealed class JinjaExpressionParser(IReadOnlyList<JinjaToken> tokens, int start)
{
    // A parse and an evaluation go as deep as the brackets and as the longest chain of operators; a process does not survive its stack.
    private const int MostTokens = 1000, DeepestNesting = 64;
    private readonly IReadOnlyList<JinjaToken> tokens = tokens.Count <= MostTokens
        ? tokens
        : throw new FormatException($"a tag of more than {MostTokens} words and signs is not supported");
    private int position = start;
    private int depth;

    public bool AtEnd => position >= tokens.Count;

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
        if (!TakeName("if"))
            return value;
        JinjaExpression condition = Or();
        JinjaExpression otherwise = TakeName("else") ? Expression() : static _ => new JinjaUndefined("else");
        return scope => JinjaOperations.Truth(condition(scope)) ? value(scope) : otherwise(scope);
    }

    /// <summary>A condition without "if ... else", as in a loop's filter.</summary>
    public JinjaExpression Or()
    {
        JinjaExpression left = And();
        while (TakeName("or"))
        {
            JinjaExpression first = left, second = And();
            left = scope => first(scope) is var value && JinjaOperations.Truth(value) ? value : second(scope);
        }
        return left;
    }

    public bool TakeName(string name) => Take(JinjaTokenKind.Name, name);

    public bool TakeSymbol(string symbol) => Take(JinjaTokenKind.Symbol, symbol);

    public string Name()
    {
        if (!AtEnd && tokens[position].Kind == JinjaTokenKind.Name)
            return tokens[position++].Value;
        throw new FormatException($"a name is missing before {Here}");
    }

    public void End()
    {
        if (!AtEnd)
            throw new FormatException($"{Here} is not supported there");
    }

    private string Here => AtEnd ? "the end of the tag" : tokens[position].Value;

    private bool Take(JinjaTokenKind kind, string value)
    {
        if (AtEnd || tokens[position].Kind != kind || tokens[position].Value != value)
            return false;
        position++;
        return true;
    }

    private void Require(string symbol)
    {
        if (!TakeSymbol(symbol))
            throw new FormatException($"{symbol} is missing before {Here}");
    }

    private JinjaExpression And()
    {
        JinjaExpression left = Not();
        while (TakeName("and"))
        {
            JinjaExpression first = left, second = Not();
            left = scope => first(scope) is var value && !JinjaOperations.Truth(value) ? value : second(scope);
        }
        return left;
    }

    private JinjaExpression Not()
    {
        if (!TakeName("not"))
            return Comparison();
        JinjaExpression inner = Not();
        return scope => !JinjaOperations.Truth(inner(scope));
    }

    private JinjaExpression Comparison()
    {
        JinjaExpression left = Sum();
        if (TakeSymbol("=="))
            return Compare(left, (a, b) => JinjaOperations.Same(a, b));
        if (TakeSymbol("!="))
            return Compare(left, (a, b) => !JinjaOperations.Same(a, b));
        if (TakeSymbol("<="))
            return Compare(left, (a, b) => JinjaOperations.Order(a, b) <= 0);
        if (TakeSymbol(">="))
            return Compare(left, (a, b) => JinjaOperations.Order(a, b) >= 0);
        if (TakeSymbol("<"))
            return Compare(left, (a, b) => JinjaOperations.Order(a, b) < 0);
        if (TakeSymbol(">"))
            return Compare(left, (a, b) => JinjaOperations.Order(a, b) > 0);
        if (TakeName("in"))
            return Compare(left, JinjaOperations.In);
        if (!AtEnd && tokens[position].Value == "not" && position + 1 < tokens.Count && tokens[position + 1].Value == "in")
        {
            position += 2;
            return Compare(left, (a, b) => !JinjaOperations.In(a, b));
        }
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
            bool plus = TakeSymbol("+");
            if (!plus && !TakeSymbol("-"))
                return left;
            JinjaExpression first = left, second = Concatenation();
            left = Charged(plus
                ? scope => JinjaOperations.Add(first(scope), second(scope))
                : scope => JinjaOperations.Whole((Int128)JinjaOperations.Number(first(scope)) - JinjaOperations.Number(second(scope))));
        }
    }

    private JinjaExpression Concatenation()
    {
        JinjaExpression left = Product();
        while (TakeSymbol("~"))
        {
            JinjaExpression first = left, second = Product();
            left = Charged(scope => JinjaText.Concat(JinjaOperations.Print(first(scope)), JinjaOperations.Print(second(scope))));
        }
        return left;
    }

    private JinjaExpression Product()
    {
        JinjaExpression left = Unary();
        while (true)
        {
            JinjaExpression first = left;
            if (TakeSymbol("*"))
            {
                JinjaExpression second = Unary();
                left = scope => JinjaOperations.Whole((Int128)JinjaOperations.Number(first(scope)) * JinjaOperations.Number(second(scope)));
            }
            else if (TakeSymbol("%"))
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

    // Whatever gives a value pays for its size, so that no operation on it is larger than what was paid.
    private static JinjaExpression Charged(JinjaExpression value) => scope => scope.Budget.Charge(value(scope));

    private JinjaExpression Unary()
    {
        if (TakeSymbol("-"))
        {
            JinjaExpression inner = Unary();
            return scope => JinjaOperations.Whole(-(Int128)JinjaOperations.Number(inner(scope)));
        }
        return Postfix(Charged(Primary()));
    }

    private JinjaExpression Primary()
    {
        if (AtEnd)
            throw new FormatException("an expression is missing");
        JinjaToken token = tokens[position++];
        switch (token.Kind)
        {
            case JinjaTokenKind.Text:
                JinjaText literal = JinjaText.Of(token.Value);
                return _ => literal;
            case JinjaTokenKind.Number:
                return long.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
                    ? _ => number
                    : throw new FormatException($"a number of {token.Value.Length} digits is not supported");
            case JinjaTokenKind.Name:
                return Named(token.Value);
            default:
                return Bracketed(token.Value);
        }
    }

    private JinjaExpression Named(string name)
    {
        switch (name)
        {
            case "true" or "True": return static _ => true;
            case "false" or "False": return static _ => false;
            case "none" or "None": return static _ => null;
        }
        if (!TakeSymbol("("))
            return scope => scope[name];
        (List<JinjaExpression> arguments, List<(string Name, JinjaExpression Value)> named) = Arguments();
        switch (name)
        {
            case "namespace" when arguments.Count == 0:
                return scope => named.ToDictionary(argument => argument.Name, argument => argument.Value(scope), StringComparer.Ordinal);
            case "range" when arguments.Count is 1 or 2:
                return scope => Range(arguments.Count == 1 ? 0 : JinjaOperations.Number(arguments[0](scope)), JinjaOperations.Number(arguments[^1](scope)));
            case "raise_exception" when arguments.Count == 1:
                return scope => throw new FormatException(JinjaOperations.Print(arguments[0](scope)).Value);
            default:
                throw new FormatException($"the function {name} is not supported");
        }
    }

    private static List<object?> Range(long from, long to)
    {
        if ((Int128)to - from > 10_000)
            throw new FormatException("a range of more than 10,000 numbers is not supported");
        List<object?> numbers = [];
        for (long number = from; number < to; number++)
            numbers.Add(number);
        return numbers;
    }

    private JinjaExpression Bracketed(string symbol)
    {
        switch (symbol)
        {
            case "(":
                JinjaExpression inner = Expression();
                Require(")");
                return inner;
            case "[":
                List<JinjaExpression> items = [];
                while (!TakeSymbol("]"))
                {
                    items.Add(Expression());
                    if (!TakeSymbol(",") && (AtEnd || tokens[position].Value != "]"))
                        throw new FormatException($"a list holds {Here}, which is not supported");
                }
                return scope => items.Select(item => item(scope)).ToList();
            default:
                throw new FormatException($"{symbol} is not supported there");
        }
    }

    private JinjaExpression Postfix(JinjaExpression value)
    {
        while (true)
        {
            JinjaExpression target = value;
            if (TakeSymbol("."))
                value = Charged(Attribute(target));
            else if (TakeSymbol("["))
                value = Charged(Subscript(target));
            else if (TakeSymbol("|"))
                value = Charged(Filtered(target));
            else if (TakeName("is"))
                value = Tested(target);
            else
                return value;
        }
    }

    private JinjaExpression Attribute(JinjaExpression target)
    {
        string name = Name();
        if (!TakeSymbol("("))
        {
            JinjaText key = JinjaText.Of(name);
            return scope => JinjaOperations.Member(target(scope), key);
        }
        List<JinjaExpression> arguments = Arguments().Positional;
        Known("method", name, JinjaOperations.Methods);
        return scope => JinjaOperations.Call(name, target(scope), [.. arguments.Select(argument => argument(scope))]);
    }

    private JinjaExpression Subscript(JinjaExpression target)
    {
        JinjaExpression? from = TakeSymbol(":") ? null : Expression();
        bool slice = from is null || TakeSymbol(":");
        if (!slice)
        {
            Require("]");
            return scope => JinjaOperations.Member(target(scope), from!(scope));
        }
        JinjaExpression? to = TakeSymbol("]") ? null : Expression();
        if (to is not null)
            Require("]");
        return scope => JinjaOperations.Slice(target(scope), from?.Invoke(scope), to?.Invoke(scope));
    }

    private JinjaExpression Filtered(JinjaExpression target)
    {
        string name = Name();
        Known("filter", name, JinjaOperations.Filters);
        List<JinjaExpression> arguments = TakeSymbol("(") ? Arguments().Positional : [];
        return scope => JinjaOperations.Filter(name, target(scope), [.. arguments.Select(argument => argument(scope))]);
    }

    private JinjaExpression Tested(JinjaExpression target)
    {
        bool wanted = !TakeName("not");
        string name = Name();
        Known("test", name, JinjaOperations.Tests);
        return scope => JinjaOperations.Test(name, target(scope)) == wanted;
    }

    private (List<JinjaExpression> Positional, List<(string Name, JinjaExpression Value)> Named) Arguments()
    {
        List<JinjaExpression> positional = [];
        List<(string Name, JinjaExpression Value)> named = [];
        while (!TakeSymbol(")"))
        {
            if (position + 1 < tokens.Count && tokens[position].Kind == JinjaTokenKind.Name && tokens[position + 1] is { Kind: JinjaTokenKind.Symbol, Value: "=" })
            {
                string name = Name();
                Require("=");
                if (named.Exists(argument => argument.Name == name))
                    throw new FormatException($"the argument {name} is given twice");
                named.Add((name, Expression()));
            }
            else
                positional.Add(Expression());
            if (!TakeSymbol(",") && (AtEnd || tokens[position].Value != ")"))
                throw new FormatException($"arguments hold {Here}, which is not supported");
        }
        return (positional, named);
    }

    private static void Known(string kind, string name, string[] known)
    {
        if (!known.Contains(name))
            throw new FormatException($"the {kind} {name} is not supported");
    }
}
