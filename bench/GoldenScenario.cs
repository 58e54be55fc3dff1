using System.Text.Json;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Bench;

/// <summary>Reads the golden documents freely and lists where an answer first leaves that of the reference, and how close the reference's best two were there.</summary>
internal static class GoldenScenario
{
    public static async Task<object> RunAsync(Arguments arguments)
    {
        string folder = arguments.Required("demo");
        using JsonDocument golden = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "golden", "golden.json")));
        JsonElement[] documents = [.. golden.RootElement.GetProperty("documents").EnumerateArray()];
        await using OcrEngine engine = await OcrEngine.LoadAsync(BenchEngine.Options(arguments));
        int maxTokens = golden.RootElement.GetProperty("max_tokens").GetInt32();
        Answer[] answers = await InFlight.AllAsync(documents, arguments.Number("in-flight", 1), document => CompareAsync(engine, folder, document, maxTokens));
        return new
        {
            engine.Status.Model,
            engine.Status.Device,
            Documents = answers.Length,
            Equal = answers.Count(answer => answer.IsEqual),
            LargestGapAtAFirstDifference = answers.Where(answer => !answer.IsEqual).Select(answer => answer.Gap).DefaultIfEmpty(0).Max(),
            Differences = answers.Where(answer => !answer.IsEqual),
            engine.Status.Counters,
        };
    }

    private static async Task<Answer> CompareAsync(OcrEngine engine, string folder, JsonElement document, int maxTokens)
    {
        string file = document.GetProperty("file").GetString()!;
        JsonElement golden = document.GetProperty("answers").EnumerateArray().First(answer => answer.GetProperty("task").GetString() == "spotting");
        int[] tokens = [.. golden.GetProperty("tokens").EnumerateArray().Select(token => token.GetInt32())];
        double[] gaps = [.. golden.GetProperty("gaps").EnumerateArray().Select(gap => gap.GetDouble())];
        int[] expected = golden.GetProperty("finish").GetString() == "stop" ? tokens[..^1] : tokens;
        OcrResult read = await engine.ReadAsync(new OcrRequest
        {
            Pictures = [new OcrPicture(await File.ReadAllBytesAsync(Path.Combine(folder, "documents", file)), file)],
            Task = OcrTask.Free, Prompt = golden.GetProperty("prompt").GetString()!, MaxTokens = maxTokens, StopOnRepetition = false,
        });
        int[] found = [.. read.Tokens.Select(token => token.Id)];
        int same = expected.Zip(found).TakeWhile(pair => pair.First == pair.Second).Count();
        bool equal = same == expected.Length && same == found.Length;
        return new Answer(file, equal, same, expected.Length, found.Length, same < gaps.Length ? gaps[same] : 0);
    }

    private sealed record Answer(string File, bool IsEqual, int FirstDifference, int Tokens, int Found, double Gap);
}
