using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Tests.Telemetry;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HunyuanOcr.Web.Tests.Browser;

/// <summary>
/// Many people at once, each in a browser of their own with a picture of their own: everybody gets their own text, nobody another's picture, and memory comes back.
/// 6 of them; as many as HUNYUANOCR_PEOPLE says where it is set (50 is the full form), and HUNYUANOCR_PEOPLE_RESULT names the file that keeps the figures.
/// </summary>
[Collection(Alone.Name)]
public sealed class CrowdBrowserTests : IClassFixture<Chromium>, IDisposable
{
    private const int Few = 6;
    private const int ArriveAtOnce = 5;
    private static readonly JsonSerializerOptions _layout = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private readonly Chromium _chromium;
    private readonly TestApp _app = new();
    private readonly string _files = Directory.CreateTempSubdirectory("hunyuanocr-files-").FullName;
    private readonly string _address;

    public CrowdBrowserTests(Chromium chromium)
    {
        _chromium = chromium;
        _address = _app.Listen();
        _app.Reader.Script = static (request, cancel) => Echo(request).PlayAsync(cancel);
    }

    public void Dispose()
    {
        _app.Dispose();
        Directory.Delete(_files, recursive: true);
    }

    [BrowserFact]
    public async Task Everybody_gets_their_own_text_nobody_anothers_picture_and_memory_comes_back()
    {
        int people = int.TryParse(Environment.GetEnvironmentVariable("HUNYUANOCR_PEOPLE"), NumberStyles.None, CultureInfo.InvariantCulture, out int many) ? many : Few;
        // The first visitor pays for what is made once.
        await using (Visit first = await Visit.OpenAsync(_chromium, _address))
            await ReadAsync(first, 0);
        long before = Managed();

        // They arrive a few at a time, as two cores cannot draw fifty pages within a page's patience; they read all at once.
        List<Visit> visits = [];
        while (visits.Count < people)
            visits.AddRange(await Task.WhenAll(Enumerable.Range(0, Math.Min(ArriveAtOnce, people - visits.Count)).Select(_ => Visit.OpenAsync(_chromium, _address))));
        long start = TimeProvider.System.GetTimestamp();
        (string Picture, string Shown)[] read = await Task.WhenAll(visits.Select((visit, number) => ReadAsync(visit, number + 1)));
        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        long during = Managed();

        List<string> faults = [.. visits.SelectMany((visit, number) => visit.Faults.Select(fault => $"person {number + 1}: {fault}"))];
        for (int number = 0; number < people; number++)
        {
            string expected = Word(TestPictures.Png(200 + number + 1, 300));
            if (!read[number].Shown.Contains(expected, StringComparison.Ordinal))
                faults.Add($"person {number + 1} sees {read[number].Shown} instead of {expected}");
            IAPIRequestContext browser = visits[number].Page.APIRequest;
            if ((await browser.GetAsync(read[number].Picture)).Status != 200)
                faults.Add($"person {number + 1} does not get their own picture");
            int status = (await browser.GetAsync(read[(number + 1) % people].Picture)).Status;
            if (status != 404)
                faults.Add($"person {number + 1} gets {status} for another's picture");
        }
        Assert.Equal(people, read.Select(static person => person.Shown).Distinct().Count());
        foreach (Visit visit in visits)
            await visit.DisposeAsync();
        Assert.Empty(faults);
        await MetricsTests.UntilAsync(() => Task.FromResult(_app.Reader.Running == 0));

        // Circuits of closed pages are let go in the background.
        long after = Managed();
        for (int tries = 0; tries < 240 && after > before + Allowed(people); tries++)
        {
            await Task.Delay(500);
            after = Managed();
        }
        Keep(people, seconds, before, during, after);
        Assert.InRange(after, 0, before + Allowed(people));
    }

    /// <summary>Answers stay for a while, so that a reload finds them; pictures and circuits do not.</summary>
    private static long Allowed(int people) => 16_000_000 + (people * 200_000L);

    private async Task<(string Picture, string Shown)> ReadAsync(Visit visit, int number)
    {
        string file = Path.Combine(_files, $"{number}.png");
        await File.WriteAllBytesAsync(file, TestPictures.Png(200 + number, 300));
        await visit.DropAsync(".drop", file);
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(2, new() { Timeout = 120_000 });
        string address = await visit.Page.Locator(".page img").EvaluateAsync<string>("image => image.src");
        string run = visit.Page.Url.Split("run=")[1];
        string text = await (await visit.Page.APIRequest.GetAsync($"{_address}/runs/{run}/text")).TextAsync();
        string shown = string.Join('\n', await visit.Page.Locator(".lines li[data-line] [data-text]").AllInnerTextsAsync());
        return (address.StartsWith("blob:", StringComparison.Ordinal) ? $"{_address}/runs/{run}/json" : address, shown + "\n" + text);
    }

    private static ScriptedAnswer Echo(OcrRequest request) =>
        new([("This is", new OcrBox(10, 10, 300, 50), 0.97), (Word(request.Pictures[0].Bytes.Span), new OcrBox(10, 60, 300, 100), 0.97)]);

    private static string Word(ReadOnlySpan<byte> picture) => Convert.ToHexStringLower(SHA256.HashData(picture)[..6]);

    private static long Managed()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static void Keep(int people, double seconds, long before, long during, long after)
    {
        if (Environment.GetEnvironmentVariable("HUNYUANOCR_PEOPLE_RESULT") is not { Length: > 0 } file)
            return;
        File.WriteAllText(file, JsonSerializer.Serialize(new
        {
            Scenario = "people at once, scripted reader",
            Command = $"HUNYUANOCR_PEOPLE={people} dotnet test HunyuanOcr.Web.Tests -c Release --filter CrowdBrowserTests",
            Date = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC",
            Machine = new { Cores = Environment.ProcessorCount, System = RuntimeInformation.OSDescription, Runtime = RuntimeInformation.FrameworkDescription },
            Result = new { People = people, OwnTexts = people, OthersPictures = 0, SecondsUntilAllHadRead = Math.Round(seconds, 1), ManagedMegabytes = new { Before = Megabytes(before), AllOpen = Megabytes(during), AllGone = Megabytes(after) } },
        }, _layout) + "\n");
    }

    private static double Megabytes(long bytes) => Math.Round(bytes / 1e6, 1);
}
