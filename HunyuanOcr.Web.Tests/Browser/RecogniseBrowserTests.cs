using System.Text.RegularExpressions;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Tests.Telemetry;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HunyuanOcr.Web.Tests.Browser;

/// <summary>The Recognise page in a real browser, with a scripted reader behind the real server.</summary>
public sealed class RecogniseBrowserTests : IClassFixture<Chromium>, IDisposable
{
    private readonly Chromium _chromium;
    private readonly TestApp _app = new();
    private readonly string _files = Directory.CreateTempSubdirectory("hunyuanocr-files-").FullName;
    private readonly string _address;

    public RecogniseBrowserTests(Chromium chromium)
    {
        _chromium = chromium;
        _address = _app.Listen();
    }

    public void Dispose()
    {
        _app.Dispose();
        Directory.Delete(_files, recursive: true);
    }

    [BrowserFact]
    public async Task A_dropped_picture_is_shown_and_its_text_streams_in_with_boxes()
    {
        TaskCompletionSource rest = new();
        _app.Reader.Script = (_, cancel) => (ScriptedAnswer.Invoice with { Hold = (5, rest.Task) }).PlayAsync(cancel);
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.DropAsync(".drop", Picture("invoice.png"));

        await Expect(visit.Page.Locator(".page img")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(5);
        await Expect(visit.Page.Locator(".caret")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".ov rect.new")).ToHaveCountAsync(1);
        Assert.Contains("doubt", await visit.Page.Locator(".ov rect.new").GetAttributeAsync("class"));
        await visit.PictureAsync("streaming");
        rest.SetResult();

        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(7);
        await Expect(visit.Page.GetByText("2 doubtful lines")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".pane-foot")).ToContainTextAsync("Total 5.6 s");
        await Expect(visit.Page.Locator("mark.doubt").First).ToHaveTextAsync("0");
        await visit.PictureAsync("done");
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task Line_and_box_are_linked_both_ways_and_the_box_lies_where_the_line_says()
    {
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.DropAsync(".drop", Picture("invoice.png"));
        await Expect(visit.Page.GetByText("2 doubtful lines")).ToBeVisibleAsync();

        await visit.Page.Locator(".lines li[data-line='5']").HoverAsync();
        LocatorBoundingBoxResult box = (await visit.Page.Locator(".ov rect.on").BoundingBoxAsync())!, page = (await visit.Page.Locator(".page img").BoundingBoxAsync())!;
        Assert.InRange((box.X - page.X) / page.Width, 0.822 - 0.01, 0.822 + 0.01);
        Assert.InRange((box.Y - page.Y) / page.Height, 0.137 - 0.01, 0.137 + 0.01);
        Assert.InRange((box.X + box.Width - page.X) / page.Width, 0.926 - 0.01, 0.926 + 0.01);
        await Expect(visit.Page.Locator(".tag")).ToHaveTextAsync("Line 5, 62%");

        await visit.Page.Mouse.MoveAsync(page.X + (page.Width * 0.3f), page.Y + (page.Height * 0.067f));
        await Expect(visit.Page.Locator(".lines li.on")).ToHaveAttributeAsync("data-line", "1");
        await Expect(visit.Page.Locator(".ov rect.on")).ToHaveAttributeAsync("data-line", "1");
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task The_box_stays_on_the_text_when_the_picture_is_turned_and_enlarged()
    {
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.DropAsync(".drop", Picture("invoice.png"));
        await Expect(visit.Page.GetByText("2 doubtful lines")).ToBeVisibleAsync();
        await visit.Page.Locator("[data-do=rotate]").ClickAsync();
        await visit.Page.Locator(".lines li[data-line='3']").HoverAsync();

        LocatorBoundingBoxResult box = (await visit.Page.Locator(".ov rect.on").BoundingBoxAsync())!, page = (await visit.Page.Locator(".page img").BoundingBoxAsync())!;
        Assert.True(page.Width > page.Height, "the turned picture lies across");
        // A quarter turn to the right: what stood at the top right now stands at the right, low.
        Assert.InRange((box.Y - page.Y) / page.Height, 0.719 - 0.01, 0.719 + 0.01);
        Assert.InRange((page.X + page.Width - box.X - box.Width) / page.Width, 0.052 - 0.01, 0.052 + 0.01);

        string before = await visit.Page.Locator(".tools output").InnerTextAsync();
        await visit.Page.Keyboard.PressAsync("+");
        await Expect(visit.Page.Locator(".tools output")).Not.ToHaveTextAsync(before);
        await visit.Page.Keyboard.PressAsync("0");
        await Expect(visit.Page.Locator(".tools output")).ToHaveTextAsync(before);
    }

    [BrowserFact]
    public async Task Cancel_ends_the_run_at_once_and_keeps_what_was_read()
    {
        _app.Reader.Script = static (_, cancel) => (ScriptedAnswer.Invoice with { Hold = (3, new TaskCompletionSource().Task) }).PlayAsync(cancel);
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.DropAsync(".drop", Picture("invoice.png"));
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(3);
        Assert.Equal(1, _app.Reader.Running);

        await visit.Page.Keyboard.PressAsync("Escape");

        await Expect(visit.Page.GetByText("Cancelled after 3 lines")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(3);
        Assert.Equal(0, _app.Reader.Running);
        await visit.PictureAsync("cancelled");
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task A_place_in_the_queue_is_shown_while_the_document_waits()
    {
        TaskCompletionSource turn = new();
        _app.Reader.Script = (_, cancel) => (ScriptedAnswer.Invoice with { Ahead = 2, HoldInQueue = turn.Task }).PlayAsync(cancel);
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.DropAsync(".drop", Picture("invoice.png"));

        await Expect(visit.Page.GetByText("2 documents ahead of yours")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".stages .now")).ToContainTextAsync("In the queue");
        await Expect(visit.Page.Locator(".wait .dim:not(.advice)")).ToHaveTextAsync("You can leave this page: the result will be in History.");
        turn.SetResult();
        await Expect(visit.Page.Locator(".pane[aria-busy]")).ToHaveCountAsync(0);
        // Now there is a time that was measured.
        turn = new();
        await visit.DropAsync(".canvas", Picture("invoice.png"));
        await Expect(visit.Page.Locator(".wait .dim:not(.advice)")).ToHaveTextAsync(new Regex("^About \\d+ seconds?\\. You can leave"));
        await visit.PictureAsync("queued");
        turn.SetResult();
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(7);
    }

    [BrowserFact]
    public async Task A_word_file_named_as_a_picture_is_refused_in_the_visitors_language()
    {
        string file = Path.Combine(_files, "租赁合同.jpg");
        await File.WriteAllBytesAsync(file, TestPictures.Word());
        await using Visit visit = await Visit.OpenAsync(_chromium, _address, new() { Locale = "zh-CN", ViewportSize = new() { Width = 1440, Height = 900 } });
        await visit.DropAsync(".drop", file);

        ILocator card = visit.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "这是 Word 文件，不是图片" });
        await Expect(card).ToBeVisibleAsync();
        await Expect(card).ToContainTextAsync("租赁合同.jpg");
        await Expect(card.Locator("button").First).ToBeFocusedAsync();
        await visit.PictureAsync("error-zh");
        Assert.DoesNotContain(visit.Faults, fault => !fault.Contains("415", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_app.Folder, "data", "content"), "*", SearchOption.AllDirectories));
    }

    [BrowserFact]
    public async Task A_picture_that_breaks_off_is_refused_by_name_and_the_next_one_is_read()
    {
        byte[] whole = TestPictures.Png(1240, 1754);
        string broken = Path.Combine(_files, "scan.png");
        await File.WriteAllBytesAsync(broken, whole.AsMemory(0, 20).ToArray());
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.DropAsync(".drop", broken);
        await Expect(visit.Page.GetByText("This picture is damaged")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".fault")).ToContainTextAsync("scan.png");
        await visit.PictureAsync("error");

        await visit.DropAsync(".drop", Picture("invoice.png"));
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(7);
    }

    [BrowserFact]
    public async Task An_error_of_the_engine_keeps_the_lines_that_were_read()
    {
        _app.Reader.Script = static (_, cancel) => (ScriptedAnswer.Invoice with { Fail = (4, new OcrEngineException("out of memory", engineDead: false)) }).PlayAsync(cancel);
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.DropAsync(".drop", Picture("invoice.png"));

        await Expect(visit.Page.GetByText("Reading stopped after line 4.")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(4);
        await visit.PictureAsync("failed");
        _app.Reader.Script = static (_, cancel) => ScriptedAnswer.Invoice.PlayAsync(cancel);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Read again" }).ClickAsync();
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(7);
    }

    [BrowserFact]
    public async Task Everything_can_be_done_by_keyboard()
    {
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        IPage page = visit.Page;
        // From the top of the page by Tab alone to the file button, then the file dialog answers.
        for (int presses = 0; presses < 12 && !await page.EvaluateAsync<bool>("() => document.activeElement?.matches('[data-do=choose]') ?? false"); presses++)
            await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator("[data-do=choose]")).ToBeFocusedAsync();
        IFileChooser dialog = await page.RunAndWaitForFileChooserAsync(() => page.Keyboard.PressAsync("Enter"));
        await dialog.SetFilesAsync(Picture("invoice.png"));
        await Expect(page.Locator(".lines li[data-line]")).ToHaveCountAsync(7);
        await Expect(page.GetByText("2 doubtful lines")).ToBeVisibleAsync();

        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Locator(".lines li.on")).ToHaveAttributeAsync("data-line", "2");
        await Expect(page.Locator(".ov rect.on")).ToHaveAttributeAsync("data-line", "2");
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(page.Locator(".ov rect.on")).ToHaveAttributeAsync("data-line", "1");

        await page.Keyboard.PressAsync("b");
        await Expect(page.Locator("[data-do=boxes]")).ToHaveAttributeAsync("aria-pressed", "false");
        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByText("Show or hide boxes")).ToBeVisibleAsync();
        await visit.PictureAsync("keys");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByText("Show or hide boxes")).ToBeHiddenAsync();
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task A_typed_prefix_switches_the_task_and_leaves_the_text()
    {
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        ILocator prompt = visit.Page.Locator(".intro .prompt input");
        await prompt.PressSequentiallyAsync("TRANSLATE::only the title");
        await Expect(visit.Page.Locator(".task:has(:checked) code")).ToHaveTextAsync("TRANSLATE::");
        await Expect(visit.Page.Locator(".intro .prompt input")).ToHaveValueAsync("only the title");
        await visit.DropAsync(".drop", Picture("invoice.png"));
        await Expect(visit.Page.Locator(".flow p")).ToHaveCountAsync(7);
        OcrRequest asked = Assert.Single(_app.Reader.Requests);
        Assert.Equal((OcrTask.Translation, "only the title", "en"), (asked.Task, asked.Prompt, asked.TargetLanguage));
    }

    [BrowserFact]
    public async Task Chosen_fields_are_asked_for_and_their_values_shown()
    {
        _app.Reader.Script = static (_, cancel) => (new ScriptedAnswer([]) { Fields = [new("Total", "8,477.96", 0.99), new("Purchase order", null, 0)] }).PlayAsync(cancel);
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.Page.GetByText("Pick fields").ClickAsync();
        await Expect(visit.Page.Locator(".key")).ToHaveCountAsync(5);
        await visit.Page.Locator(".add-key").FillAsync("Purchase order");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator(".key")).ToHaveCountAsync(6);
        await visit.PictureAsync("fields-empty");
        await visit.DropAsync(".drop", Picture("invoice.png"));

        await Expect(visit.Page.GetByLabel("Total", new() { Exact = true })).ToHaveValueAsync("8,477.96");
        await Expect(visit.Page.GetByLabel("Purchase order", new() { Exact = true })).ToHaveAttributeAsync("placeholder", "Not found on this page");
        await visit.PictureAsync("fields");
        Assert.Equal(["Invoice number", "Date", "Seller", "Buyer", "Total", "Purchase order"], Assert.Single(_app.Reader.Requests).Fields);
    }

    [BrowserFact]
    public async Task A_reload_finds_the_run_again_and_another_browser_does_not()
    {
        TaskCompletionSource rest = new();
        _app.Reader.Script = (_, cancel) => (ScriptedAnswer.Invoice with { Hold = (3, rest.Task) }).PlayAsync(cancel);
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.DropAsync(".drop", Picture("invoice.png"));
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(3);
        await visit.Page.ReloadAsync();
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(3);
        await using Visit stranger = await Visit.OpenAsync(_chromium, visit.Page.Url);
        await Expect(stranger.Page.GetByText("This reading is not kept any more")).ToBeVisibleAsync();
        await Expect(stranger.Page.Locator(".lines")).ToHaveCountAsync(0);
        rest.SetResult();
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(7);
        await Expect(visit.Page.Locator(".page img")).ToHaveJSPropertyAsync("naturalWidth", 1240);
    }

    [BrowserFact]
    public async Task What_the_model_writes_is_text_and_never_markup()
    {
        const string Hostile = "<img src=x onerror=\"window.taken=1\"><script>window.taken=1</script>";
        _app.Reader.Script = static (_, cancel) => new ScriptedAnswer([(Hostile, new OcrBox(10, 10, 900, 50), 0.5)]).PlayAsync(cancel);
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.DropAsync(".drop", Picture("invoice.png"));
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToContainTextAsync(Hostile);
        await visit.Page.GetByRole(AriaRole.Tab, new() { Name = "JSON" }).ClickAsync();
        await Expect(visit.Page.Locator("pre.json")).ToContainTextAsync("onerror");
        Assert.False(await visit.Page.EvaluateAsync<bool>("() => 'taken' in window"));
        Assert.Equal(0, await visit.Page.Locator(".pane img, .pane script").CountAsync());
    }

    [BrowserFact]
    public async Task No_request_leaves_the_machine_and_nothing_fails()
    {
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.DropAsync(".drop", Picture("invoice.png"));
        await Expect(visit.Page.GetByText("2 doubtful lines")).ToBeVisibleAsync();
        Assert.All(visit.Requests, address => Assert.True(address.StartsWith(_address, StringComparison.Ordinal) || address.StartsWith("blob:" + _address, StringComparison.Ordinal) || address.StartsWith("data:", StringComparison.Ordinal), address));
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task A_narrow_window_never_scrolls_sideways()
    {
        await using Visit visit = await Visit.OpenAsync(_chromium, _address, new() { ViewportSize = new() { Width = 375, Height = 812 }, HasTouch = true, IsMobile = true });
        Assert.Equal(375, await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        await visit.PictureAsync("empty-375");
        await visit.Page.Locator("#file").SetInputFilesAsync(Picture("a-picture-with-a-very-long-name-that-does-not-fit-into-any-bar.png"));
        await Expect(visit.Page.GetByText("2 doubtful lines")).ToBeVisibleAsync();
        Assert.Equal(375, await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        await visit.PictureAsync("done-375");
    }

    [BrowserFact]
    public async Task A_word_wider_than_the_pane_breaks_and_the_foot_line_names_the_device_whole()
    {
        _app.Reader.Report = static status => status with { Model = new ModelDescription("hunyuanocr-demo", "9f41c07a22d8", "fp32, vision int8", 32_768, 589_824, "0.1.0") };
        _app.Reader.Script = static (_, cancel) => new ScriptedAnswer([(new string('a', 300), new OcrBox(10, 10, 990, 40), 0.97)]).PlayAsync(cancel);
        await using Visit visit = await Visit.OpenAsync(_chromium, _address, new() { ViewportSize = new() { Width = 1200, Height = 800 } });
        await visit.DropAsync(".drop", Picture("word.png"));
        await Expect(visit.Page.Locator(".device span").Last).ToHaveTextAsync("CPU, fp32, vision int8");
        foreach (string part in (string[])[".lines li [data-text]", ".device span:last-child"])
            Assert.True(await visit.Page.Locator(part).EvaluateAsync<bool>("part => part.clientWidth > 0 && part.scrollWidth <= part.clientWidth + 1"), $"{part} is cut");
        await visit.PictureAsync("word");
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task A_tiff_is_shown_though_browsers_cannot_draw_it()
    {
        string file = Path.Combine(_files, "scan.tif");
        await File.WriteAllBytesAsync(file, TestPictures.Tiff(300, 400));
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.DropAsync(".drop", file);
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(7);
        await Expect(visit.Page.Locator(".page img")).ToHaveJSPropertyAsync("naturalWidth", 300);
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task Five_hundred_lines_stream_with_the_caret_in_sight_until_the_reader_scrolls_up()
    {
        TaskCompletionSource rest = new();
        _app.Reader.Script = (_, cancel) => (ScriptedAnswer.Long(500) with { Pace = TimeSpan.Zero, Hold = (400, rest.Task) }).PlayAsync(cancel);
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.DropAsync(".drop", Picture("long.png"));
        await Expect(visit.Page.Locator(".lines.many")).ToHaveAttributeAsync("data-count", "400");
        await Expect(visit.Page.Locator(".caret")).ToBeInViewportAsync();
        await Expect(visit.Page.Locator(".lines li[data-line='400']")).ToBeVisibleAsync();
        Assert.InRange(await visit.Page.Locator(".lines li[data-line]").CountAsync(), 20, 300);
        await visit.Page.Locator("#result").HoverAsync();
        // The text may still be following its caret when the wheel turns first.
        await MetricsTests.UntilAsync(async () =>
        {
            await visit.Page.Mouse.WheelAsync(0, -4000);
            return await visit.Page.Locator("[data-do=newest]").IsVisibleAsync();
        });
        await visit.Page.Locator("[data-do=newest]").ClickAsync();
        await Expect(visit.Page.Locator(".caret")).ToBeInViewportAsync();
        rest.SetResult();
        await Expect(visit.Page.Locator(".lines.many")).ToHaveAttributeAsync("data-count", "500");
        await visit.PictureAsync("many");
        Assert.Empty(visit.Faults);
    }

    private string Picture(string name)
    {
        string path = Path.Combine(_files, name);
        File.WriteAllBytes(path, TestPictures.Png(1240, 1754));
        return path;
    }
}
