using System.Diagnostics;
using System.Net;
using System.Text.Json;
using HunyuanOcr.Web.Api.Runs;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;
using HunyuanOcr.Web.Tests.Api;
using HunyuanOcr.Web.Tests.Api.Ocr;
using HunyuanOcr.Web.Tests.Security;
using HunyuanOcr.Web.Tests.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Documents;

/// <summary>Documents and database on a real file system of a few MiB.</summary>
public sealed class DiskFullTests : IDisposable
{
    private readonly string _disk = Directory.CreateTempSubdirectory("hunyuanocr-disk-").FullName;
    private readonly bool _mounted;

    public DiskFullTests() => _mounted = Run("mount", "-t", "tmpfs", "-o", "size=4m", "none", _disk);

    public void Dispose()
    {
        if (_mounted)
            Run("umount", "--lazy", _disk);
        Directory.Delete(_disk, recursive: true);
    }

    [SkippableFact]
    public async Task On_a_full_disk_uploads_are_refused_with_words_runs_wait_nothing_is_half_written_and_the_server_stays_ready()
    {
        Skip.IfNot(_mounted, "A small file system cannot be mounted here: that needs Linux and root.");
        string data = Path.Combine(_disk, "data"), filler = Path.Combine(_disk, "filler");
        using TestApp app = new(new() { ["Storage:DocumentFolder"] = data });
        app.Reader.Script = static (_, cancellationToken) => (ScriptedAnswer.Long(3000) with { Pace = TimeSpan.Zero }).PlayAsync(cancellationToken);
        using HttpClient page = app.CreateClient();
        await ApiCalls.ReadyAsync(page);
        using HttpClient program = app.Client((await app.AddKeyAsync()).Secret);
        byte[] picture = TestPictures.Png(300, 200);
        using MemoryStream stream = new(picture);
        StoredDocument document = await app.Services.GetRequiredService<DocumentStore>().SaveAsync("owner", "before.png", stream, CancellationToken.None);
        Assert.Equal(HttpStatusCode.OK, (await DocumentEndpointsTests.SendAsync(page, picture, "before.png")).Status);
        // Other tests of this process close all pooled connections at any time, and an SQLite database that nobody holds open needs room to be opened.
        await using StudioDatabase database = app.Services.GetRequiredService<IDbContextFactory<StudioDatabase>>().CreateDbContext();
        await database.Database.OpenConnectionAsync();
        Assert.Equal(0, await database.Runs.CountAsync());
        Fill(filler);

        (HttpStatusCode status, JsonElement refusal) = await DocumentEndpointsTests.SendAsync(page, TestPictures.Png(301, 200), "late.png");
        Assert.Equal((HttpStatusCode.InsufficientStorage, "storage_full"), (status, refusal.GetProperty("code").GetString()));
        (status, JsonElement error) = await OcrCalls.SendAsync(program, TestPictures.Png(302, 200), "late.png");
        Assert.Equal((HttpStatusCode.InsufficientStorage, "storage_full"), (status, error.GetProperty("error").Text("code")));
        Assert.Contains("late.png", error.GetProperty("error").Text("message"), StringComparison.Ordinal);
        // What needs no disk is answered; only its place in History is lost, which the log says.
        Assert.Equal(HttpStatusCode.OK, (await program.AskAsync(TestPictures.Png(303, 200))).StatusCode);
        await MetricsTests.UntilAsync(() => Task.FromResult(app.Services.GetRequiredService<ApiRuns>().Waiting == 0));

        RunKeeper keeper = app.Services.GetRequiredService<RunKeeper>();
        RecogniseRun run = app.Services.GetRequiredService<RecogniseRuns>().Start(document, new());
        await run.Reading;
        Assert.Equal((RunPhase.Done, 3000, 1, "full"), (run.View().Phase, run.View().Lines.Count, keeper.Waiting, keeper.FaultKind));
        Assert.Equal(HttpStatusCode.OK, (await page.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(data, "incoming")));
        Assert.All(Directory.EnumerateFiles(Path.Combine(data, "documents")), record => JsonSerializer.Deserialize<StoredDocument>(File.ReadAllBytes(record)));
        Assert.Equal(document.Content, Path.GetFileName(Assert.Single(Directory.EnumerateFiles(Path.Combine(data, "content"), "*", SearchOption.AllDirectories))));

        File.Delete(filler);
        await keeper.CatchUpAsync();
        Assert.Equal((0, run.Id), (keeper.Waiting, (await database.Runs.SingleAsync()).Id));
        Assert.Equal(HttpStatusCode.OK, (await DocumentEndpointsTests.SendAsync(page, TestPictures.Png(301, 200), "late.png")).Status);
    }

    /// <summary>Writes until nothing more fits.</summary>
    private static void Fill(string path)
    {
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
        try
        {
            while (true)
                file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
