using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HunyuanOcr.Inference.Tests;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Recognise;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Api;

/// <summary>Bodies and pictures with random damage against the real server and engine: answered or refused, never 500, never down.</summary>
/// <remarks>HUNYUANOCR_JSON_MUTATIONS and HUNYUANOCR_PICTURE_MUTATIONS set how many (200 each otherwise); with HUNYUANOCR_MUTATION_RESULTS,
/// a folder, what came of it is written there. bench/mutations.sh runs the full numbers.</remarks>
public sealed class MutationTests : IDisposable
{
    private static readonly string[] _values = ["null", "{}", "[]", "[[]]", "-1", "0", "1", "2", "0.5", "1e999", "9223372036854775808", "\"\"", "\"x\"", "true", "false", "\"\\ud800\"", "\"\\u0000\"", "{\"url\":7}", "\"user\"", "\"text\"", "\"data:image/png;base64,\"", "\"OCR::\""];

    private static readonly string[] _texts = ["\\ud800", "\\u0000", "\"n\":100000,", "\"stop\":[[]],", "\"seed\":-1,", ",", "\"", "\U0001F600", "\\/"];

    private static readonly JsonSerializerOptions _layout = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly TestApp _app = new(new() { ["Model:Folder"] = ExportedDemoModel.Folder(), ["Limits:MaxTokens"] = "3", ["Limits:MaxPixels"] = "4000000", ["Images:AllowedHosts"] = "127.0.0.1" }, EnginePageReader.LoadAsync);

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task Mutated_json_bodies_are_answered_or_refused_and_never_fail()
    {
        string picture = DemoServer.DataUrl(TestPictures.Png(64, 64));
        string[] bodies =
        [
            $$$"""{"model":"hunyuanocr","messages":[{"role":"system","content":""},{"role":"user","content":[{"type":"image_url","image_url":{"url":"{{{picture}}}","detail":"auto"}},{"type":"text","text":"OCR::"}]}],"temperature":0,"max_tokens":2}""",
            """{"model":"hunyuancr","messages":[{"role":"user","content":"TRANSLATE::zh"}],"stream":true,"stream_options":{"include_usage":true},"logprobs":true,"top_logprobs":5,"n":2,"seed":3,"stop":["\n","。"]}""",
            $$$"""{"model":"hunyuanocr","prompt":"EXTRACT:: 姓名, \"Total\"","image":"{{{picture}}}","top_p":0.9,"top_k":5,"repetition_penalty":1.1,"logprobs":3}""",
            $$$"""{"model":"hunyuanocr","prompt":["OCR::"],"images":[{"url":"{{{picture}}}"},"http://127.0.0.1/a.png"],"stream":true}""",
        ];
        await RunAsync("json", "HUNYUANOCR_JSON_MUTATIONS", random =>
        {
            int which = random.Next(bodies.Length);
            bool chat = which < 2 != (random.Next(8) == 0);
            return (chat ? "chat/completions" : "completions", MutateJson(Encoding.UTF8.GetBytes(bodies[which]), random));
        });
    }

    [Fact]
    public async Task Mutated_pictures_are_read_or_refused_and_never_fail()
    {
        byte[][] pictures = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "HunyuanOcr.Inference.Tests", "Data", "pictures"))
            .Where(file => Path.GetExtension(file) is ".png" or ".jpg" or ".webp" or ".gif" or ".tif").Select(File.ReadAllBytes).Where(bytes => bytes.Length < 60_000)];
        await RunAsync("pictures", "HUNYUANOCR_PICTURE_MUTATIONS", random =>
        {
            byte[] picture = MutateBytes(pictures[random.Next(pictures.Length)], random);
            JsonObject body = new() { ["model"] = "hunyuanocr", ["prompt"] = "OCR::", ["image"] = Convert.ToBase64String(picture), ["max_tokens"] = 1 };
            return ("completions", Encoding.UTF8.GetBytes(body.ToJsonString()));
        });
    }

    private async Task RunAsync(string what, string setting, Func<Random, (string Route, byte[] Body)> make)
    {
        int count = int.TryParse(Environment.GetEnvironmentVariable(setting), CultureInfo.InvariantCulture, out int asked) ? asked : 200;
        using HttpClient client = new() { BaseAddress = new Uri(_app.Listen()), Timeout = TimeSpan.FromMinutes(5) };
        await ApiCalls.ReadyAsync(client);
        SortedDictionary<string, int> outcomes = [];
        List<string> failures = [];
        List<object> memory = [];
        Stopwatch watch = Stopwatch.StartNew();
        foreach (int[] part in Enumerable.Range(0, count).Chunk(Math.Max(1, count / 10)))
        {
            await Parallel.ForEachAsync(part, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (seed, _) =>
            {
                (string route, byte[] body) = make(new Random(seed));
                using ByteArrayContent content = new(body);
                content.Headers.ContentType = new("application/json");
                using HttpResponseMessage response = await client.PostAsync(new Uri("/v1/" + route, UriKind.Relative), content, CancellationToken.None);
                string answer = await response.Content.ReadAsStringAsync(CancellationToken.None);
                string outcome = Outcome((int)response.StatusCode, answer);
                lock (outcomes)
                {
                    outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
                    if (outcome.Contains("500", StringComparison.Ordinal) || outcome.Contains("internal_error", StringComparison.Ordinal))
                        failures.Add($"seed {seed}: {answer}");
                }
            });
            memory.Add(Memory(part[^1] + 1));
        }
        EngineIsIdle();
        Write(what, count, watch.Elapsed, outcomes, memory);
        Assert.Empty(failures);
        Assert.Equal(count, outcomes.Values.Sum());
        // Both happened, so the damage was neither too much nor too little.
        Assert.Contains(outcomes.Keys, outcome => outcome.StartsWith("200", StringComparison.Ordinal));
        Assert.Contains(outcomes.Keys, outcome => outcome.StartsWith('4'));
    }

    private void EngineIsIdle()
    {
        ReaderHost host = _app.Services.GetRequiredService<ReaderHost>();
        Assert.True(SpinWait.SpinUntil(() => host.Status is { Running: 0, Waiting: 0, BlocksUsed: 0, Fault: null }, TimeSpan.FromMinutes(1)), host.Status?.ToString());
    }

    private static string Outcome(int status, string answer)
    {
        if (status == 200)
            return answer.Contains("data: {\"error\"", StringComparison.Ordinal) ? $"200 with {(string?)JsonNode.Parse(answer.Split("data: ").Single(line => line.StartsWith("{\"error\"", StringComparison.Ordinal)))!["error"]!["code"]}" : "200";
        JsonNode error = JsonNode.Parse(answer)!["error"]!;
        return $"{status} {(string?)error["code"]}";
    }

    private static object Memory(int after)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using Process process = Process.GetCurrentProcess();
        return new { After = after, ManagedBytes = GC.GetTotalMemory(forceFullCollection: true), ResidentBytes = process.WorkingSet64 };
    }

    private static void Write(string what, int count, TimeSpan time, SortedDictionary<string, int> outcomes, List<object> memory)
    {
        if (Environment.GetEnvironmentVariable("HUNYUANOCR_MUTATION_RESULTS") is not { Length: > 0 } folder)
            return;
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"{DateTime.UtcNow:yyyy-MM-dd}-api-mutated-{what}.json"), JsonSerializer.Serialize(new
        {
            Scenario = "mutated " + what,
            Command = "bench/mutations.sh",
            Date = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC",
            Requests = count,
            Seconds = Math.Round(time.TotalSeconds, 1),
            Outcomes = outcomes,
            Memory = memory,
        }, _layout) + "\n");
    }

    private static byte[] MutateJson(byte[] body, Random random)
    {
        List<byte> mutated = [.. body];
        for (int n = random.Next(0, 4); n > 0 && mutated.Count > 2; n--)
        {
            // Most of a body is its picture, and most of what is checked stands before and behind it.
            int place = random.Next(4) == 0 ? random.Next(mutated.Count) : random.Next(2) == 0 ? random.Next(Math.Min(mutated.Count, 160)) : Math.Max(0, mutated.Count - 1 - random.Next(160));
            switch (random.Next(10))
            {
                case 0:
                    mutated[place] = (byte)random.Next(256);
                    break;
                case 1:
                    mutated.RemoveRange(place, Math.Min(random.Next(1, 12), mutated.Count - place));
                    break;
                case 2:
                    mutated.InsertRange(place, [.. mutated.Skip(place).Take(random.Next(1, 60))]);
                    break;
                case 3:
                    mutated.InsertRange(place, Encoding.UTF8.GetBytes(_texts[random.Next(_texts.Length)]));
                    break;
                default:
                    ReplaceValue(mutated, place, _values[random.Next(_values.Length)]);
                    break;
            }
        }
        return [.. mutated];
    }

    /// <summary>Puts another value behind the next name, so that the whole stays JSON.</summary>
    private static void ReplaceValue(List<byte> body, int place, string value)
    {
        string text = Encoding.Latin1.GetString([.. body]);
        int start = text.IndexOf("\":", place, StringComparison.Ordinal) + 2;
        if (start < 2 || start >= text.Length)
            return;
        int end = text.IndexOfAny([',', '}', ']'], start);
        if (text[start] == '"')
            end = text.IndexOf('"', start + 1) + 1;
        if (end <= start || text[start] is '[' or '{')
            return;
        body.RemoveRange(start, end - start);
        body.InsertRange(start, Encoding.UTF8.GetBytes(value));
    }

    private static byte[] MutateBytes(byte[] bytes, Random random)
    {
        byte[] mutated = [.. bytes];
        for (int n = random.Next(0, 12); n > 0; n--)
        {
            // Headers are short and decide most.
            int place = random.Next(3) == 0 ? random.Next(mutated.Length) : random.Next(Math.Min(mutated.Length, 600));
            mutated[place] = (byte)random.Next(256);
        }
        return random.Next(4) == 0 ? mutated[..random.Next(1, mutated.Length)] : mutated;
    }
}
