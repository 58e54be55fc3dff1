using System.Diagnostics;
using System.Text;
using HunyuanOcr.Inference.Tokenization;

namespace HunyuanOcr.Bench;

/// <summary>Text to token ids: how long the tokenizer of a model folder takes for mixed Chinese, English and digits.</summary>
internal static class EncodeScenario
{
    private const int WarmUpRuns = 30;

    private static readonly string[] Phrases =
    [
        "请将发票寄至上海市浦东新区世纪大道", "The quick brown fox jumps over the lazy dog, ", "合计人民币：", "Total amount due: ", "增值税专用发票 ",
        "Please retain this receipt for your records.\n", "营业时间为上午九点至下午六点。", "Order No. ", "电话：021-", "<table><tr><td>", "\n\n",
    ];

    public static object Run(Arguments arguments)
    {
        int characters = arguments.Number("characters", 10_000), repeat = arguments.Number("repeat", 200);
        BpeTokenizer tokenizer = BpeTokenizer.Load(Path.Combine(arguments.Required("model"), "tokenizer.json"));
        // Other text in every run: nothing that was encoded before is met again as a whole.
        string[] texts = [.. Enumerable.Range(0, WarmUpRuns + repeat).Select(seed => Text(characters, new Random(seed)))];
        var milliseconds = new List<double>();
        var tokens = new List<double>();
        foreach (string text in texts)
        {
            long started = Stopwatch.GetTimestamp();
            int count = tokenizer.Encode(text, parseSpecialTokens: false).Length;
            milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            tokens.Add(count);
        }
        return new
        {
            Vocabulary = tokenizer.Count,
            Characters = characters,
            Tokens = Spread.Of(tokens.Skip(WarmUpRuns), 0),
            Milliseconds = Spread.Of(milliseconds.Skip(WarmUpRuns), 3),
        };
    }

    private static string Text(int characters, Random random)
    {
        var text = new StringBuilder();
        while (text.Length < characters)
            text.Append(Phrases[random.Next(Phrases.Length)]).Append(random.Next(3) == 0 ? random.Next(1_000_000).ToString(System.Globalization.CultureInfo.InvariantCulture) : "");
        text.Length = characters;
        return text.ToString();
    }
}
