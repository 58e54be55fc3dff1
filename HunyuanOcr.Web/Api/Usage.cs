using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Api;

/// <summary>Tokens that a call took.</summary>
/// <param name="PromptTokens">Of the prompt, its pictures' included; counted once, however many answers were asked for.</param>
/// <param name="CompletionTokens">Of all answers.</param>
/// <param name="TotalTokens">Both.</param>
/// <param name="PromptTokensDetails">The prompt's more closely.</param>
internal sealed record Usage(int PromptTokens, int CompletionTokens, int TotalTokens, PromptTokensDetails PromptTokensDetails)
{
    internal static Usage Of(IReadOnlyCollection<OcrResult> answers)
    {
        OcrResult first = answers.First();
        int completion = answers.Sum(answer => answer.Tokens.Count);
        return new(first.PromptTokens, completion, first.PromptTokens + completion, new(first.ImageTokens));
    }
}

/// <param name="ImageTokens">Tokens of its pictures.</param>
internal sealed record PromptTokensDetails(int ImageTokens);

/// <summary>Why an answer ended, in the words of the API.</summary>
internal static class FinishReason
{
    /// <summary><c>stop</c> or <c>length</c>. A loop is cut off as a limit would cut it, so it is told as <c>length</c>: official clients know no other words.</summary>
    internal static string Of(OcrResult answer) => answer.FinishReason == OcrFinishReason.Stop ? "stop" : "length";

    /// <summary><c>repetition</c> where the answer was cut off because it repeated itself without end; otherwise null.</summary>
    internal static string? Detail(OcrResult answer) => answer.FinishReason == OcrFinishReason.Repetition ? "repetition" : null;
}
