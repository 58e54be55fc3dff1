using HunyuanOcr.Inference;
using HunyuanOcr.Web.Components.Recognise;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Language;
using HunyuanOcr.Web.Recognise;
using HunyuanOcr.Web.Telemetry;
using HunyuanOcr.Web.Tests.Hosting;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;

namespace HunyuanOcr.Web.Tests.Components;

public sealed class RecogniseComponentTests
{
    private static readonly RunView _view = new()
    {
        Id = "0123456789abcdef",
        Task = new ReadingTask(),
        Document = new("d", "o", "a.png", "c", "image/png", 10, 1240, 1754, DateTimeOffset.UnixEpoch),
        Phase = RunPhase.Done,
        Ahead = 0,
        Page = null,
        Lines = [],
        Tail = "",
        Tokens = 0,
        Queue = TimeSpan.Zero,
        Picture = TimeSpan.Zero,
        Text = TimeSpan.Zero,
        FirstToken = null,
        Total = TimeSpan.Zero,
        Result = null,
        Fault = null,
    };

    [Theory]
    [InlineData(PageLanguage.English)]
    [InlineData(PageLanguage.Chinese)]
    public async Task Every_phase_of_a_run_can_be_drawn_in_both_languages(PageLanguage language)
    {
        foreach (RunPhase phase in Enum.GetValues<RunPhase>())
        {
            RunView view = _view with { Phase = phase, Ahead = 2, Lines = [ScriptedAnswer.Line("Total 0", null, 0.5, 0)], Fault = phase == RunPhase.Failed ? new RunFault("engine", "x", "0123456789") : null };
            await using ComponentHost host = await PaneAsync(view, language);
            Assert.NotEmpty(host.FindAll(".pane"));
        }
    }

    [Theory]
    [InlineData("picture")]
    [InlineData("request")]
    [InlineData("queue_full")]
    [InlineData("engine")]
    [InlineData("engine_dead")]
    [InlineData("internal")]
    public async Task Every_failure_says_what_happened_and_what_to_do(string code)
    {
        await using ComponentHost host = await PaneAsync(_view with { Phase = RunPhase.Failed, Fault = new RunFault(code, "", "0123456789") });
        Assert.Contains(Words.Of(PageLanguage.English)["failed." + code], host.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_of_the_model_is_encoded()
    {
        await using ComponentHost host = await PaneAsync(_view with { Lines = [ScriptedAnswer.Line("<b onclick=x>hello</b>", null, 1, 0)] });
        Assert.Contains("<b onclick=x>hello</b>", host.Find(".lines li").TextContent, StringComparison.Ordinal);
        Assert.Empty(host.FindAll(".lines b"));
    }

    [Theory]
    [InlineData(OcrFinishReason.Length, "Cut at the token limit (12)")]
    [InlineData(OcrFinishReason.Repetition, "Repetition stopped after line 1")]
    public async Task An_answer_that_did_not_end_by_itself_says_so(OcrFinishReason reason, string note)
    {
        OcrLine line = ScriptedAnswer.Line("a", null, 1, 0);
        await using ComponentHost host = await PaneAsync(_view with { Lines = [line], Tokens = 12, Result = Result(reason, line) });
        Assert.Contains(host.FindAll(".chip"), chip => chip.TextContent == note);
    }

    [Fact]
    public async Task A_picture_that_was_scaled_down_says_from_what_size()
    {
        await using ComponentHost host = await PaneAsync(_view with { Page = new OcrPageSize(3508, 4961, 544, 768) });
        Assert.Equal("Scaled down from 3,508 × 4,961", host.Find(".chip").TextContent);
    }

    [Theory]
    [InlineData(PageLanguage.English, "10", "O", "0 may be the letter O")]
    [InlineData(PageLanguage.Chinese, "10", "O", "0 可能是字母 O")]
    [InlineData(PageLanguage.English, "1S", "5", "S may be 5")]
    [InlineData(PageLanguage.English, "1O", "0", "O may be the digit 0")]
    public async Task A_doubtful_value_says_what_it_may_be_instead(PageLanguage language, string value, string instead, string hint)
    {
        ReadingTask task = new() { Kind = TaskKind.Fields, Fields = ["Number"] };
        OcrResult result = Result(OcrFinishReason.Stop) with
        {
            Text = value,
            Fields = [new OcrField("Number", value, 0.62) { Start = 0 }],
            Tokens = [new OcrToken(1, -0.01f, 1, []), new OcrToken(2, -0.5f, 2, [new OcrAlternative(3, instead, -1f)])],
        };
        await using ComponentHost host = await PaneAsync(_view with { Task = task, Result = result }, language);
        Assert.Equal(hint, host.Find(".form .hint").TextContent);
        Assert.Equal(host.Find(".form .hint").Id, host.Find(".form input").GetAttribute("aria-describedby"));
        await using ComponentHost sure = await PaneAsync(_view with { Task = task with { DoubtfulBelow = 0.6 }, Result = result }, language);
        Assert.Empty(sure.FindAll(".hint"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task A_field_without_a_value_was_not_found(string? value)
    {
        ReadingTask task = new() { Kind = TaskKind.Fields, Fields = ["Number", "Date"] };
        await using ComponentHost host = await PaneAsync(_view with { Task = task, Result = Result(OcrFinishReason.Stop) with { Fields = [new OcrField("Number", "10", 1), new OcrField("Date", value, 1)] } });
        Assert.Equal("none", host.FindAll(".form .f").ElementAt(1).QuerySelector(".dimmer")?.TextContent);
        Assert.StartsWith("1 of 2", host.Find(".pane-foot").TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backspace_in_the_empty_field_removes_the_last_chip()
    {
        ReadingTask task = new() { Kind = TaskKind.Fields, Fields = ["a", "b"] };
        await using ComponentHost host = Host();
        await host.DrawAsync(Wrapped<FieldChips>(PageLanguage.English, (nameof(FieldChips.Task), task), (nameof(FieldChips.TaskChanged), EventCallback.Factory.Create<ReadingTask>(this, changed => task = changed))));
        await host.FireAsync(host.Find(".add-key"), "onkeydown", new KeyboardEventArgs { Key = "Backspace" });
        Assert.Equal(["a"], task.Fields);
    }

    [Fact]
    public async Task Names_with_commas_become_several_chips_and_a_double_is_refused()
    {
        ReadingTask task = new() { Kind = TaskKind.Fields, Fields = ["Date"] };
        await using ComponentHost host = Host();
        await host.DrawAsync(Wrapped<FieldChips>(PageLanguage.English, (nameof(FieldChips.Task), task), (nameof(FieldChips.TaskChanged), EventCallback.Factory.Create<ReadingTask>(this, changed => task = changed))));
        await host.FireAsync(host.Find(".add-key"), "oninput", new ChangeEventArgs { Value = "Total，date," });
        Assert.Equal(["Date", "Total"], task.Fields);
        Assert.Contains("date is in the list already", host.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_task_cannot_be_changed_while_a_run_is_on()
    {
        await using ComponentHost host = Host();
        await host.DrawAsync(Wrapped<TaskSwitch>(PageLanguage.English, (nameof(TaskSwitch.Kind), TaskKind.Read), (nameof(TaskSwitch.Locked), true)));
        Assert.Equal(2, host.FindAll("input[disabled]").Count);
    }

    private static OcrResult Result(OcrFinishReason reason, params OcrLine[] lines) => new()
    {
        Text = "a",
        Lines = lines,
        Fields = [],
        Tokens = [],
        FinishReason = reason,
        PromptTokens = 1,
        ImageTokens = 1,
        Pages = [],
        Timings = new OcrTimings(default, default, default, default, default, default, default),
    };

    private static async Task<ComponentHost> PaneAsync(RunView view, PageLanguage language = PageLanguage.English)
    {
        ComponentHost host = Host();
        await host.DrawAsync(Wrapped<TextPane>(language, (nameof(TextPane.Task), view.Task), (nameof(TextPane.View), view), (nameof(TextPane.Tab), ResultTabs.First(view.Task))));
        return host;
    }

    private static ComponentHost Host() => ComponentHost.Create(static services =>
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Model:Folder", AppContext.BaseDirectory)]).Build();
        services.AddSingleton(StudioOptions.Read(configuration, AppContext.BaseDirectory, out _));
        services.AddSingleton<OwnPresets>();
        services.AddSingleton(new PagePace(TimeProvider.System));
        services.AddSingleton<IJSRuntime, NoBrowser>();
        services.AddSingleton(_ => ReaderHostTests.Host((_, _) => Task.FromResult<IPageReader>(new ScriptedReader())));
    });

    /// <summary>Nobody looks at these components: what they ask of the browser has no answer.</summary>
    private sealed class NoBrowser : IJSRuntime
    {
        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) => throw new JSDisconnectedException("There is no browser.");

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<TValue>(identifier, args);
    }

    private static RenderFragment Wrapped<T>(PageLanguage language, params (string Name, object Value)[] parameters)
        where T : IComponent => builder =>
    {
        builder.OpenComponent<CascadingValue<Visitor>>(0);
        builder.AddAttribute(1, "Value", new Visitor("o", null, language, null));
        builder.AddAttribute(2, "ChildContent", (RenderFragment)(inner =>
        {
            inner.OpenComponent<T>(0);
            foreach ((string name, object value) in parameters)
                inner.AddAttribute(1, name, value);
            inner.CloseComponent();
        }));
        builder.CloseComponent();
    };
}
