using System.Text;
using System.Text.Json.Nodes;

namespace HunyuanOcr.Web.Tests.Api;

/// <summary>Requests with random damage, each the same for the same seed. The tests send some of them, <c>bench mutations</c> all.</summary>
internal static class Mutations
{
    private static readonly string[] _values = ["null", "{}", "[]", "[[]]", "-1", "0", "1", "2", "0.5", "1e999", "9223372036854775808", "\"\"", "\"x\"", "true", "false", "\"\\ud800\"", "\"\\u0000\"", "{\"url\":7}", "\"user\"", "\"text\"", "\"data:image/png;base64,\"", "\"OCR::\""];

    private static readonly string[] _texts = ["\\ud800", "\\u0000", "\"n\":100000,", "\"stop\":[[]],", "\"seed\":-1,", ",", "\"", "\U0001F600", "\\/"];

    private static readonly string _picture = "data:image/png;base64," + Convert.ToBase64String(TestPictures.Png(64, 64));

    private static readonly string[] _bodies =
    [
        $$$"""{"model":"hunyuanocr","messages":[{"role":"system","content":""},{"role":"user","content":[{"type":"image_url","image_url":{"url":"{{{_picture}}}","detail":"auto"}},{"type":"text","text":"OCR::"}]}],"temperature":0,"max_tokens":2}""",
        """{"model":"hunyuancr","messages":[{"role":"user","content":"TRANSLATE::zh"}],"stream":true,"stream_options":{"include_usage":true},"logprobs":true,"top_logprobs":5,"n":2,"seed":3,"stop":["\n","。"]}""",
        $$$"""{"model":"hunyuanocr","prompt":"EXTRACT:: 姓名, \"Total\"","image":"{{{_picture}}}","top_p":0.9,"top_k":5,"repetition_penalty":1.1,"logprobs":3}""",
        $$$"""{"model":"hunyuanocr","prompt":["OCR::"],"images":[{"url":"{{{_picture}}}"},"http://127.0.0.1/a.png"],"stream":true}""",
    ];

    /// <summary>What a server must be told so that a mutation costs little and all of them are within its limits.</summary>
    internal static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string> { ["Limits:MaxTokens"] = "3", ["Limits:MaxPixels"] = "4000000", ["Images:AllowedHosts"] = "127.0.0.1" };

    /// <summary>Sound pictures of every kind.</summary>
    /// <param name="folder">HunyuanOcr.Inference.Tests/Data/pictures.</param>
    internal static byte[][] Pictures(string folder) =>
        [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Where(file => Path.GetExtension(file) is ".png" or ".jpg" or ".webp" or ".gif" or ".tif").Select(File.ReadAllBytes).Where(bytes => bytes.Length < 60_000)];

    /// <summary>A damaged JSON body and the route below /v1 that it goes to.</summary>
    internal static (string Route, byte[] Body) Json(int seed)
    {
        Random random = new(seed);
        int which = random.Next(_bodies.Length);
        bool chat = which < 2 != (random.Next(8) == 0);
        return (chat ? "chat/completions" : "completions", MutateJson(Encoding.UTF8.GetBytes(_bodies[which]), random));
    }

    /// <summary>A sound body with a damaged picture.</summary>
    internal static (string Route, byte[] Body) Picture(byte[][] pictures, int seed)
    {
        Random random = new(seed);
        byte[] picture = MutateBytes(pictures[random.Next(pictures.Length)], random);
        JsonObject body = new() { ["model"] = "hunyuanocr", ["prompt"] = "OCR::", ["image"] = Convert.ToBase64String(picture), ["max_tokens"] = 1 };
        return ("completions", Encoding.UTF8.GetBytes(body.ToJsonString()));
    }

    /// <summary>An answer in a word or two: its status, and its error's code.</summary>
    internal static string Outcome(int status, string answer)
    {
        if (status == 200)
            return answer.Contains("data: {\"error\"", StringComparison.Ordinal) ? $"200 with {(string?)JsonNode.Parse(answer.Split("data: ").Single(line => line.StartsWith("{\"error\"", StringComparison.Ordinal)))!["error"]!["code"]}" : "200";
        JsonNode error = JsonNode.Parse(answer)!["error"]!;
        return $"{status} {(string?)error["code"]}";
    }

    /// <summary>Whether the server failed, instead of answering or refusing.</summary>
    internal static bool IsFailure(string outcome) => outcome.Contains("500", StringComparison.Ordinal) || outcome.Contains("internal_error", StringComparison.Ordinal);

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
