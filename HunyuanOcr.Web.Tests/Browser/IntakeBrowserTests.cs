using System.IO.Compression;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HunyuanOcr.Web.Tests.Browser;

/// <summary>What comes in other than as a picture that is dropped: archives and addresses.</summary>
public sealed class IntakeBrowserTests : IClassFixture<Chromium>, IDisposable
{
    private readonly Chromium _chromium;
    private readonly TestApp _app = new(new() { ["Images:AllowedHosts:0"] = "pictures.invalid" });
    private readonly string _address;

    public IntakeBrowserTests(Chromium chromium)
    {
        _chromium = chromium;
        _address = _app.Listen();
    }

    public void Dispose() => _app.Dispose();

    [BrowserFact]
    public async Task The_pictures_of_a_zip_become_a_strip_of_pages_and_what_is_none_is_named()
    {
        string path = Path.Combine(_app.Folder, "scans.zip");
        using (ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create))
            foreach ((string name, byte[] bytes) in (ReadOnlySpan<(string, byte[])>)[("two.png", TestPictures.Png(640, 480)), ("one.png", TestPictures.Png(640, 480)), ("letter.png", TestPictures.Word())])
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(bytes);
            }
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.DropAsync(".drop", path);
        await Expect(visit.Page.Locator(".pages button .i")).ToHaveCountAsync(2);
        await Expect(visit.Page.GetByText("letter.png")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(7);
        await visit.PictureAsync("zip");
        Assert.Equal(["one.png", "two.png"], _app.Reader.Requests.Select(request => request.Pictures[0].Name).Order());
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task An_address_is_fetched_by_the_server_from_allowed_hosts_only_and_a_refusal_says_why()
    {
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        ILocator box = visit.Page.GetByLabel("Address of a picture");
        await box.FillAsync("not an address");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.GetByText("Give a whole address")).ToBeVisibleAsync();
        await box.FillAsync("http://elsewhere.invalid/a.png");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator(".fault")).ToContainTextAsync("does not fetch from its host");
        await visit.PictureAsync("address");
        Assert.DoesNotContain(visit.Requests, address => address.Contains("elsewhere", StringComparison.Ordinal));
        Assert.Empty(_app.Reader.Requests);
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task A_picture_from_the_clipboard_is_read_by_key_and_by_button()
    {
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await visit.Page.EvaluateAsync("png => navigator.clipboard.write([new ClipboardItem({ 'image/png': new Blob([Uint8Array.from(atob(png), letter => letter.charCodeAt(0))], { type: 'image/png' }) })])", Convert.ToBase64String(TestPictures.Png(640, 480)));
        await visit.Page.Keyboard.PressAsync("Control+V");
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(7);
        await Expect(visit.Page.Locator(".pane[aria-busy]")).ToHaveCountAsync(0);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "New" }).ClickAsync();
        await visit.Page.Locator("[data-do=paste]:visible").ClickAsync();
        await Expect(visit.Page.Locator(".pane[aria-busy]")).ToHaveCountAsync(0);
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(7);
        Assert.Equal(2, _app.Reader.Requests.Count);
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task On_a_phone_the_camera_brings_a_picture()
    {
        string photo = Path.Combine(_app.Folder, "photo.png");
        await File.WriteAllBytesAsync(photo, TestPictures.Png(640, 480));
        await using Visit visit = await Visit.OpenAsync(_chromium, _address, new() { ViewportSize = new() { Width = 390, Height = 844 }, HasTouch = true, IsMobile = true });
        IFileChooser camera = await visit.Page.RunAndWaitForFileChooserAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Camera" }).TapAsync());
        Assert.Equal("environment", await camera.Element.GetAttributeAsync("capture"));
        await camera.SetFilesAsync(photo);
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(7);
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task Without_allowed_hosts_there_is_no_box_for_addresses()
    {
        using TestApp closed = new();
        await using Visit visit = await Visit.OpenAsync(_chromium, closed.Listen());
        await Expect(visit.Page.Locator(".drop")).ToBeVisibleAsync();
        await Expect(visit.Page.GetByLabel("Address of a picture")).ToHaveCountAsync(0);
    }
}
