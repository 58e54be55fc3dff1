using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Api;

/// <summary>What a call to /v1/chat/completions or /v1/completions asks, checked as far as that goes without the engine.</summary>
internal sealed record ApiQuestion
{
    /// <summary>The model as the caller named it.</summary>
    internal required string Model { get; init; }

    /// <summary>The prompt, which may begin with OCR::, EXTRACT:: or TRANSLATE::.</summary>
    internal required string Prompt { get; init; }

    /// <summary>Where the prompt stood in the request.</summary>
    internal required string PromptPath { get; init; }

    /// <summary>The system message; null for none.</summary>
    internal string? System { get; init; }

    /// <summary>The pictures, in order.</summary>
    internal IReadOnlyList<PictureSource> Pictures { get; init; } = [];

    /// <summary>Whether the answer is to be kept in History; null leaves it to the server.</summary>
    internal bool? Store { get; init; }

    /// <summary>How it is to be answered.</summary>
    internal required AnswerParameters Parameters { get; init; }

    /// <summary>The requests to the engine, one for each answer that was asked for.</summary>
    /// <param name="pictures">The pictures' bytes, in order.</param>
    /// <param name="mostTokens">The server's own limit of an answer; 0 is none.</param>
    internal OcrRequest[] ToRequests(IReadOnlyList<ReadOnlyMemory<byte>> pictures, int mostTokens)
    {
        int? most = mostTokens == 0 ? Parameters.MaxTokens : Math.Min(mostTokens, Parameters.MaxTokens ?? mostTokens);
        OcrRequest request = new()
        {
            Task = OcrTask.Free,
            Prompt = Prompt,
            System = System,
            Pictures = [.. pictures.Select((bytes, i) => new OcrPicture(bytes, PictureName(i)))],
            MaxTokens = most,
            Sampling = Parameters.Sampling,
        };
        // Each answer has a stream of random numbers of its own, or all would be the same.
        return [.. Enumerable.Range(0, Parameters.Choices).Select(i => request with { Sampling = request.Sampling with { Seed = request.Sampling.Seed + (ulong)i } })];
    }

    /// <summary>The engine's refusal in the words of this API.</summary>
    internal ApiFault Fault(OcrException refused, string id) => ApiFault.From(refused, id, refused switch
    {
        OcrPictureException picture => Pictures.Where((_, i) => PictureName(i) == picture.PictureName).FirstOrDefault()?.Path,
        OcrRequestException { Parameter: nameof(OcrRequest.Pictures) } => Pictures.Count > 0 ? Pictures[0].Path : PromptPath,
        OcrRequestException { Parameter: nameof(OcrRequest.MaxTokens) } => "max_tokens",
        OcrRequestException { Parameter: nameof(OcrRequest.System) } => "messages",
        OcrRequestException => PromptPath,
        _ => null,
    });

    private static string PictureName(int index) => FormattableString.Invariant($"Picture {index + 1}");
}
