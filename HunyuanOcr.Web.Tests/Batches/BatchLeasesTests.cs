using HunyuanOcr.Web.Batches;
using HunyuanOcr.Web.Persistence;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Batches;

public sealed class BatchLeasesTests
{
    [Fact]
    public async Task Only_pages_that_are_really_being_read_get_signs_of_life()
    {
        // The app's own worker takes nothing: its engine never gets ready.
        using TestApp app = new(load: static async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new OperationCanceledException(cancellationToken);
        });
        using BatchVisitor visitor = await BatchVisitor.OpenAsync(app);
        Batch batch = await visitor.BatchAsync();
        await visitor.SendAllAsync(batch.Id, ("a.png", TestPictures.Png(300, 200)), ("b.png", TestPictures.Png(310, 200)));
        BatchLeases leases = ActivatorUtilities.CreateInstance<BatchLeases>(app.Services);
        BatchItem read = (await leases.TakeAsync(CancellationToken.None))!, forgotten = (await leases.TakeAsync(CancellationToken.None))!;
        DateTimeOffset? until = await UntilAsync(forgotten.Id);

        Assert.Equal([read.Id], await leases.RenewAsync([read.Id], CancellationToken.None));

        Assert.Equal(until, await UntilAsync(forgotten.Id));
        Assert.True(await UntilAsync(read.Id) > until);

        async Task<DateTimeOffset?> UntilAsync(string id) => (await visitor.ItemsAsync(batch.Id)).Single(item => item.Id == id).LeasedUntil;
    }
}
