using System.Net;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Api.Runs;
using HunyuanOcr.Web.Documents.Pdf;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;
using HunyuanOcr.Web.Security;
using HunyuanOcr.Web.Tests.Api.Ocr;
using HunyuanOcr.Web.Tests.Security;
using HunyuanOcr.Web.Tests.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Api.Runs;

public sealed class ApiRunsTests
{
    /// <summary>Of the key in the configuration, named by the beginning of its hash.</summary>
    private static readonly string _owner = "key:config-" + Convert.ToHexStringLower(ApiSecret.Hash(KeyedApp.Configured))[..8];

    private static readonly byte[] _picture = TestPictures.Png(64, 48);

    [Fact]
    public async Task What_a_key_reads_stands_in_its_own_History_with_picture_question_and_answer()
    {
        using TestApp app = KeyedApp.Start();
        (string id, string secret) = await app.AddKeyAsync();
        using HttpClient client = app.Client(secret);
        await ApiCalls.ReadyAsync(client);
        using HttpResponseMessage answer = await client.AskAsync(_picture, "EXTRACT:: Name, Total");
        string name = System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!.ToString();
        RunView run = (await KeptAsync(app, "key:" + id, 1))[0];
        Assert.Equal((RunPhase.Done, TaskKind.Fields, name), (run.Phase, run.Task.Kind, run.Document.Name));
        Assert.Equal(["Name", "Total"], run.Task.Fields);
        Assert.Equal(7, run.Lines.Count);
        Assert.True(run.Total > TimeSpan.Zero);

        using HttpClient browser = app.Client(), stranger = app.Client();
        await KeysPageTests.SignInAsync(browser, secret);
        await KeysPageTests.SignInAsync(stranger, KeyedApp.Configured);
        Uri text = new($"/runs/{run.Id}/text", UriKind.Relative), picture = new("/documents/" + run.Document.Id, UriKind.Relative);
        Assert.Equal(_picture, await browser.GetByteArrayAsync(picture));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(text)).StatusCode);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), ((await stranger.GetAsync(text)).StatusCode, (await stranger.GetAsync(picture)).StatusCode));
    }

    [Fact]
    public async Task Nothing_is_kept_without_a_key_with_store_false_or_where_the_operator_said_so()
    {
        using TestApp app = new();
        using HttpClient open = app.CreateClient();
        await ApiCalls.ReadyAsync(open);
        (await open.AskAsync(_picture)).Dispose();
        // Clients always send a key; here nobody knows it.
        using HttpClient unknown = app.Client("hyo-whatever-a-client-sends");
        (await unknown.AskAsync(_picture)).Dispose();
        await OcrCalls.SendAsync(open, _picture);
        (_, string secret) = await app.AddKeyAsync();
        using HttpClient known = app.Client(secret);
        Assert.Equal(HttpStatusCode.OK, (await OcrCalls.SendAsync(known, _picture, "page.png", ("store", "false"))).Status);
        await NothingAsync(app, 4);

        using TestApp off = KeyedApp.Start(("Storage:KeepApiRuns", "false"));
        using HttpClient client = off.Client(KeyedApp.Configured);
        await ApiCalls.ReadyAsync(client);
        (await client.AskAsync(_picture)).Dispose();
        await NothingAsync(off, 1);
        Assert.Equal((HttpStatusCode.BadRequest, "store"), await RefusedAsync(client));
        Assert.Equal((HttpStatusCode.BadRequest, "store"), await RefusedAsync(open));

        static async Task<(HttpStatusCode, string)> RefusedAsync(HttpClient caller)
        {
            (HttpStatusCode status, System.Text.Json.JsonElement body) = await OcrCalls.SendAsync(caller, _picture, "page.png", ("store", "true"));
            return (status, body.GetProperty("error").Text("param"));
        }
    }

    [Fact]
    public async Task An_answer_does_not_wait_for_the_database_and_a_server_that_is_stopped_writes_what_waits()
    {
        using TestApp app = KeyedApp.Start();
        using HttpClient client = app.Client(KeyedApp.Configured);
        await ApiCalls.ReadyAsync(client);
        ApiRuns runs = app.Services.GetRequiredService<ApiRuns>();
        await using StudioDatabase busy = Database(app);
        await busy.Database.OpenConnectionAsync();
        await busy.Database.ExecuteSqlRawAsync("BEGIN IMMEDIATE");
        for (int i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, (await client.AskAsync(_picture)).StatusCode);
        await MetricsTests.UntilAsync(() => Task.FromResult(runs.Waiting == 3));
        Task drained = app.Services.GetRequiredService<Drain>().BeginAsync();
        Assert.False(drained.IsCompleted);
        await busy.Database.ExecuteSqlRawAsync("COMMIT");
        await drained;
        Assert.Equal((0, 3), (runs.Waiting, await busy.Runs.CountAsync()));
    }

    [Fact]
    public async Task An_answer_that_was_given_up_or_failed_is_kept_as_far_as_it_came()
    {
        using TestApp app = KeyedApp.Start();
        using HttpClient client = new() { BaseAddress = new(app.Listen()), DefaultRequestHeaders = { Authorization = new("Bearer", KeyedApp.Configured) } };
        await ApiCalls.ReadyAsync(client);
        app.Reader.Script = static (_, cancel) => (ScriptedAnswer.Invoice with { Fail = (2, new OcrEngineException("out of memory", engineDead: false)) }).PlayAsync(cancel);
        Assert.Equal(HttpStatusCode.InternalServerError, (await client.AskAsync(_picture)).StatusCode);
        RunView failed = (await KeptAsync(app, _owner, 1))[0];
        Assert.Equal((RunPhase.Failed, "engine", 2), (failed.Phase, failed.Fault?.Code, failed.Lines.Count));

        app.Reader.Script = static (_, cancel) => (ScriptedAnswer.Invoice with { Hold = (2, new TaskCompletionSource().Task) }).PlayAsync(cancel);
        using CancellationTokenSource gone = new();
        using (HttpResponseMessage begun = await client.AskAsync(_picture, stream: true, cancellationToken: gone.Token))
            await gone.CancelAsync();
        RunView left = (await KeptAsync(app, _owner, 2)).Single(run => run.Id != failed.Id);
        Assert.Equal((RunPhase.Cancelled, true), (left.Phase, left.Result is null));
    }

    [Fact]
    public async Task What_was_refused_before_the_model_looked_at_it_is_no_run()
    {
        using TestApp app = KeyedApp.Start();
        using HttpClient client = app.Client(KeyedApp.Configured);
        await ApiCalls.ReadyAsync(client);
        app.Reader.Script = static (_, _) => throw new OcrQueueFullException(256);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.AskAsync(_picture)).StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await OcrCalls.SendAsync(client, TestPictures.Word(), "a.png")).Status);
        await NothingAsync(app, 1);
    }

    [SkippableFact]
    public async Task The_pages_of_a_PDF_are_kept_together()
    {
        Skip.If(PopplerTools.OfMachine().Missing.Count > 0, "poppler-utils is not installed.");
        using TestApp app = KeyedApp.Start();
        using HttpClient client = app.Client(KeyedApp.Configured);
        await ApiCalls.ReadyAsync(client);
        await OcrCalls.SendAsync(client, TestPdfs.Pages(3), "report.pdf", ("pages", "1,3"), ("task", "markdown"));
        IReadOnlyList<RunView> kept = await KeptAsync(app, _owner, 2);
        Assert.Equal([("report.pdf 1", 1), ("report.pdf 3", 3)], kept.Select(run => (run.Document.Name, run.Place!.Page)).Order());
        Assert.All(kept, run => Assert.Equal((3, "report.pdf", AnswerForm.Document), (run.Place!.Pages, run.Place.Name, run.Task.Form)));
        Assert.Single(kept.Select(run => run.Place!.Pile).Distinct());
    }

    private static StudioDatabase Database(TestApp app) => app.Services.GetRequiredService<IDbContextFactory<StudioDatabase>>().CreateDbContext();

    private static async Task<IReadOnlyList<RunView>> KeptAsync(TestApp app, string owner, int count)
    {
        RunHistory history = app.Services.GetRequiredService<RunHistory>();
        await MetricsTests.UntilAsync(async () => (await history.ListAsync(owner, new(), 0, 10)).Count == count);
        return [.. (await history.ListAsync(owner, new(), 0, 10)).Runs.Select(run => history.Load(run.Id, owner)!)];
    }

    /// <summary>After so many answers no run waits to be written, and none was.</summary>
    private static async Task NothingAsync(TestApp app, int answers)
    {
        Assert.Equal(answers, app.Reader.Requests.Count);
        Assert.Equal(0, app.Services.GetRequiredService<ApiRuns>().Waiting);
        await using StudioDatabase database = Database(app);
        Assert.Equal(0, await database.Runs.CountAsync());
    }
}
