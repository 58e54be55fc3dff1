using System.IO.Compression;
using System.Net;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Batches;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Batches;

public sealed class BatchReadingTests
{
    [Fact]
    public async Task Every_file_is_read_and_stands_in_history_as_a_run_that_can_be_opened()
    {
        using TestApp app = new();
        using BatchVisitor visitor = await BatchVisitor.OpenAsync(app);
        Batch batch = await visitor.BatchAsync();
        await visitor.SendAllAsync(batch.Id, ("a.png", TestPictures.Png(300, 200)), ("b.png", TestPictures.Png(310, 200)), ("c.tif", TestPictures.Tiff(60, 40)));
        await visitor.EndAsync(batch.Id);
        List<BatchItem> items = await visitor.ItemsAsync(batch.Id);
        Assert.Equal(["a.png", "b.png", "c.tif"], items.Select(item => item.FileName));
        Assert.All(items, item => Assert.Equal((BatchItemState.Done, 7, 2, null), (item.State, item.Lines, item.Doubtful, item.LeasedBy)));
        RecogniseRun run = app.Services.GetRequiredService<RecogniseRuns>().Find(items[1].RunId, visitor.Owner)!;
        Assert.Equal(("b.png", RunPhase.Done, 7), (run.Document.Name, run.View().Phase, run.View().Lines.Count));
        Assert.Equal(3, app.Reader.Requests.Count);
    }

    [Fact]
    public async Task One_bad_file_ends_as_failed_with_its_reason_and_the_others_are_read()
    {
        using TestApp app = new();
        app.Reader.Script = (request, cancellationToken) => request.Pictures[0].Name == "poison.png"
            ? throw new InvalidOperationException("boom")
            : ScriptedAnswer.Invoice.PlayAsync(cancellationToken);
        using BatchVisitor visitor = await BatchVisitor.OpenAsync(app);
        Batch batch = await visitor.BatchAsync();
        await visitor.SendAllAsync(batch.Id, ("word.docx", TestPictures.Word()), ("poison.png", TestPictures.Png(90, 80)), ("empty.png", []), ("good.png", TestPictures.Png(300, 200)), ("cut.png", TestPictures.Png(40, 40)[..25]));
        await visitor.EndAsync(batch.Id);
        Dictionary<string, BatchItem> items = (await visitor.ItemsAsync(batch.Id)).ToDictionary(item => item.FileName);
        Assert.Equal(BatchItemState.Done, items["good.png"].State);
        Assert.All(["word.docx", "poison.png", "empty.png", "cut.png"], name => Assert.Equal(BatchItemState.Failed, items[name].State));
        Assert.Contains("unsupported_media_type", items["word.docx"].Fault!, StringComparison.Ordinal);
        Assert.Contains("internal", items["poison.png"].Fault!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failed_files_are_read_again_and_what_was_read_stays()
    {
        using TestApp app = new();
        int tries = 0;
        app.Reader.Script = (request, cancellationToken) => request.Pictures[0].Name == "b.png" && Interlocked.Increment(ref tries) <= 3
            ? (ScriptedAnswer.Invoice with { Fail = (2, new OcrEngineException("out of memory", engineDead: false)) }).PlayAsync(cancellationToken)
            : ScriptedAnswer.Invoice.PlayAsync(cancellationToken);
        using BatchVisitor visitor = await BatchVisitor.OpenAsync(app);
        Batch batch = await visitor.BatchAsync();
        await visitor.SendAllAsync(batch.Id, ("a.png", TestPictures.Png(300, 200)), ("b.png", TestPictures.Png(310, 200)));
        await visitor.EndAsync(batch.Id);
        List<BatchItem> items = await visitor.ItemsAsync(batch.Id);
        // An engine's fault is tried again by itself; three times are enough.
        Assert.Equal((BatchItemState.Done, BatchItemState.Failed, 3, 3), (items[0].State, items[1].State, items[1].Attempts, tries));
        await visitor.Store.RetryAsync(batch.Id, visitor.Owner);
        await visitor.EndAsync(batch.Id);
        List<BatchItem> again = await visitor.ItemsAsync(batch.Id);
        Assert.Equal((BatchItemState.Done, items[0].RunId, 4), (again[1].State, again[0].RunId, tries));
    }

    [Fact]
    public async Task A_damaged_file_is_not_read_again_with_those_that_another_try_may_mend()
    {
        using TestApp app = new();
        List<string> asked = [];
        app.Reader.Script = (request, cancellationToken) =>
        {
            string name = request.Pictures[0].Name;
            int time;
            lock (asked)
            {
                asked.Add(name);
                time = asked.Count(other => other == name);
            }
            return (ScriptedAnswer.Invoice with
            {
                Fail = name switch
                {
                    "damaged.png" => (0, new OcrPictureException(OcrPictureFault.Damaged, name, "it ends in the middle")),
                    "slow.png" when time == 1 => (0, new OcrPictureException(OcrPictureFault.TimedOut, name, "it took too long")),
                    "unlucky.png" when time == 1 => (0, new InvalidOperationException("boom")),
                    _ => null,
                },
            }).PlayAsync(cancellationToken);
        };
        using BatchVisitor visitor = await BatchVisitor.OpenAsync(app);
        Batch batch = await visitor.BatchAsync();
        await visitor.SendAllAsync(batch.Id, ("damaged.png", TestPictures.Png(300, 200)), ("slow.png", TestPictures.Png(310, 200)), ("unlucky.png", TestPictures.Png(320, 200)));
        await visitor.EndAsync(batch.Id);
        List<BatchItem> failed = await visitor.ItemsAsync(batch.Id);
        Assert.Equal(2, View(failed).Retriable);
        await visitor.Store.RetryAsync(batch.Id, visitor.Owner);
        await visitor.EndAsync(batch.Id);
        List<BatchItem> again = await visitor.ItemsAsync(batch.Id);
        Assert.Equal([BatchItemState.Failed, BatchItemState.Done, BatchItemState.Done], again.Select(item => item.State));
        Assert.Equal((failed[0].Fault, failed[0].RunId), (again[0].Fault, again[0].RunId));
        Assert.Equal(["damaged.png", "slow.png", "slow.png", "unlucky.png", "unlucky.png"], asked.Order());
        // The page offers no second try of what is in vain.
        Assert.Equal(0, View(again).Retriable);

        BatchView View(List<BatchItem> items) => BatchView.Of(batch, items, static _ => (0, 0), DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task Pages_of_a_batch_are_read_beside_each_other_but_never_more_than_the_setting_allows()
    {
        using TestApp app = new(new() { ["Batch:Parallel"] = "2" });
        int most = 0;
        Lock gate = new();
        TaskCompletionSource two = new();
        app.Reader.Script = (_, cancellationToken) =>
        {
            lock (gate)
                most = Math.Max(most, app.Reader.Running);
            // The first page does not end before the second one is being read.
            if (most == 2)
                two.TrySetResult();
            return (ScriptedAnswer.Invoice with { Pace = TimeSpan.FromMilliseconds(5), Hold = (1, two.Task) }).PlayAsync(cancellationToken);
        };
        using BatchVisitor visitor = await BatchVisitor.OpenAsync(app);
        Batch batch = await visitor.BatchAsync();
        await visitor.SendAllAsync(batch.Id, [.. Enumerable.Range(0, 8).Select(i => ($"{i}.png", TestPictures.Png(100 + i, 100)))]);
        await visitor.EndAsync(batch.Id);
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task A_paused_batch_begins_nothing_new_and_goes_on_when_it_is_told_to()
    {
        using TestApp app = new(new() { ["Batch:Parallel"] = "1" });
        TaskCompletionSource hold = new();
        app.Reader.Script = (_, cancellationToken) => (ScriptedAnswer.Invoice with { Hold = (2, hold.Task) }).PlayAsync(cancellationToken);
        using BatchVisitor visitor = await BatchVisitor.OpenAsync(app);
        Batch batch = await visitor.BatchAsync();
        await visitor.SendAllAsync(batch.Id, ("a.png", TestPictures.Png(300, 200)), ("b.png", TestPictures.Png(310, 200)));
        await visitor.UntilAsync(batch.Id, items => items[0].State == BatchItemState.Reading);
        await visitor.Store.PauseAsync(batch.Id, visitor.Owner);
        hold.SetResult();
        await visitor.UntilAsync(batch.Id, items => items[0].State == BatchItemState.Done);
        await Task.Delay(300);
        Assert.Equal((BatchItemState.Waiting, 1), ((await visitor.ItemsAsync(batch.Id))[1].State, app.Reader.Requests.Count));
        await visitor.Store.ResumeAsync(batch.Id, visitor.Owner);
        await visitor.EndAsync(batch.Id);
        Assert.Equal(2, app.Reader.Requests.Count);
    }

    [Fact]
    public async Task Cancelling_stops_what_is_read_at_once_and_keeps_what_was_read()
    {
        using TestApp app = new(new() { ["Batch:Parallel"] = "1" });
        app.Reader.Script = (request, cancellationToken) => (ScriptedAnswer.Invoice with { Hold = request.Pictures[0].Name == "a.png" ? null : (2, Task.Delay(Timeout.Infinite, cancellationToken)) }).PlayAsync(cancellationToken);
        using BatchVisitor visitor = await BatchVisitor.OpenAsync(app);
        Batch batch = await visitor.BatchAsync();
        await visitor.SendAllAsync(batch.Id, [.. Enumerable.Range(0, 4).Select(i => ($"{(char)('a' + i)}.png", TestPictures.Png(100 + i, 100)))]);
        await visitor.UntilAsync(batch.Id, items => items[1].State == BatchItemState.Reading && app.Reader.Running == 1);
        await visitor.Store.CancelAsync(batch.Id, visitor.Owner, (await visitor.ItemsAsync(batch.Id))[1].FileId);
        await visitor.UntilAsync(batch.Id, items => items[2].State == BatchItemState.Reading && app.Reader.Requests.Count == 3);
        await visitor.Store.CancelAsync(batch.Id, visitor.Owner);
        await visitor.UntilAsync(batch.Id, _ => app.Reader.Running == 0);
        Assert.Equal([BatchItemState.Done, BatchItemState.Cancelled, BatchItemState.Cancelled, BatchItemState.Cancelled], (await visitor.ItemsAsync(batch.Id)).Select(item => item.State));
        Assert.Equal(BatchState.Cancelled, (await visitor.Store.FindAsync(batch.Id, visitor.Owner))!.State);
    }

    [Fact]
    public async Task A_zip_brings_each_of_its_files_and_a_second_sending_of_the_same_request_brings_nothing()
    {
        using TestApp app = new();
        using BatchVisitor visitor = await BatchVisitor.OpenAsync(app);
        Batch batch = await visitor.BatchAsync();
        byte[] zip = Zip(("2.png", TestPictures.Png(300, 200)), ("folder/1.png", TestPictures.Png(310, 200)), ("notes.docx", TestPictures.Word()));
        Assert.Equal(HttpStatusCode.OK, (await visitor.SendAsync(batch.Id, zip, "scans.zip", "one")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await visitor.SendAsync(batch.Id, zip, "scans.zip", "one")).StatusCode);
        await visitor.EndAsync(batch.Id);
        Assert.Equal([("1.png", BatchItemState.Done), ("2.png", BatchItemState.Done), ("notes.docx", BatchItemState.Failed)], (await visitor.ItemsAsync(batch.Id)).Select(item => (item.FileName, item.State)));
    }

    [Fact]
    public async Task Files_stand_in_the_order_in_which_they_were_chosen_whichever_arrives_first()
    {
        using TestApp app = new();
        using BatchVisitor visitor = await BatchVisitor.OpenAsync(app);
        Batch batch = await visitor.BatchAsync();
        foreach ((string name, byte[] file, int place) in new[]
        {
            ("small.png", TestPictures.Png(30, 20), 2),
            ("two.zip", Zip(("2.png", TestPictures.Png(31, 20)), ("1.png", TestPictures.Png(32, 20))), 1),
            ("large.png", TestPictures.Png(300, 200), 0),
        })
            Assert.Equal(HttpStatusCode.OK, (await visitor.SendAsync(batch.Id, file, name, place: place)).StatusCode);
        await visitor.EndAsync(batch.Id);
        using ZipArchive zip = new(new MemoryStream(await visitor.DownloadAsync($"/batches/{batch.Id}/zip")));
        Assert.Equal(["text/0001-large.txt", "text/0002-1.txt", "text/0003-2.txt", "text/0004-small.txt"], zip.Entries.Select(entry => entry.FullName).Where(name => name.StartsWith("text/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_batch_takes_no_more_files_than_the_setting_allows_and_a_zip_with_too_many_is_refused_whole()
    {
        using TestApp app = new(new() { ["Batch:MaxFiles"] = "2" });
        using BatchVisitor visitor = await BatchVisitor.OpenAsync(app);
        Batch batch = await visitor.BatchAsync();
        await visitor.SendAllAsync(batch.Id, ("a.png", TestPictures.Png(300, 200)));
        using HttpResponseMessage refused = await visitor.SendAsync(batch.Id, Zip(("1.png", TestPictures.Png(30, 20)), ("2.png", TestPictures.Png(31, 20))), "two.zip");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("batch_full", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Single(await visitor.ItemsAsync(batch.Id));
    }

    [SkippableFact]
    public async Task Each_page_of_a_pdf_is_read_for_itself_and_only_the_failed_one_again()
    {
        Skip.IfNot(HunyuanOcr.Web.Documents.Pdf.PopplerTools.OfMachine().Missing is null or { Count: 0 }, "poppler-utils is not on this machine.");
        using TestApp app = new();
        bool fail = true;
        app.Reader.Script = (request, cancellationToken) => fail && request.Pictures[0].Name.EndsWith(" 2", StringComparison.Ordinal) ? throw new InvalidOperationException("boom") : ScriptedAnswer.Invoice.PlayAsync(cancellationToken);
        using BatchVisitor visitor = await BatchVisitor.OpenAsync(app);
        Batch batch = await visitor.BatchAsync();
        await visitor.SendAllAsync(batch.Id, ("three.pdf", TestPdfs.Pages(3)));
        await visitor.EndAsync(batch.Id);
        List<BatchItem> items = await visitor.ItemsAsync(batch.Id);
        Assert.Equal([BatchItemState.Done, BatchItemState.Failed, BatchItemState.Done], items.Select(item => item.State));
        Assert.Single(items.Select(item => item.FileId).Distinct());
        fail = false;
        await visitor.Store.RetryAsync(batch.Id, visitor.Owner, items[0].FileId);
        await visitor.EndAsync(batch.Id);
        Assert.Equal(4, app.Reader.Requests.Count);
        Assert.All(await visitor.ItemsAsync(batch.Id), item => Assert.Equal(BatchItemState.Done, item.State));
    }

    [Fact]
    public async Task A_file_that_was_refused_can_be_replaced_in_its_place()
    {
        using TestApp app = new();
        using BatchVisitor visitor = await BatchVisitor.OpenAsync(app);
        Batch batch = await visitor.BatchAsync();
        await visitor.SendAllAsync(batch.Id, ("a.docx", TestPictures.Word()), ("b.png", TestPictures.Png(300, 200)));
        string bad = (await visitor.ItemsAsync(batch.Id))[0].FileId;
        Assert.Equal(HttpStatusCode.OK, (await visitor.SendAsync(batch.Id, TestPictures.Png(20, 30), "a.png", replace: bad)).StatusCode);
        await visitor.EndAsync(batch.Id);
        Assert.Equal([("a.png", 0, BatchItemState.Done), ("b.png", 1, BatchItemState.Done)], (await visitor.ItemsAsync(batch.Id)).Select(item => (item.FileName, item.Position, item.State)));
    }

    [Fact]
    public async Task Nobody_reads_changes_or_downloads_anothers_batch()
    {
        using TestApp app = new();
        using BatchVisitor owner = await BatchVisitor.OpenAsync(app), stranger = await BatchVisitor.OpenAsync(app);
        Batch batch = await owner.BatchAsync();
        await owner.SendAllAsync(batch.Id, ("a.png", TestPictures.Png(300, 200)));
        await owner.EndAsync(batch.Id);
        string file = (await owner.ItemsAsync(batch.Id))[0].FileId;
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.SendAsync(batch.Id, TestPictures.Png(30, 20), "b.png")).StatusCode);
        foreach (string address in (string[])["xlsx", "csv", "jsonl", "zip", $"files/{file}/text"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/batches/{batch.Id}/{address}")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync($"/batches/{batch.Id}/{address}")).StatusCode);
        }
        await stranger.Store.RemoveAsync(batch.Id, stranger.Owner);
        await stranger.Store.RemoveAsync(batch.Id, stranger.Owner, file);
        await stranger.Store.CancelAsync(batch.Id, stranger.Owner);
        Assert.Single(await owner.ItemsAsync(batch.Id));
        Assert.Empty(await stranger.Store.ListAsync(stranger.Owner));
        Assert.DoesNotContain("Batch of 16 June", await (await stranger.GetAsync("/batch/" + batch.Id)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    internal static byte[] Zip(params (string Name, byte[] File)[] files)
    {
        using MemoryStream output = new();
        using (ZipArchive zip = new(output, ZipArchiveMode.Create, leaveOpen: true))
            foreach ((string name, byte[] file) in files)
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(file);
            }
        return output.ToArray();
    }
}
