using HunyuanOcr.Web.Documents;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Documents;

public sealed class DocumentStoreTests
{
    [Fact]
    public async Task A_damaged_record_neither_ends_the_sweep_nor_costs_another_document()
    {
        using TestApp app = new();
        DocumentStore store = app.Services.GetRequiredService<DocumentStore>();
        using MemoryStream picture = new(TestPictures.Png(64, 64));
        StoredDocument document = await store.SaveAsync("owner", "a.png", picture, CancellationToken.None);
        string damaged = new('a', 32);
        await File.WriteAllTextAsync(Path.Combine(app.Folder, "data", "documents", damaged + ".json"), "{\"Id\":");
        Assert.Equal(0, store.Sweep(DateTimeOffset.UtcNow.AddDays(-1), CancellationToken.None));
        Assert.Null(store.Find(damaged, "owner"));
        Assert.Equal(document, store.Find(document.Id, "owner"));
    }
}
