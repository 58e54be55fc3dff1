using System.Text;

namespace HunyuanOcr.Inference.Prompting;

/// <summary>What a request asks for once prefixes and refinements are worked out.</summary>
/// <param name="Task">Decides how the answer is parsed.</param>
/// <param name="Text">The user text of the prompt.</param>
/// <param name="Fields">The asked field names; empty but for <see cref="OcrTask.Fields"/>.</param>
internal sealed record ResolvedTask(OcrTask Task, string Text, IReadOnlyList<string> Fields);

/// <summary>The official wording of every task, and this product's short prefixes for them.</summary>
/// <remarks>
/// In a prompt of <see cref="OcrTask.Free"/>: <c>OCR::</c> reads with boxes, and what follows is added to the official wording;
/// <c>EXTRACT::</c> takes field names set apart by commas (, ，), 、 or line ends; <c>TRANSLATE::</c> takes the target language.
/// Letter case and the width of the colons do not matter; a prefix that is not one of these is ordinary text.
/// </remarks>
internal static class TaskPrompts
{
    public const string Spotting = "检测并识别图片中的文字，将文本坐标格式化输出。";
    public const string Text = "提取图中的文字。";
    public const string Markdown = "提取文档图片中正文的所有信息用markdown格式表示，其中页眉、页脚部分忽略，表格用html格式表达，文档中公式用latex格式表示，按照阅读顺序组织进行解析。";
    public const string TranslateToEnglish = "按照阅读顺序，提取图中文字，公式用latex格式表示，表格用markdown格式表示，再将文字内容翻译为英文。";
    public const string TranslateToChinese = "按照阅读顺序，提取图中文字，公式用latex格式表示，表格用markdown格式表示，再将文字内容翻译为中文。";
    private const string NoFields = "No field names are given. Name at least one field, for example EXTRACT::name,date.";
    private static readonly char[] FieldSeparators = [',', '，', '、', '\n', '\r'];

    /// <summary>Works out the task and its wording.</summary>
    /// <exception cref="OcrRequestException">The free prompt is empty, no field is named, or the target language is unknown.</exception>
    public static ResolvedTask Resolve(OcrRequest request)
    {
        string prompt = request.Prompt ?? "";
        if (request.Task == OcrTask.Free)
            return Free(prompt);
        if (!string.IsNullOrWhiteSpace(prompt))
            return new ResolvedTask(request.Task, prompt, Names(request.Fields));
        return request.Task switch
        {
            OcrTask.Spotting => new ResolvedTask(OcrTask.Spotting, Spotting, []),
            OcrTask.Text => new ResolvedTask(OcrTask.Text, Text, []),
            OcrTask.Markdown => new ResolvedTask(OcrTask.Markdown, Markdown, []),
            OcrTask.Fields => Fields(Names(request.Fields), nameof(OcrRequest.Fields)),
            OcrTask.Translation => Translation(request.TargetLanguage, nameof(OcrRequest.TargetLanguage)),
            _ => throw new OcrRequestException(nameof(OcrRequest.Task), $"The task {request.Task} is unknown."),
        };
    }

    /// <summary>The official wording that asks for fields, names written as a Python list.</summary>
    public static string ForFields(IEnumerable<string> names) =>
        $"提取图片中的: [{string.Join(',', names.Select(PythonString))}] 的字段内容，并按照JSON格式返回。";

    private static ResolvedTask Free(string prompt)
    {
        if (TryPrefix(prompt, "OCR", out string rest))
            return new ResolvedTask(OcrTask.Spotting, Spotting + rest, []);
        if (TryPrefix(prompt, "EXTRACT", out rest))
            return Fields(SplitNames(rest), nameof(OcrRequest.Prompt));
        if (TryPrefix(prompt, "TRANSLATE", out rest))
            return Translation(rest.Length == 0 ? "en" : rest, nameof(OcrRequest.Prompt));
        if (string.IsNullOrWhiteSpace(prompt))
            throw new OcrRequestException(nameof(OcrRequest.Prompt), "The prompt is empty. Write what to do, or begin it with OCR::, EXTRACT:: or TRANSLATE::.");
        return new ResolvedTask(OcrTask.Free, prompt, []);
    }

    private static bool TryPrefix(string prompt, string prefix, out string rest)
    {
        string trimmed = prompt.TrimStart();
        rest = "";
        if (trimmed.Length < prefix.Length + 2 || !trimmed.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            || trimmed[prefix.Length] is not (':' or '：') || trimmed[prefix.Length + 1] is not (':' or '：'))
            return false;
        rest = trimmed[(prefix.Length + 2)..].Trim();
        return true;
    }

    private static ResolvedTask Fields(List<string> names, string parameter)
    {
        if (names.Count == 0)
            throw new OcrRequestException(parameter, NoFields);
        return new ResolvedTask(OcrTask.Fields, ForFields(names), names);
    }

    private static ResolvedTask Translation(string language, string parameter) => language.Trim().ToUpperInvariant() switch
    {
        "EN" or "ENGLISH" or "英文" or "英语" => new ResolvedTask(OcrTask.Translation, TranslateToEnglish, []),
        "ZH" or "CHINESE" or "中文" or "汉语" => new ResolvedTask(OcrTask.Translation, TranslateToChinese, []),
        _ => throw new OcrRequestException(parameter, $"The target language \"{language}\" is unknown. Use en (English, 英文) or zh (Chinese, 中文)."),
    };

    private static List<string> Names(IEnumerable<string> names) => [.. names.Select(name => name.Trim()).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)];

    // A Python list may be pasted as it is: its brackets and the quotes round each name are not part of the names.
    private static List<string> SplitNames(string list)
    {
        if (list.Length >= 2 && list[0] == '[' && list[^1] == ']')
            list = list[1..^1];
        return Names(list.Split(FieldSeparators).Select(name => Unquote(name.Trim())));
    }

    private static string Unquote(string name) =>
        name.Length >= 2 && name[0] == name[^1] && name[0] is '\'' or '"' ? name[1..^1] : name;

    // As Python's repr writes a string, which is how the model's authors fill their prompt.
    private static string PythonString(string name)
    {
        char quote = name.Contains('\'') && !name.Contains('"') ? '"' : '\'';
        StringBuilder text = new();
        text.Append(quote);
        foreach (char letter in name)
        {
            if (letter == quote || letter == '\\')
                text.Append('\\');
            text.Append(letter switch { '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ => letter.ToString() });
        }
        return text.Append(quote).ToString();
    }
}
