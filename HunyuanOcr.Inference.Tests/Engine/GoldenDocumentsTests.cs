namespace HunyuanOcr.Inference.Tests.Engine;

/// <summary>Greedy tokens of the demo model in fp32 against demo-model/golden, which the reference made.</summary>
/// <remarks>
/// Another processor, another number of threads and other neighbours in a step add the same numbers in another order. Where the reference's own
/// best logit leads the second by less than that changes (<see cref="NearTie"/>; two tokens of all documents, named in demo-model/golden/README.md), either
/// of the two may come, and what follows is another text. Everywhere else the tokens are identical.
/// </remarks>
[Collection(SharedDemoEngine.Name)]
public class GoldenDocumentsTests(DemoEngine demo)
{
    /// <summary>A tenth of what the logits may differ from the reference's.</summary>
    private const double NearTie = 1e-4;

    private sealed record Question(GoldenDocument Document, GoldenAnswer Answer);

    [Fact]
    public async Task Alone_every_document_gives_the_tokens_of_the_reference()
    {
        List<string> differences = [];
        foreach (Question question in Questions("spotting"))
            Compare(question, await demo.Engine.ReadAsync(Request(question)), differences);
        Assert.Empty(differences);
    }

    [Fact]
    public async Task Eight_at_a_time_with_random_joins_and_cancels_every_question_gives_the_tokens_of_the_reference()
    {
        var random = new Random(3);
        List<string> differences = [];
        using var atATime = new SemaphoreSlim(8);
        await Task.WhenAll(Questions(null).OrderBy(_ => random.Next()).Select(question => (question, Cancelled: random.Next(4) == 0, After: random.Next(400))).ToArray().Select(async one =>
        {
            await atATime.WaitAsync();
            try
            {
                if (one.Cancelled)
                    await CancelAfter(Request(one.question), one.After);
                OcrResult result = await demo.Engine.ReadAsync(Request(one.question));
                lock (differences)
                    Compare(one.question, result, differences);
            }
            finally
            {
                atATime.Release();
            }
        }));
        Assert.Empty(differences);
        await DemoEngine.Until(() => demo.Engine.Status is { BlocksUsed: 0, Running: 0, Waiting: 0 });
    }

    private static OcrRequest Request(Question question) => new()
    {
        Pictures = [GoldenDocuments.Picture(question.Document)], Task = OcrTask.Free, Prompt = question.Answer.Prompt, MaxTokens = GoldenDocuments.MaxTokens, StopOnRepetition = false,
    };

    private async Task CancelAfter(OcrRequest request, int milliseconds)
    {
        using var cancel = new CancellationTokenSource(milliseconds);
        try
        {
            await demo.Engine.ReadAsync(request, cancel.Token);
        }
        catch (OperationCanceledException)
        {
            // As meant; where the answer came first, that is well too.
        }
    }

    private static void Compare(Question question, OcrResult result, List<string> differences)
    {
        (string file, GoldenAnswer answer) = (question.Document.File, question.Answer);
        int[] expected = answer.Finish == "stop" ? answer.Tokens[..^1] : answer.Tokens;
        int[] found = [.. result.Tokens.Select(token => token.Id)];
        int same = expected.Zip(found).TakeWhile(pair => pair.First == pair.Second).Count();
        if (result.PromptTokens != answer.PromptIds.Length)
            differences.Add($"{file}: {result.PromptTokens} prompt tokens, not {answer.PromptIds.Length}");
        if (same == expected.Length && same == found.Length)
            return;
        if (same >= answer.Gaps.Length || answer.Gaps[same] >= NearTie)
            differences.Add($"{file} ({answer.Prompt}): differs from token {same} of {expected.Length} on, where the reference's lead was {answer.Gaps.ElementAtOrDefault(same)}");
    }

    private static IEnumerable<Question> Questions(string? task) =>
        from document in GoldenDocuments.All
        from answer in document.Answers
        where task is null || answer.Task == task
        select new Question(document, answer);
}
