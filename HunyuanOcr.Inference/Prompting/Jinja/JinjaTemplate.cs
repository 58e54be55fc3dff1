namespace HunyuanOcr.Inference.Prompting.Jinja;

/// <summary>A template in the part of Jinja that chat templates of vision models are written in.</summary>
/// <remarks>
/// Statements: for (with else and if), if, elif, else, set of a name or of a namespace's member. Expressions: see
/// <see cref="JinjaExpressionParser"/> and the lists in <see cref="JinjaOperations"/>. Everything else is refused by name when it is parsed.
/// </remarks>
internal sealed class JinjaTemplate
{
    private delegate void Statement(JinjaScope scope, List<JinjaText> output);

    private readonly IReadOnlyList<JinjaPart> parts;
    private readonly Statement body;
    private const int DeepestNesting = 64;
    private int position;
    private int depth;

    private JinjaTemplate(IReadOnlyList<JinjaPart> parts)
    {
        this.parts = parts;
        body = Block();
        if (position < parts.Count)
            throw new FormatException($"the statement {parts[position].Tokens[0].Value} stands without its begin");
    }

    /// <exception cref="FormatException">The template holds something that is not supported; the message names it.</exception>
    public static JinjaTemplate Parse(string source) => new(JinjaLexer.Read(source));

    /// <param name="variables">Values by name.</param>
    /// <param name="inputCharacters">Length of the texts among them.</param>
    /// <exception cref="FormatException">A value cannot be used as the template does, the template raises an error of its own, or it does
    /// more than its <see cref="JinjaBudget"/> allows.</exception>
    public JinjaText Render(IReadOnlyDictionary<string, object?> variables, long inputCharacters)
    {
        JinjaScope scope = new(new JinjaBudget(inputCharacters));
        foreach ((string name, object? value) in variables)
            scope[name] = value;
        List<JinjaText> output = [];
        body(scope, output);
        return JinjaText.Concat(output);
    }

    // Statements up to one that ends or goes on with an enclosing one.
    private Statement Block()
    {
        Deeper();
        List<Statement> statements = [];
        while (position < parts.Count)
        {
            JinjaPart part = parts[position];
            if (part.Kind == 't')
            {
                JinjaText text = JinjaText.Of(part.Text);
                statements.Add((scope, output) =>
                {
                    scope.Budget.Charge(text);
                    output.Add(text);
                });
                position++;
            }
            else if (part.Kind == '{')
            {
                JinjaExpression value = Whole(new JinjaTokenReader(part.Tokens, 0));
                statements.Add((scope, output) => output.Add(JinjaOperations.Print(value(scope))));
                position++;
            }
            else if (Keyword(part) is "elif" or "else" or "endif" or "endfor")
                break;
            else
                statements.Add(Tag(part));
        }
        depth--;
        return (scope, output) =>
        {
            foreach (Statement statement in statements)
            {
                scope.Budget.Step();
                statement(scope, output);
            }
        };
    }

    // A process does not survive its stack; "elif" goes one deeper as well.
    private void Deeper()
    {
        if (++depth > DeepestNesting)
            throw new FormatException($"statements nested more than {DeepestNesting} deep are not supported");
    }

    private static string Keyword(JinjaPart part) => part.Tokens.Count > 0 ? part.Tokens[0].Value : "";

    private static JinjaExpression Whole(JinjaTokenReader tag)
    {
        JinjaExpression value = new JinjaExpressionParser(tag).Expression();
        tag.End();
        return value;
    }

    private Statement Tag(JinjaPart part) => Keyword(part) switch
    {
        "if" => If(),
        "for" => For(),
        "set" => Set(),
        string other => throw new FormatException($"the statement {other} is not supported"),
    };

    private Statement If()
    {
        JinjaExpression condition = Whole(new JinjaTokenReader(parts[position++].Tokens, 1));
        Statement then = Block();
        Statement? otherwise = null;
        switch (Closing("if"))
        {
            case "elif":
                Deeper();
                otherwise = If();
                depth--;
                break;
            case "else":
                position++;
                otherwise = Block();
                Close("endif");
                break;
            default:
                Close("endif");
                break;
        }
        return (scope, output) =>
        {
            if (JinjaOperations.Truth(condition(scope)))
                then(scope, output);
            else
                otherwise?.Invoke(scope, output);
        };
    }

    private Statement For()
    {
        JinjaTokenReader tag = new(parts[position++].Tokens, 1);
        JinjaExpressionParser parser = new(tag);
        List<string> names = [tag.Name()];
        while (tag.TakeSymbol(","))
            names.Add(tag.Name());
        if (!tag.TakeName("in"))
            throw new FormatException("a for needs \"in\"");
        JinjaExpression items = parser.Or();
        JinjaExpression? filter = tag.TakeName("if") ? parser.Or() : null;
        tag.End();
        Statement each = Block();
        Statement? none = null;
        if (Closing("for") == "else")
        {
            position++;
            none = Block();
        }
        Close("endfor");
        return (scope, output) => Loop(scope, output, names, JinjaOperations.Items(items(scope)), filter, each, none);
    }

    private static void Loop(JinjaScope outer, List<JinjaText> output, List<string> names, List<object?> items, JinjaExpression? filter, Statement each, Statement? none)
    {
        List<JinjaScope> rounds = [];
        foreach (object? item in items)
        {
            outer.Budget.Step();
            JinjaScope scope = new(outer);
            if (names.Count == 1)
                scope[names[0]] = item;
            else if (item is List<object?> values && values.Count == names.Count)
                for (int index = 0; index < names.Count; index++)
                    scope[names[index]] = values[index];
            else
                throw new FormatException("a for cannot spread its items over its names");
            if (filter is null || JinjaOperations.Truth(filter(scope)))
                rounds.Add(scope);
        }
        if (rounds.Count == 0)
            none?.Invoke(outer, output);
        for (int index = 0; index < rounds.Count; index++)
        {
            rounds[index]["loop"] = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["first"] = index == 0,
                ["last"] = index == rounds.Count - 1,
                ["index"] = index + 1L,
                ["index0"] = (long)index,
                ["length"] = (long)rounds.Count,
            };
            each(rounds[index], output);
        }
    }

    private Statement Set()
    {
        JinjaTokenReader tag = new(parts[position++].Tokens, 1);
        string name = tag.Name();
        string? member = tag.TakeSymbol(".") ? tag.Name() : null;
        if (!tag.TakeSymbol("="))
            throw new FormatException("a set without = is not supported");
        JinjaExpression value = Whole(tag);
        if (member is null)
            return (scope, _) => scope[name] = value(scope);
        return (scope, _) =>
        {
            if (scope[name] is not Dictionary<string, object?> target)
                throw new FormatException($"{name} is no namespace, so {name}.{member} cannot be set");
            target[member] = value(scope);
        };
    }

    private string Closing(string opened)
    {
        if (position >= parts.Count)
            throw new FormatException($"a {opened} is not closed");
        return Keyword(parts[position]);
    }

    private void Close(string keyword)
    {
        if (position >= parts.Count || Keyword(parts[position]) != keyword)
            throw new FormatException($"{keyword} is missing");
        position++;
    }
}
