using System.Text.Json;

namespace HunyuanOcr.Inference.Tests.Engine;

/// <summary>Greedy tokens of the demo model in fp32 against demo-model/golden, which the reference made.</summary>
[Collection(SharedDemoEngine.Name)]
public class GoldenDocumentsTests(DemoEngine demo)
{
    private sealed record Question(string File, string Prompt, int[] PromptIds, int[] Tokens, bool Stops);

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
        Pictures = [DemoEngine.Document(question.File)], Task = OcrTask.Free, Prompt = question.Prompt, MaxTokens = 600, StopOnRepetition = false,
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
        int[] expected = question.Stops ? question.Tokens[..^1] : question.Tokens;
        int[] found = [.. result.Tokens.Select(token => token.Id)];
        int same = expected.Zip(found).TakeWhile(pair => pair.First == pair.Second).Count();
        if (result.PromptTokens != question.PromptIds.Length)
            differences.Add($"{question.File}: {result.PromptTokens} prompt tokens, not {question.PromptIds.Length}");
        if (same != expected.Length || same != found.Length)
            differences.Add($"{question.File} ({question.Prompt}): differs from token {same} of {expected.Length} on");
    }

    private static List<Question> Questions(string? task)
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(DemoModel.Repository, "demo-model", "golden", "golden.json")));
        return [.. from document in golden.RootElement.GetProperty("documents").EnumerateArray()
                   from answer in document.GetProperty("answers").EnumerateArray()
                   where task is null || answer.GetProperty("task").GetString() == task
                   select new Question(document.GetProperty("file").GetString()!, answer.GetProperty("prompt").GetString()!,
                       answer.GetProperty("prompt_ids").Deserialize<int[]>()!, answer.GetProperty("tokens").Deserialize<int[]>()!,
                       answer.GetProperty("finish").GetString() == "stop")];
    }
}
