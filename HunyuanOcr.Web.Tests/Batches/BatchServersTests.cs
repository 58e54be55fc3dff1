using System.Collections.Concurrent;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Tests.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Batches;

/// <summary>Two servers on one real PostgreSQL and one document folder.</summary>
public sealed class BatchServersTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    private const int Files = 24;

    private readonly string _folder = Directory.CreateTempSubdirectory("hunyuanocr-servers-").FullName;
    private readonly ConcurrentQueue<string> _read = new();

    public void Dispose() => TestFolder.Delete(_folder);

    [SkippableFact]
    public async Task Two_servers_share_a_batch_and_read_each_page_once()
    {
        Dictionary<string, string> settings = await SettingsAsync(parallel: 3);
        using TestApp first = new(settings), second = new(settings);
        TaskCompletionSource firstReads = new(), secondReads = new();
        // Neither ends its first page before the other has one: both must take part.
        Task both = Task.WhenAll(firstReads.Task, secondReads.Task);
        Script(first, firstReads, both);
        Script(second, secondReads, both);
        using HttpClient start = second.CreateClient();
        using BatchVisitor visitor = await BatchVisitor.OpenAsync(first);
        Batch batch = await visitor.BatchAsync();
        string[] names = await SendAsync(visitor, batch);
        await visitor.EndAsync(batch.Id);

        List<BatchItem> items = await visitor.ItemsAsync(batch.Id);
        Assert.All(items, item => Assert.Equal((BatchItemState.Done, 1, null), (item.State, item.Attempts, item.LeasedBy)));
        Assert.Equal(names, _read.Order(StringComparer.Ordinal));
        Assert.NotEmpty(first.Reader.Requests);
        Assert.NotEmpty(second.Reader.Requests);
        await using StudioDatabase database = await first.Services.GetRequiredService<IDbContextFactory<StudioDatabase>>().CreateDbContextAsync();
        Assert.Equal(items.Select(item => item.RunId).Order(StringComparer.Ordinal), (await database.Runs.Select(run => run.Id).ToListAsync()).Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public async Task What_a_stopped_server_was_reading_the_other_one_reads()
    {
        Dictionary<string, string> settings = await SettingsAsync(parallel: 2);
        using TestApp second = new(settings);
        BatchVisitor visitor;
        Batch batch;
        string[] names;
        using (TestApp first = new(settings))
        {
            first.Reader.Script = (_, cancellationToken) => (ScriptedAnswer.Invoice with { Hold = (2, Task.Delay(Timeout.Infinite, cancellationToken)) }).PlayAsync(cancellationToken);
            using BatchVisitor stopped = await BatchVisitor.OpenAsync(first);
            batch = await stopped.BatchAsync();
            names = await SendAsync(stopped, batch);
            await stopped.UntilAsync(batch.Id, items => items.Count(item => item.State == BatchItemState.Reading) == 2 && first.Reader.Running == 2);
            Script(second, new(), Task.CompletedTask);
            visitor = await BatchVisitor.OpenAsync(second, stopped.Owner);
            await visitor.UntilAsync(batch.Id, items => items.Count(item => item.State == BatchItemState.Done) == Files - 2);
        }
        using (visitor)
        {
            await visitor.EndAsync(batch.Id);
            Assert.All(await visitor.ItemsAsync(batch.Id), item => Assert.Equal((BatchItemState.Done, 1), (item.State, item.Attempts)));
        }
        Assert.Equal(names, _read.Order(StringComparer.Ordinal));
    }

    private async Task<Dictionary<string, string>> SettingsAsync(int parallel)
    {
        Skip.If(postgres.Missing is not null, postgres.Missing);
        return new() { ["Storage:Provider"] = "postgres", ["Storage:ConnectionString"] = await postgres.NewDatabaseAsync(), ["Storage:DocumentFolder"] = _folder, ["Batch:Parallel"] = $"{parallel}" };
    }

    private void Script(TestApp app, TaskCompletionSource begun, Task hold) => app.Reader.Script = (request, cancellationToken) =>
    {
        _read.Enqueue(request.Pictures[0].Name);
        begun.TrySetResult();
        return (ScriptedAnswer.Invoice with { Pace = TimeSpan.Zero, Hold = (2, hold) }).PlayAsync(cancellationToken);
    };

    private static async Task<string[]> SendAsync(BatchVisitor visitor, Batch batch)
    {
        (string Name, byte[] File)[] files = [.. Enumerable.Range(10, Files).Select(number => ($"{number}.png", TestPictures.Png(100 + number, 100)))];
        await visitor.SendAllAsync(batch.Id, files);
        return [.. files.Select(file => file.Name)];
    }
}
