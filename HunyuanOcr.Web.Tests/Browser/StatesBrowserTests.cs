using System.Text.Json;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Recognise;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HunyuanOcr.Web.Tests.Browser;

/// <summary>Every state of the page in both themes, both languages and on a narrow window: nothing fails, nothing scrolls sideways. SCREENSHOTS keeps the pictures.</summary>
public sealed class StatesBrowserTests : IClassFixture<Chromium>, IDisposable
{
    private const string Sample = "03-invoice-zh.png";
    private readonly Chromium _chromium;
    private readonly TestApp _app = new();
    private readonly string _address;

    public StatesBrowserTests(Chromium chromium)
    {
        _chromium = chromium;
        _address = _app.Listen();
    }

    public void Dispose() => _app.Dispose();

    public static TheoryData<string, string, int, int> Windows() => new() { { "light", "en-GB", 1440, 900 }, { "dark", "zh-CN", 1440, 900 }, { "light", "zh-CN", 390, 844 }, { "dark", "en-GB", 390, 844 }, { "light", "en-GB", 1024, 768 } };

    [BrowserTheory]
    [MemberData(nameof(Windows))]
    public async Task Every_state_fits_its_window(string theme, string language, int width, int height)
    {
        string picture = Path.Combine(Repository.Root, "demo-model", "samples", Sample), broken = Path.Combine(_app.Folder, "scan.jpg");
        await File.WriteAllBytesAsync(broken, TestPictures.Word());
        TaskCompletionSource turn = new(), rest = new();
        _app.Reader.Script = (_, cancel) => (Answer() with { Ahead = 2, HoldInQueue = turn.Task, Hold = (6, rest.Task) }).PlayAsync(cancel);
        await using Visit visit = await Visit.OpenAsync(_chromium, _address, new() { Locale = language, ColorScheme = theme == "dark" ? ColorScheme.Dark : ColorScheme.Light, ViewportSize = new() { Width = width, Height = height } });
        string suffix = $"{theme}-{language[..2]}-{width}";

        await SeeAsync("empty");
        await visit.DragAsync(".drop", "dragEnter", picture);
        await visit.DragAsync(".drop", "dragOver", picture);
        await Expect(visit.Page.Locator(".drop .over-note")).ToBeVisibleAsync();
        await SeeAsync("over");
        await visit.DropAsync(".drop", broken);
        await Expect(visit.Page.Locator(".fault")).ToBeVisibleAsync();
        await SeeAsync("error");
        await visit.DropAsync(".drop", picture);
        await Expect(visit.Page.Locator(".scroll.wait .strong")).ToContainTextAsync("2");
        await SeeAsync("queued");
        turn.SetResult();
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(6);
        await SeeAsync("streaming");
        rest.SetResult();
        await Expect(visit.Page.Locator(".notes .chip.warn")).ToBeVisibleAsync();
        if (width > 860)
            await visit.Page.Locator(".lines li[data-line='5']").HoverAsync();
        await SeeAsync("done");
        await visit.Page.Locator(".download-btn").ClickAsync();
        await Expect(visit.Page.Locator(".menu[role=menu]")).ToBeVisibleAsync();
        await SeeAsync("download");
        await visit.Page.Keyboard.PressAsync("Escape");
        await Expect(visit.Page.Locator(".menu[role=menu]")).ToBeHiddenAsync();
        await visit.Page.Locator(".options-btn").ClickAsync();
        await Expect(visit.Page.Locator(".optf")).ToBeVisibleAsync();
        await SeeAsync("options");
        await visit.Page.Keyboard.PressAsync("Escape");
        foreach (string tab in (string[])["lines", "fields", "json", "markdown"])
        {
            await visit.Page.Locator($"#tab-{tab}").ClickAsync();
            await Expect(visit.Page.Locator($"#tab-{tab}")).ToHaveAttributeAsync("aria-selected", "true");
            await SeeAsync("tab-" + tab);
        }
        Assert.DoesNotContain(visit.Faults, fault => !fault.Contains("415", StringComparison.Ordinal));

        Task SeeAsync(string state) => FitsAsync(visit, state, suffix, width);
    }

    [BrowserTheory]
    [MemberData(nameof(Windows))]
    public async Task Every_kind_of_answer_fits_its_window(string theme, string language, int width, int height)
    {
        string picture = Path.Combine(Repository.Root, "demo-model", "samples", Sample), suffix = $"{theme}-{language[..2]}-{width}";
        await using Visit visit = await Visit.OpenAsync(_chromium, _address, new() { Locale = language, ColorScheme = theme == "dark" ? ColorScheme.Dark : ColorScheme.Light, ViewportSize = new() { Width = width, Height = height } });
        foreach ((string state, TaskKind kind, string seen, ScriptedAnswer answer) in Kinds())
        {
            _app.Reader.Script = (_, cancel) => answer.PlayAsync(cancel);
            await visit.Page.GotoAsync(_address);
            await visit.Page.WaitForFunctionAsync("() => document.documentElement.dataset.live === 'true'");
            await visit.Page.Locator(".tasks input[type=radio]").Nth((int)kind).CheckAsync(new() { Force = true });
            await visit.DropAsync(".drop", state == "pages" ? [picture, picture] : [picture]);
            await Expect(visit.Page.Locator(seen).First).ToBeVisibleAsync();
            await Expect(visit.Page.Locator(".pane[aria-busy]")).ToHaveCountAsync(0);
            await FitsAsync(visit, state, suffix, width);
        }
        Assert.Empty(visit.Faults);
    }

    private static IEnumerable<(string State, TaskKind Kind, string Seen, ScriptedAnswer Answer)> Kinds() =>
    [
        ("fields", TaskKind.Fields, ".form .f", new ScriptedAnswer([]) { Fields = [new("Invoice number", "LT-2024-0318", 0.62), new("Seller", "珠海兰亭光学有限公司", 0.99), new("Total", null, 0)] }),
        ("fields-cut", TaskKind.Fields, ".note.bad", new ScriptedAnswer([]) { Fields = [new("Invoice number", "LT-2024-0318", 0.62)], Reason = OcrFinishReason.Length }),
        ("translate", TaskKind.Translate, ".pane", new ScriptedAnswer([]) { Plain = "清和超市\n收银员 03\n\nQinghe Supermarket\nCashier 03" }),
        ("failed", TaskKind.Read, ".note.bad[role=alert]", Answer() with { Fail = (4, new OcrEngineException("The card ran out of memory.", engineDead: false)) }),
        ("nothing", TaskKind.Read, ".nothing", new ScriptedAnswer([])),
        ("pages", TaskKind.Read, ".pages button", Answer()),
    ];

    private static async Task FitsAsync(Visit visit, string state, string suffix, int width)
    {
        await visit.PictureAsync($"{state}-{suffix}");
        int scrolls = await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
        Assert.True(scrolls <= width, $"{state} is {scrolls} wide");
    }

    /// <summary>The sample's own lines at their true places, one of them doubtful.</summary>
    private static ScriptedAnswer Answer()
    {
        using JsonDocument truth = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "demo-model", "samples", "truth.json")));
        List<(string, OcrBox?, double)> lines = [];
        foreach (JsonElement line in truth.RootElement.GetProperty(Sample).GetProperty("lines").EnumerateArray())
        {
            int[] box = [.. line.GetProperty("box").EnumerateArray().Select(number => number.GetInt32())];
            lines.Add((line.GetProperty("text").GetString()!, new OcrBox(box[0], box[1], box[2], box[3]), lines.Count == 4 ? 0.71 : 0.97));
        }
        return new ScriptedAnswer(lines);
    }
}
