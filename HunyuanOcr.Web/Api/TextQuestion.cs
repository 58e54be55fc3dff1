using System.Text.Json;
using System.Text.RegularExpressions;

namespace HunyuanOcr.Web.Api;

/// <summary>The body of POST /v1/completions.</summary>
/// <remarks>OpenAI's own completions know no pictures. Taken here: <c>image</c> or <c>images</c>, each a data URL, plain base64 or an allowed
/// http(s) address, as a string or as <c>{"url": ...}</c>; and data URLs within the prompt, which then leave it.</remarks>
internal static partial class TextQuestion
{
    /// <exception cref="ApiFaultException">It cannot be answered as it stands; the fault names the parameter.</exception>
    internal static ApiQuestion Read(JsonElement root, ApiOptions options, int mostTokens)
    {
        ApiObject body = new(root, "");
        string model = ApiObject.TextOf(body.Required("model"), "model");
        AnswerParameters parameters = AnswerParameters.Read(body, options, mostTokens) with { Alternatives = body.Whole("logprobs", 0, AnswerParameters.MostAlternatives) };
        body.Unsupported("best_of", value => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int best) && best == parameters.Choices);
        body.Unsupported("echo", AnswerParameters.IsFalse);
        body.Unsupported("suffix", static value => value.ValueKind == JsonValueKind.String && value.ValueEquals(""));
        PictureBudget budget = new(options);
        List<PictureSource> pictures = [];
        foreach ((JsonElement value, string path) in Given(body))
            pictures.Add(Picture(value, path, budget));
        string prompt = WithoutPictures(Prompt(body.Required("prompt")), pictures, budget);
        body.RefuseOthers();
        return new() { Model = model, Prompt = prompt, PromptPath = "prompt", Pictures = pictures, Parameters = parameters };
    }

    private static IEnumerable<(JsonElement Value, string Path)> Given(ApiObject body)
    {
        if (body.Find("image") is { } image)
            yield return (image, "image");
        if (body.Find("images") is not { } images)
            yield break;
        if (images.ValueKind != JsonValueKind.Array)
            throw ApiObject.Wrong("images", $"is a {ApiObject.Kind(images)}; give a list of pictures, or a single one as image");
        int index = 0;
        foreach (JsonElement entry in images.EnumerateArray())
            yield return (entry, FormattableString.Invariant($"images[{index++}]"));
    }

    private static PictureSource Picture(JsonElement value, string path, PictureBudget budget)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return PictureSource.Read(value, path, bareBase64: true, budget);
        ApiObject picture = new(value, path);
        JsonElement url = picture.Required("url");
        picture.RefuseOthers();
        return PictureSource.Read(url, path, bareBase64: true, budget);
    }

    private static string Prompt(JsonElement prompt)
    {
        if (prompt.ValueKind != JsonValueKind.Array)
            return ApiObject.TextOf(prompt, "prompt");
        return prompt.GetArrayLength() == 1 && prompt[0].ValueKind == JsonValueKind.String
            ? ApiObject.TextOf(prompt[0], "prompt")
            : throw ApiObject.Wrong("prompt", "is a list; give one string, and a request for each prompt (token ids are not taken)");
    }

    private static string WithoutPictures(string prompt, List<PictureSource> pictures, PictureBudget budget)
    {
        if (!prompt.Contains("data:image/", StringComparison.Ordinal))
            return prompt;
        string text = InlinePicture().Replace(prompt, found =>
        {
            pictures.Add(PictureSource.FromBase64(found.Groups["base64"].ValueSpan, "prompt", budget));
            return "";
        });
        return text.Trim();
    }

    [GeneratedRegex(@"(?<mark>!\[[^\]\n]{0,200}\]\()?data:image/[\w.+-]{1,40};base64,(?<base64>[A-Za-z0-9+/=]+)(?(mark)\)?)")]
    private static partial Regex InlinePicture();
}
