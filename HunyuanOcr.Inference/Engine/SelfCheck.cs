using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Prompting;
using HunyuanOcr.Inference.Tokenization;

namespace HunyuanOcr.Inference.Engine;

/// <summary>Whether a loaded model is whole and reads: hashes of its files, round trips of its tokenizer, a page of known text.</summary>
internal sealed class SelfCheck(LoadedModel model, Func<OcrRequest, CancellationToken, Task<OcrResult>> read)
{
    /// <summary>A model that gets more of the page wrong is not fit for use, whatever it was trained on.</summary>
    private const double HighestErrorRate = 0.2;

    private static readonly string[] Texts =
    [
        "HunyuanOCR", "  two  blanks\tand a tab\r\n", "请逐行识别图片中的所有文字。", "3.14159 2026-03-18 ￥1,234.50", "(231,392),(764,632)",
        "don't I'LL naïve Ærøskøbing", "カタカナ ひらがな 한국어", "👩‍👩‍👧 😀", "<｜hy_place▁holder▁no▁102｜>", "", "{\"名称\": \"甲\"}",
    ];

    public async Task<SelfCheckReport> RunAsync(CancellationToken cancellationToken)
    {
        List<string> faults = [.. await FileCheck.RunAsync(model.Folder, cancellationToken).ConfigureAwait(false)];
        faults.AddRange(TokenizerFaults(model.Tokenizer, model.Folder.Tokens));
        OcrResult page = await read(new OcrRequest { Pictures = [SelfCheckPage.Picture], Sampling = new SamplingOptions { Temperature = 0 } }, cancellationToken).ConfigureAwait(false);
        string text = string.Join('\n', page.Lines.Select(line => line.Text));
        double rate = SelfCheckPage.CharacterErrorRate(text, SelfCheckPage.Text);
        if (rate > HighestErrorRate)
            faults.Add(FormattableString.Invariant($"The model reads the built-in page with a character error rate of {rate:0.000}; {HighestErrorRate} at most is right. ") +
                "Its weights or its export are damaged: export the model again from an unchanged checkpoint.");
        return new SelfCheckReport(faults, rate, text, SelfCheckPage.Text, model.Folder.Export.Files.Count, Texts.Length);
    }

    private static IEnumerable<string> TokenizerFaults(BpeTokenizer tokenizer, SpecialTokens tokens)
    {
        foreach (string text in Texts)
        {
            string back = tokenizer.Decode(tokenizer.Encode(text, parseSpecialTokens: false));
            if (back != text)
                yield return $"The tokenizer makes \"{back}\" of \"{text}\". tokenizer.json is damaged: {ModelFolder.Remedy}";
        }
        foreach (int id in (int[])[tokens.Begin, .. tokens.Ends, tokens.Image, tokens.ImageStart, tokens.ImageEnd, tokens.User])
            if (!tokenizer.IsSpecial(id))
                yield return $"Token {id} of genai_config.json is no special token of tokenizer.json: the two come from different checkpoints. {ModelFolder.Remedy}";
    }
}
