using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Components.Recognise;

/// <summary>A way to look at what was read.</summary>
public enum ResultTab
{
    /// <summary>The text, line by line.</summary>
    Text,

    /// <summary>Lines with box and confidence as a table.</summary>
    Lines,

    /// <summary>Named values.</summary>
    Fields,

    /// <summary>Everything, as programs get it.</summary>
    Json,

    /// <summary>The page as a document.</summary>
    Markdown,

    /// <summary>Original and translation.</summary>
    SideBySide,

    /// <summary>The translation alone.</summary>
    Translation,

    /// <summary>The original alone.</summary>
    Original,
}

/// <summary>Which tabs a result has, and which question each of them needs an answer to.</summary>
internal static class ResultTabs
{
    private static readonly ResultTab[] _reading = [ResultTab.Text, ResultTab.Lines, ResultTab.Fields, ResultTab.Json, ResultTab.Markdown];
    private static readonly ResultTab[] _translating = [ResultTab.SideBySide, ResultTab.Translation, ResultTab.Original, ResultTab.Json];

    /// <summary>The tabs of a task, in order.</summary>
    internal static IReadOnlyList<ResultTab> Of(TaskKind kind) => kind == TaskKind.Translate ? _translating : _reading;

    /// <summary>The tab that a finished run opens with.</summary>
    internal static ResultTab First(ReadingTask task) => task.Kind switch
    {
        TaskKind.Fields => ResultTab.Fields,
        TaskKind.Translate => ResultTab.SideBySide,
        _ => task.Form == AnswerForm.Document ? ResultTab.Markdown : ResultTab.Text,
    };

    /// <summary>The question whose answer a tab shows, asked of the same page; null where any answer will do.</summary>
    internal static ReadingTask? Needs(ResultTab tab, ReadingTask asked) => tab switch
    {
        ResultTab.Lines => Plain(asked, AnswerForm.Lines),
        ResultTab.Text when asked.Kind != TaskKind.Read => Plain(asked, AnswerForm.Lines),
        ResultTab.Markdown => Plain(asked, AnswerForm.Document),
        ResultTab.Fields => asked.Kind == TaskKind.Fields ? asked : asked with { Kind = TaskKind.Fields, Prompt = "" },
        _ => null,
    };

    /// <summary>Whether a run answers what a tab needs.</summary>
    internal static bool Answers(ReadingTask asked, ReadingTask needed) =>
        asked.Kind == needed.Kind && (asked.Kind != TaskKind.Read || asked.Form == needed.Form);

    private static ReadingTask Plain(ReadingTask asked, AnswerForm form) =>
        asked.Kind == TaskKind.Read ? asked with { Form = form } : asked with { Kind = TaskKind.Read, Form = form, Prompt = "" };
}
