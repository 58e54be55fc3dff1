using System.Text.Encodings.Web;
using System.Text.Json;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Bench;

/// <summary>Reads every document of a folder that holds truth.json and writes the answers in the form that demo-model/documents/score.py takes.</summary>
internal static class AnswersScenario
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<object> RunAsync(Arguments arguments)
    {
        string folder = arguments.Required("documents");
        await using OcrEngine engine = await OcrEngine.LoadAsync(BenchEngine.Options(arguments));
        using JsonDocument truth = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "truth.json")));
        var answers = new Dictionary<string, Dictionary<string, string>>();
        int tokens = 0;
        foreach (JsonProperty document in truth.RootElement.EnumerateObject())
        {
            OcrResult read = await engine.ReadAsync(new OcrRequest
            {
                Pictures = [new OcrPicture(await File.ReadAllBytesAsync(Path.Combine(folder, document.Name)), document.Name)],
            });
            answers[document.Name] = new Dictionary<string, string> { ["spotting"] = read.Text };
            tokens += read.Tokens.Count;
        }
        await File.WriteAllTextAsync(arguments.Required("answers"), JsonSerializer.Serialize(answers, Layout));
        return new { engine.Status.Model, Documents = answers.Count, Tokens = tokens };
    }
}
