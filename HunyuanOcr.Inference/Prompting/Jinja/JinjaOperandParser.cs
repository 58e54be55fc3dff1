using System.Globalization;

namespace HunyuanOcr.Inference.Prompting.Jinja;

/// <summary>Reads what operators stand between: literals, names, lists and calls, with the members, filters and tests behind them.</summary>
/// <param name="tokens">The tag.</param>
/// <param name="expression">Reads a whole expression, as brackets and arguments hold it.</param>
internal sealed class JinjaOperandParser(JinjaTokenReader tokens, Func<JinjaExpression> expression)
{
    /// <exception cref="FormatException">It is missing, or holds something that is not supported.</exception>
    public JinjaExpression Operand() => Postfix(JinjaBudget.Charged(Primary()));

    private JinjaExpression Primary()
    {
        if (tokens.AtEnd)
            throw new FormatException("an expression is missing");
        JinjaToken token = tokens.Next();
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
        if (!tokens.TakeSymbol("("))
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
                JinjaExpression inner = expression();
                tokens.Require(")");
                return inner;
            case "[":
                List<JinjaExpression> items = [];
                while (!tokens.TakeSymbol("]"))
                {
                    items.Add(expression());
                    if (!tokens.TakeSymbol(",") && !tokens.IsSymbol("]"))
                        throw new FormatException($"a list holds {tokens.Here}, which is not supported");
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
            if (tokens.TakeSymbol("."))
                value = JinjaBudget.Charged(Attribute(target));
            else if (tokens.TakeSymbol("["))
                value = JinjaBudget.Charged(Subscript(target));
            else if (tokens.TakeSymbol("|"))
                value = JinjaBudget.Charged(Filtered(target));
            else if (tokens.TakeName("is"))
                value = Tested(target);
            else
                return value;
        }
    }

    private JinjaExpression Attribute(JinjaExpression target)
    {
        string name = tokens.Name();
        if (!tokens.TakeSymbol("("))
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
        JinjaExpression? from = tokens.TakeSymbol(":") ? null : expression();
        bool slice = from is null || tokens.TakeSymbol(":");
        if (!slice)
        {
            tokens.Require("]");
            return scope => JinjaOperations.Member(target(scope), from!(scope));
        }
        JinjaExpression? to = tokens.TakeSymbol("]") ? null : expression();
        if (to is not null)
            tokens.Require("]");
        return scope => JinjaOperations.Slice(target(scope), from?.Invoke(scope), to?.Invoke(scope));
    }

    private JinjaExpression Filtered(JinjaExpression target)
    {
        string name = tokens.Name();
        Known("filter", name, JinjaOperations.Filters);
        List<JinjaExpression> arguments = tokens.TakeSymbol("(") ? Arguments().Positional : [];
        return scope => JinjaOperations.Filter(name, target(scope), [.. arguments.Select(argument => argument(scope))]);
    }

    private JinjaExpression Tested(JinjaExpression target)
    {
        bool wanted = !tokens.TakeName("not");
        string name = tokens.Name();
        Known("test", name, JinjaOperations.Tests);
        return scope => JinjaOperations.Test(name, target(scope)) == wanted;
    }

    private (List<JinjaExpression> Positional, List<(string Name, JinjaExpression Value)> Named) Arguments()
    {
        List<JinjaExpression> positional = [];
        List<(string Name, JinjaExpression Value)> named = [];
        while (!tokens.TakeSymbol(")"))
        {
            if (tokens.IsSymbol("=", ahead: 1))
            {
                string name = tokens.Name();
                tokens.Require("=");
                if (named.Exists(argument => argument.Name == name))
                    throw new FormatException($"the argument {name} is given twice");
                named.Add((name, expression()));
            }
            else
                positional.Add(expression());
            if (!tokens.TakeSymbol(",") && !tokens.IsSymbol(")"))
                throw new FormatException($"arguments hold {tokens.Here}, which is not supported");
        }
        return (positional, named);
    }

    private static void Known(string kind, string name, string[] known)
    {
        if (!known.Contains(name))
            throw new FormatException($"the {kind} {name} is not supported");
    }
}
