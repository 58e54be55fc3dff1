using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using HunyuanOcr.Inference.Tests;
using HunyuanOcr.Web.Batches;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Security;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;

namespace HunyuanOcr.Web.Tests.Batches;

/// <summary>The real program with the demo model, ended by SIGKILL in the middle of a batch and of an upload.</summary>
public sealed partial class BatchKillTests : IDisposable
{
    private const int Files = 12;

    private readonly string _folder = Directory.CreateTempSubdirectory("hunyuanocr-kill-").FullName;
    private readonly int _port = FreePort.Next();
    private string _cookie = "";

    public void Dispose() => TestFolder.Delete(_folder);

    [Fact]
    public async Task A_killed_server_loses_nothing_leaves_nothing_half_and_reads_no_page_twice()
    {
        StudioOptions options = StudioOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Model:Folder"] = ExportedDemoModel.Folder(), ["Storage:DocumentFolder"] = _folder }).Build(), _folder, out _);
        StudioDatabases databases = new(options);
        BatchStore store = new(databases, new BatchNews(), options, TimeProvider.System);
        byte[] page = await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "demo-model", "samples", "03-invoice-zh.png"));
        byte[] late = TestPictures.Png(300, 200);
        Batch batch;
        string owner;

        using (Process first = Start())
        using (HttpClient browser = new() { BaseAddress = new Uri($"http://127.0.0.1:{_port}/") })
        {
            owner = await ArriveAsync(browser);
            batch = await store.CreateAsync(owner, "killed", new());
            for (int number = 0; number < Files; number++)
                Assert.Equal(HttpStatusCode.OK, await SendAsync(browser, batch.Id, new ByteArrayContent(page), $"{number}.png", $"upload{number}"));
            using HalfContent half = new(late);
            Task sending = SendAsync(browser, batch.Id, half, "late.png", "late");
            await half.Begun.WaitAsync(TimeSpan.FromMinutes(1));
            await UntilAsync(databases, items => items.Any(item => item.State == BatchItemState.Done));
            first.Kill();
            await first.WaitForExitAsync();
            half.End();
            await Assert.ThrowsAnyAsync<Exception>(() => sending);
        }
        List<BatchItem> left = await ItemsAsync(databases);
        Assert.Equal(Files, left.Count);
        Assert.Contains(left, item => item.State is BatchItemState.Waiting or BatchItemState.Reading);
        Dictionary<string, string?> read = left.Where(item => item.State == BatchItemState.Done).ToDictionary(item => item.Id, item => item.RunId);

        using (Process second = Start())
        using (HttpClient browser = new() { BaseAddress = new Uri($"http://127.0.0.1:{_port}/") })
        {
            Assert.Equal(owner, await ArriveAsync(browser));
            // As a browser does that never heard the answer; twice, as it may.
            Assert.Equal(HttpStatusCode.OK, await SendAsync(browser, batch.Id, new ByteArrayContent(late), "late.png", "late"));
            Assert.Equal(HttpStatusCode.OK, await SendAsync(browser, batch.Id, new ByteArrayContent(late), "late.png", "late"));
            await UntilAsync(databases, items => items.All(item => item.State == BatchItemState.Done));
            second.Kill();
            await second.WaitForExitAsync();
        }
        List<BatchItem> items = await ItemsAsync(databases);
        Assert.Equal(Files + 1, items.Count);
        Assert.All(items.Where(item => read.ContainsKey(item.Id)), item => Assert.Equal(read[item.Id], item.RunId));
        await using StudioDatabase database = databases.CreateDbContext();
        List<Run> runs = await database.Runs.ToListAsync();
        Assert.Equal(items.Select(item => item.RunId).Order(StringComparer.Ordinal), runs.Select(run => run.Id).Order(StringComparer.Ordinal));
        Assert.All(runs, run => Assert.Equal(RunState.Done, run.State));
    }

    private Process Start() => Process.Start(new ProcessStartInfo("/bin/sh",
        ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1", "dotnet", typeof(CommandLine).Assembly.Location, "--Model:Folder", ExportedDemoModel.Folder(), "--Storage:DocumentFolder", _folder, "--Urls", $"http://127.0.0.1:{_port}", "--Batch:LeaseSeconds", "3", "--Batch:Parallel", "2", "--Limits:MinBodyBytesPerSecond", "0"])
    { WorkingDirectory = _folder })!;

    /// <summary>Opens the page as a browser does, with the cookie that it has from the last time.</summary>
    private async Task<string> ArriveAsync(HttpClient browser)
    {
        for (int wait = 0; ; wait++)
        {
            try
            {
                using HttpResponseMessage live = await browser.GetAsync(new Uri("health/live", UriKind.Relative));
                break;
            }
            catch (HttpRequestException) when (wait < 600)
            {
                await Task.Delay(100);
            }
        }
        OwnerCookie owners = new(DataProtectionProvider.Create(new DirectoryInfo(Path.Combine(_folder, "keys")), builder => builder.SetApplicationName("HunyuanOcr")));
        using HttpRequestMessage request = new(HttpMethod.Get, "");
        if (_cookie.Length > 0)
            request.Headers.Add("Cookie", _cookie);
        using HttpResponseMessage page = await browser.SendAsync(request);
        string[] cookies = [.. page.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? set) ? set.Select(cookie => cookie.Split(';')[0]) : []];
        DefaultHttpContext context = new();
        if (_cookie.Length == 0)
            _cookie = cookies.Single(cookie => cookie.StartsWith(OwnerCookie.Name + "=", StringComparison.Ordinal));
        context.Request.Headers.Cookie = _cookie;
        browser.DefaultRequestHeaders.Add("Cookie", string.Join("; ", cookies.Where(cookie => !cookie.StartsWith(OwnerCookie.Name + "=", StringComparison.Ordinal)).Append(_cookie)));
        browser.DefaultRequestHeaders.Add("RequestVerificationToken", Token().Match(await page.Content.ReadAsStringAsync()).Groups[1].Value);
        return owners.Find(context)!;
    }

    private static async Task<HttpStatusCode> SendAsync(HttpClient browser, string batch, HttpContent content, string name, string upload)
    {
        content.Headers.ContentType = new("application/octet-stream");
        content.Headers.Add("X-File-Name", name);
        content.Headers.Add(BatchRoutes.UploadHeader, upload);
        using HttpResponseMessage answer = await browser.PostAsync(new Uri($"batches/{batch}/files", UriKind.Relative), content);
        return answer.StatusCode;
    }

    private static async Task<List<BatchItem>> ItemsAsync(StudioDatabases databases)
    {
        await using StudioDatabase database = databases.CreateDbContext();
        return await database.BatchItems.AsNoTracking().ToListAsync();
    }

    private static async Task UntilAsync(StudioDatabases databases, Func<List<BatchItem>, bool> wanted)
    {
        for (int wait = 0; !wanted(await ItemsAsync(databases)); wait++)
        {
            Assert.True(wait < 1200, string.Join(", ", (await ItemsAsync(databases)).Select(item => $"{item.FileName} {item.State} {item.Attempts} {item.Fault}")));
            await Task.Delay(100);
        }
    }

    [GeneratedRegex("name=\"request-token\" content=\"([^\"]+)\"")]
    private static partial Regex Token();

    /// <summary>Sends half of a file and then nothing.</summary>
    private sealed class HalfContent(byte[] file) : HttpContent
    {
        private readonly TaskCompletionSource _begun = new(), _end = new();

        internal Task Begun => _begun.Task;

        internal void End() => _end.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(file.AsMemory(0, file.Length / 2));
            await stream.FlushAsync();
            _begun.TrySetResult();
            await _end.Task;
            await stream.WriteAsync(file.AsMemory(file.Length / 2));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = file.Length;
            return true;
        }
    }
}
