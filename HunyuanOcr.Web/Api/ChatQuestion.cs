using System.Text.Json;

namespace HunyuanOcr.Web.Api;

/// <summary>The body of POST /v1/chat/completions.</summary>
internal static class ChatQuestion
{
    /// <exception cref="ApiFaultException">It cannot be answered as it stands; the fault names the parameter.</exception>
    internal static ApiQuestion Read(JsonElement root, ApiOptions options, int mostTokens)
    {
        ApiObject body = new(root, "");
        string model = ApiObject.TextOf(body.Required("model"), "model");
        AnswerParameters parameters = AnswerParameters.Read(body, options, mostTokens);
        parameters = parameters with { MaxTokens = MaxTokens(body, parameters.MaxTokens, mostTokens), Alternatives = Alternatives(body) };
        body.Unsupported("response_format", static value => value.ValueKind == JsonValueKind.Object && value.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("text"));
        body.Unsupported("modalities", static value => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(static entry => entry.ValueKind == JsonValueKind.String && entry.ValueEquals("text")));
        body.Unsupported("tools", static value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);
        bool? store = body.Flag("store");
        JsonElement messages = body.Required("messages");
        body.RefuseOthers();
        return Messages(messages, options) with { Model = model, Parameters = parameters, Store = store };
    }

    private static int? MaxTokens(ApiObject body, int? maxTokens, int mostTokens)
    {
        int? newer = body.Whole("max_completion_tokens", 1, mostTokens == 0 ? int.MaxValue : mostTokens);
        if (newer is not null && maxTokens is not null && newer != maxTokens)
            throw ApiObject.Wrong("max_completion_tokens", $"is {newer} but max_tokens is {maxTokens}; give one of them");
        return newer ?? maxTokens;
    }

    private static int? Alternatives(ApiObject body)
    {
        bool asked = body.Flag("logprobs") ?? false;
        int? alternatives = body.Whole("top_logprobs", 0, AnswerParameters.MostAlternatives);
        if (alternatives is not null && !asked)
            throw ApiObject.Wrong("top_logprobs", "is allowed only where logprobs is true");
        return asked ? alternatives ?? 0 : null;
    }

    private static ApiQuestion Messages(JsonElement messages, ApiOptions options)
    {
        if (messages.ValueKind != JsonValueKind.Array)
            throw ApiObject.Wrong("messages", $"is a {ApiObject.Kind(messages)}; give a list of messages");
        string? system = null;
        MessageContent? user = null;
        PictureBudget budget = new(options);
        int index = 0;
        foreach (JsonElement element in messages.EnumerateArray())
        {
            string path = FormattableString.Invariant($"messages[{index++}]");
            ApiObject message = new(element, path);
            string role = ApiObject.TextOf(message.Required("role"), message.PathOf("role"));
            JsonElement content = message.Required("content");
            message.RefuseOthers();
            if (user is not null)
                throw ApiObject.Wrong(path, "comes after the user message; the model answers one user message, so send that one last and leave earlier turns out");
            if (role is "user")
                user = MessageContent.Read(content, message.PathOf("content"), budget);
            else if (role is "system" or "developer" && system is null)
                system = MessageContent.ReadText(content, message.PathOf("content"), budget);
            else
                throw ApiObject.Wrong(message.PathOf("role"), role is "system" or "developer"
                    ? "is that of a second system message; send one at most"
                    : "is none that the model knows; send at most one system message, then one user message");
        }
        if (user is null)
            throw ApiObject.Wrong("messages", "holds no user message; send one with a picture and a prompt");
        return new() { Model = "", Parameters = new() { Sampling = new() }, System = system, Prompt = user.Text, PromptPath = user.Path, Pictures = user.Pictures };
    }
}
