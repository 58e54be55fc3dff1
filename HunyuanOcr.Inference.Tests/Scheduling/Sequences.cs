using HunyuanOcr.Inference.Prompting;
using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Tests.Scheduling;

/// <summary>Sequences without pictures, for tests of the scheduler.</summary>
internal static class Sequences
{
    public static Sequence Of(int promptTokens, long arrival = 0, int answerTokens = 1) =>
        new(TextPrompt(promptTokens), [], arrival, promptTokens + answerTokens);

    public static Prompt TextPrompt(int tokens, int first = 100)
    {
        int[] ids = [.. Enumerable.Range(first, tokens)];
        int[] positions = [.. Enumerable.Repeat(Enumerable.Range(0, tokens), 4).SelectMany(axis => axis)];
        return new Prompt(ids, [], positions);
    }
}
