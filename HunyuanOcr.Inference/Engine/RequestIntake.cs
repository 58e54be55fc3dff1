using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Prompting;
using HunyuanOcr.Inference.Sampling;
using HunyuanOcr.Inference.Tokenization;

namespace HunyuanOcr.Inference.Engine;

/// <summary>Checks a request and prepares it: pictures' headers, prompt, sampling, and whether it can ever be answered. Safe to call from any thread.</summary>
internal sealed class RequestIntake(PictureReader pictures, PromptBuilder prompts, BpeTokenizer tokenizer, SamplingDefaults defaults, RequestLimits limits)
{
    /// <summary>Prepares a request without decoding a picture.</summary>
    /// <exception cref="OcrPictureException">A picture is refused by its header.</exception>
    /// <exception cref="OcrRequestException">It can never be answered as it stands.</exception>
    public (PreparedRequest Prepared, AnswerBuilder Answer) Prepare(OcrRequest request)
    {
        if (request.MaxTokens is < 1)
            throw new OcrRequestException(nameof(OcrRequest.MaxTokens), $"MaxTokens is {request.MaxTokens}, but must be 1 or more.");
        if (request.Pictures.FirstOrDefault(static picture => picture.MaxPixels is < 1) is { } none)
            throw new OcrRequestException(nameof(OcrRequest.Pictures), $"MaxPixels of {none.Name} is {none.MaxPixels}, but must be 1 or more.");
        ResolvedTask task = TaskPrompts.Resolve(request);
        RequireRoom(task.Text, request.Task == OcrTask.Fields ? nameof(OcrRequest.Fields) : nameof(OcrRequest.Prompt));
        RequireRoom(request.System ?? "", nameof(OcrRequest.System));
        SamplingChoice choice = SamplingChoice.From(request.Sampling, defaults);
        PictureIdentity[] identities = [.. request.Pictures.Select(pictures.Identify)];
        Prompt prompt = prompts.Build(task.Text, request.System, [.. identities.Select(picture => (picture.Grid.GridHeight, picture.Grid.GridWidth))]);
        int maxTokens = limits.MostTokens(prompt, request.MaxTokens);
        RequestPicture[] requested = [.. request.Pictures.Zip(identities, prompt.Images)
            .Select(one => new RequestPicture(one.First, one.Second.Key, one.Second.Page, one.Third.Count))];
        return (new PreparedRequest(prompt, requested, new SamplingState(choice, prompt.TokenIds), maxTokens),
            new AnswerBuilder(tokenizer, task, choice.Stop, request.StopOnRepetition));
    }

    // Before it costs memory: a text can be so long that its length alone tells.
    private void RequireRoom(string text, string parameter)
    {
        if (text.Length / tokenizer.LongestEntry >= limits.Context)
            throw new OcrRequestException(parameter, $"The text has {text.Length} characters, which no {limits.Context} tokens hold; the context holds these for prompt and answer together. Send a shorter one.");
    }
}
