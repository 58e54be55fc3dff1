using HunyuanOcr.Inference.Tokenization;

namespace HunyuanOcr.Inference.Prompting;

/// <summary>Turns a request into token ids, image places and positions. Safe to use from many threads.</summary>
internal sealed class PromptBuilder
{
    private readonly BpeTokenizer tokenizer;
    private readonly SpecialTokens tokens;
    private readonly ChatTemplate? template;
    private readonly IReadOnlyDictionary<string, string> variables;
    private readonly int mergeSize;

    /// <summary>Prepares prompts for a model.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="tokens">Its tokens with a meaning.</param>
    /// <param name="templateSource">Its chat template (Jinja); null where the checkpoint has none.</param>
    /// <param name="templateVariables">Strings that the template may name, such as bos_token.</param>
    /// <param name="mergeSize">Patches that become one vector, along each side.</param>
    /// <remarks>A template that cannot be used leaves the built-in layout in force and its reason in <see cref="TemplateRefusal"/>.</remarks>
    public PromptBuilder(BpeTokenizer tokenizer, SpecialTokens tokens, string? templateSource, IReadOnlyDictionary<string, string>? templateVariables = null, int mergeSize = 2)
    {
        this.tokenizer = tokenizer;
        this.tokens = tokens;
        this.mergeSize = mergeSize;
        variables = templateVariables ?? new Dictionary<string, string>();
        if (templateSource is null)
            return;
        try
        {
            template = ChatTemplate.Parse(templateSource);
            Rehearse();
        }
        catch (FormatException refusal)
        {
            template = null;
            TemplateRefusal = refusal.Message;
        }
    }

    /// <summary>Why the checkpoint's chat template is not used; null where it is, or where there is none.</summary>
    public string? TemplateRefusal { get; }

    /// <summary>Builds a prompt.</summary>
    /// <param name="userText">The task's wording, see <see cref="TaskPrompts"/>.</param>
    /// <param name="system">The system text; null for none.</param>
    /// <param name="grids">Patches down and across of each picture, in order.</param>
    /// <returns>The prompt; the caller compares <c>TokenIds.Length</c> with the context.</returns>
    /// <exception cref="OcrRequestException">A parameter cannot be used; the exception names it.</exception>
    public Prompt Build(string userText, string? system, IReadOnlyList<(int Height, int Width)> grids)
    {
        foreach ((int height, int width) in grids)
            if (height <= 0 || width <= 0 || height % mergeSize != 0 || width % mergeSize != 0)
                throw new ArgumentException($"A grid of {height} x {width} patches is no multiple of {mergeSize}.", nameof(grids));
        int[] ids = template is null ? BuiltInLayout(userText, system, grids.Count) : Rendered(userText, system, grids.Count);
        return Expand(ids, grids);
    }

    private int[] BuiltInLayout(string userText, string? system, int images)
    {
        List<int> ids = [tokens.Begin];
        if (system is not null)
        {
            if (tokens.SystemEnd is not { } systemEnd)
                throw new OcrRequestException(nameof(OcrRequest.System), "This model takes no system message. Leave it out.");
            ids.AddRange(tokenizer.Encode(system, parseSpecialTokens: false));
            ids.Add(systemEnd);
        }
        for (int image = 0; image < images; image++)
            ids.AddRange([tokens.ImageStart, tokens.Image, tokens.ImageEnd]);
        ids.AddRange(tokenizer.Encode(userText, parseSpecialTokens: false));
        ids.Add(tokens.User);
        return [.. ids];
    }

    private int[] Rendered(string userText, string? system, int images)
    {
        List<ChatMessage> messages = [];
        if (system is not null)
            messages.Add(new ChatMessage("system", null, system));
        messages.Add(new ChatMessage("user", images, userText));
        try
        {
            return tokenizer.Encode(template!.Render(messages, variables));
        }
        catch (FormatException refusal)
        {
            throw new OcrRequestException(nameof(OcrRequest.Prompt), $"The model's chat template does not take this request: {refusal.Message}");
        }
    }

    // A template that cannot hold two pictures and a text is found out at load, not at the first request.
    private void Rehearse()
    {
        int[] ids = tokenizer.Encode(template!.Render([new ChatMessage("user", 2, "text")], variables));
        int found = ids.Count(id => id == tokens.Image);
        if (found != 2)
            throw new FormatException($"the chat template writes {found} image tokens for two pictures");
    }

    private Prompt Expand(int[] ids, IReadOnlyList<(int Height, int Width)> grids)
    {
        int found = ids.Count(id => id == tokens.Image);
        if (found != grids.Count)
            throw new OcrRequestException(nameof(OcrRequest.Pictures), $"The prompt has places for {found} pictures, but {grids.Count} were given.");
        List<int> expanded = new(ids.Length + grids.Sum(grid => ImageSpan.CountOf(grid.Height, grid.Width, mergeSize)));
        List<ImageSpan> images = [];
        foreach (int id in ids)
        {
            if (id != tokens.Image)
            {
                expanded.Add(id);
                continue;
            }
            (int height, int width) = grids[images.Count];
            int count = ImageSpan.CountOf(height, width, mergeSize);
            images.Add(new ImageSpan(expanded.Count, height, width, count));
            expanded.AddRange(Enumerable.Repeat(id, count));
        }
        return new Prompt([.. expanded], [.. images], RopePositions.Build(expanded.Count, images, mergeSize));
    }
}
