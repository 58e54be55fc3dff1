using HunyuanOcr.Inference.Prompting;

namespace HunyuanOcr.Inference.Tests.Prompting;

public sealed class TaskPromptsTests
{
    [Theory]
    [InlineData(OcrTask.Spotting, "检测并识别图片中的文字，将文本坐标格式化输出。")]
    [InlineData(OcrTask.Text, "提取图中的文字。")]
    [InlineData(OcrTask.Markdown, "提取文档图片中正文的所有信息用markdown格式表示，其中页眉、页脚部分忽略，表格用html格式表达，文档中公式用latex格式表示，按照阅读顺序组织进行解析。")]
    [InlineData(OcrTask.Translation, "按照阅读顺序，提取图中文字，公式用latex格式表示，表格用markdown格式表示，再将文字内容翻译为英文。")]
    [InlineData(OcrTask.Fields, "提取图片中的: ['name'] 的字段内容，并按照JSON格式返回。")]
    public void Every_task_has_its_official_wording(OcrTask task, string wording)
    {
        ResolvedTask resolved = TaskPrompts.Resolve(new OcrRequest { Task = task, Fields = task == OcrTask.Fields ? ["name"] : [] });
        Assert.Equal(wording, resolved.Text);
        Assert.Equal(task, resolved.Task);
    }

    [Theory]
    [InlineData("OCR::", "")]
    [InlineData("ocr::", "")]
    [InlineData("  OCR::\n", "")]
    [InlineData("OCR：：", "")]
    [InlineData("OCR:: only the title", "only the title")]
    public void The_prefix_OCR_asks_for_spotting_and_adds_what_follows(string prompt, string added)
    {
        ResolvedTask resolved = Free(prompt);
        Assert.Equal((OcrTask.Spotting, TaskPrompts.Spotting + added), (resolved.Task, resolved.Text));
    }

    [Theory]
    [InlineData("EXTRACT::name,total", "['name','total']")]
    [InlineData("EXTRACT:: 姓名、 金额 ，日期", "['姓名','金额','日期']")]
    [InlineData("extract::\nname\r\ntotal\n", "['name','total']")]
    [InlineData("EXTRACT::a,a,,b", "['a','b']")]
    [InlineData("EXTRACT::['姓名', 'Total']", "['姓名','Total']")]
    [InlineData("EXTRACT::\"Bill To\"", "['Bill To']")]
    [InlineData("EXTRACT::owner's name", "[\"owner's name\"]")]
    [InlineData("EXTRACT::5\" or 'x' a", @"['5"" or \'x\' a']")]
    [InlineData(@"EXTRACT::a\b", @"['a\\b']")]
    public void The_prefix_EXTRACT_takes_names_and_writes_them_as_a_python_list(string prompt, string list)
    {
        ResolvedTask resolved = Free(prompt);
        Assert.Equal(OcrTask.Fields, resolved.Task);
        Assert.Equal($"提取图片中的: {list} 的字段内容，并按照JSON格式返回。", resolved.Text);
    }

    [Fact]
    public void The_names_after_EXTRACT_are_handed_on_for_the_answer() => Assert.Equal(["姓名", "Total"], Free("EXTRACT::姓名,Total").Fields);

    [Theory]
    [InlineData("TRANSLATE::", "英文")]
    [InlineData("TRANSLATE::en", "英文")]
    [InlineData("TRANSLATE:: English ", "英文")]
    [InlineData("TRANSLATE::英文", "英文")]
    [InlineData("TRANSLATE::zh", "中文")]
    [InlineData("translate::CHINESE", "中文")]
    [InlineData("TRANSLATE::\n中文", "中文")]
    public void The_prefix_TRANSLATE_takes_the_target_language(string prompt, string language)
    {
        ResolvedTask resolved = Free(prompt);
        Assert.Equal(OcrTask.Translation, resolved.Task);
        Assert.EndsWith($"翻译为{language}。", resolved.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SUMMARISE:: this")]
    [InlineData("OCR: this")]
    [InlineData("What does OCR:: mean?")]
    [InlineData("提取图片中的字幕。")]
    public void Any_other_prompt_stays_as_it_is(string prompt)
    {
        ResolvedTask resolved = Free(prompt);
        Assert.Equal((OcrTask.Free, prompt), (resolved.Task, resolved.Text));
    }

    [Fact]
    public void A_prompt_replaces_the_wording_of_a_task_but_not_the_task()
    {
        ResolvedTask resolved = TaskPrompts.Resolve(new OcrRequest { Task = OcrTask.Spotting, Prompt = "Read it." });
        Assert.Equal((OcrTask.Spotting, "Read it."), (resolved.Task, resolved.Text));
    }

    [Theory]
    [InlineData(OcrTask.Free, "", "en", "Prompt")]
    [InlineData(OcrTask.Free, "EXTRACT::", "en", "Prompt")]
    [InlineData(OcrTask.Free, "TRANSLATE::klingon", "en", "Prompt")]
    [InlineData(OcrTask.Fields, null, "en", "Fields")]
    [InlineData(OcrTask.Translation, null, "xx", "TargetLanguage")]
    [InlineData((OcrTask)99, null, "en", "Task")]
    public void What_cannot_be_asked_is_refused_by_the_parameters_name(OcrTask task, string? prompt, string language, string parameter) =>
        Assert.Equal(parameter, Assert.Throws<OcrRequestException>(() => TaskPrompts.Resolve(new OcrRequest { Task = task, Prompt = prompt, TargetLanguage = language })).Parameter);

    private static ResolvedTask Free(string prompt) => TaskPrompts.Resolve(new OcrRequest { Task = OcrTask.Free, Prompt = prompt });
}
