using HunyuanOcr.Inference;
using HunyuanOcr.Web.Components;
using HunyuanOcr.Web.Components.Pages;
using HunyuanOcr.Web.Components.Recognise;
using HunyuanOcr.Web.Language;
using HunyuanOcr.Web.Recognise;
using HunyuanOcr.Web.Tests.Persistence;
using Microsoft.JSInterop;

namespace HunyuanOcr.Web.Tests.Components;

public sealed class PictureFeedTests
{
    [Fact]
    public async Task A_picture_that_the_browser_has_not_drawn_yet_is_asked_for_again_with_its_boxes()
    {
        SlowBrowser browser = new();
        await using StudioScript script = new(browser, "studio.js");
        using RecognisePageReference page = new();
        await script.OpenAsync(page.Value);
        PictureFeed feed = new(script, Words.Of(PageLanguage.English), 0.6);
        RunView view = Rows.View();

        await feed.TellAsync(default, "documents/a", "r", (10, 10), () => view);
        Assert.Equal(["openPage", "showPicture"], browser.Calls);
        browser.HasDrawn = true;
        await feed.TellAsync(default, "documents/a", "r", (10, 10), () => view);
        await feed.TellAsync(default, "documents/a", "r", (10, 10), () => view);
        Assert.Equal(["openPage", "showPicture", "showPicture", "drawn", "drawn"], browser.Calls);
    }

    private sealed class RecognisePageReference : IDisposable
    {
        internal DotNetObjectReference<RecognisePage> Value { get; } = DotNetObjectReference.Create(new RecognisePage { Visitor = new Visitor("o", null, PageLanguage.English, null) });

        public void Dispose() => Value.Dispose();
    }

    /// <summary>A browser that shows a picture only once it has drawn it.</summary>
    private sealed class SlowBrowser : IJSRuntime, IJSObjectReference
    {
        internal List<string> Calls { get; } = [];

        internal bool HasDrawn { get; set; }

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args)
        {
            if (identifier == "import")
                return ValueTask.FromResult((TValue)(object)this);
            Calls.Add(identifier);
            return ValueTask.FromResult(typeof(TValue) == typeof(bool) ? (TValue)(object)HasDrawn : default!);
        }

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<TValue>(identifier, args);

        public ValueTask DisposeAsync() => default;
    }
}
