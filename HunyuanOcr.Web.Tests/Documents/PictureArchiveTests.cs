using System.IO.Compression;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Documents.Pdf;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Documents;

public sealed class PictureArchiveTests : IDisposable
{
    private readonly TestApp _app = new(new() { ["Limits:MaxUploadMegabytes"] = "1" });
    private readonly byte[] _picture = TestPictures.Png(64, 64);

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task Pictures_are_taken_in_the_order_of_their_names_and_what_is_no_picture_is_refused_by_its_own()
    {
        (IReadOnlyList<StoredDocument> taken, IReadOnlyList<DocumentRefusal> refused) = await TakeAsync(("b/2.png", _picture), ("a.png", _picture), ("__MACOSX/._a.png", _picture), (".DS_Store", _picture), ("letter.png", TestPictures.Word()));
        Assert.Equal(["a.png", "2.png"], taken.Select(document => document.Name));
        DocumentRefusal refusal = Assert.Single(refused);
        Assert.Equal((RefusalCode.NotAPicture, "letter.png"), (refusal.Code, refusal.Name));
    }

    [Fact]
    public async Task A_name_that_climbs_out_of_the_folder_is_only_a_name()
    {
        (IReadOnlyList<StoredDocument> taken, _) = await TakeAsync(("../../../climbed.png", _picture), ("/rooted.png", _picture), (@"C:\folder\back.png", _picture));
        Assert.Equal(3, taken.Count);
        Assert.DoesNotContain(taken, document => document.Name.AsSpan().IndexOfAny('/', '\\') >= 0);
        string data = Path.Combine(_app.Folder, "data");
        Assert.DoesNotContain(Directory.EnumerateFiles(_app.Folder, "*", SearchOption.AllDirectories), file => file.EndsWith("climbed.png", StringComparison.Ordinal) || file.EndsWith("rooted.png", StringComparison.Ordinal) || file.EndsWith("back.png", StringComparison.Ordinal));
        Assert.All(taken, document => Assert.StartsWith(data, _app.Services.GetRequiredService<DocumentStore>().PathOf(document), StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_archive_in_an_archive_stays_packed()
    {
        byte[] inner = Zip(("inner.png", _picture));
        (IReadOnlyList<StoredDocument> taken, IReadOnlyList<DocumentRefusal> refused) = await TakeAsync(("inner.zip", inner), ("outer.png", _picture));
        Assert.Equal(["outer.png"], taken.Select(document => document.Name));
        Assert.Empty(refused);
    }

    [Fact]
    public async Task An_archive_that_is_called_a_picture_stays_packed_too()
    {
        byte[] bottom = Zip(("bottom.png", _picture));
        (IReadOnlyList<StoredDocument> taken, IReadOnlyList<DocumentRefusal> refused) = await TakeAsync(("inner.png", Zip(("middle.png", bottom))), ("outer.png", _picture));
        Assert.Equal(["outer.png"], taken.Select(document => document.Name));
        Assert.Equal((RefusalCode.NotAPicture, "inner.png"), (refused[0].Code, refused[0].Name));
    }

    [Fact]
    public async Task What_unpacks_to_more_than_a_file_may_have_is_refused_and_leaves_nothing()
    {
        byte[] bomb = new byte[50_000_000];
        _picture.CopyTo(bomb, 0);
        (IReadOnlyList<StoredDocument> taken, IReadOnlyList<DocumentRefusal> refused) = await TakeAsync(("bomb.png", bomb), ("small.png", _picture));
        Assert.Equal(["small.png"], taken.Select(document => document.Name));
        Assert.Equal((RefusalCode.TooLarge, "bomb.png"), (refused[0].Code, refused[0].Name));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_app.Folder, "data", "incoming")));
    }

    [Fact]
    public async Task A_thousand_and_one_files_are_refused_with_both_numbers()
    {
        DocumentRefusal refusal = (await Assert.ThrowsAsync<DocumentRefusedException>(() => TakeAsync([.. Enumerable.Range(1, 1001).Select(number => ($"{number}.png", _picture))]))).Refusal;
        Assert.Equal((RefusalCode.TooMany, 1001L, (long)PictureArchive.MostFiles), (refusal.Code, refusal.Found, refusal.Limit));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_app.Folder, "data", "documents")));
    }

    [Fact]
    public async Task An_archive_without_files_or_with_a_torn_end_is_refused_as_such()
    {
        Assert.Equal(RefusalCode.EmptyArchive, (await Assert.ThrowsAsync<DocumentRefusedException>(() => TakeAsync(("folder/", [])))).Refusal.Code);
        byte[] whole = Zip(("a.png", _picture));
        Assert.Equal(RefusalCode.ArchiveDamaged, (await Assert.ThrowsAsync<DocumentRefusedException>(() => TakeAsync(whole[..^30]))).Refusal.Code);
    }

    private Task<(IReadOnlyList<StoredDocument> Taken, IReadOnlyList<DocumentRefusal> Refused)> TakeAsync(params (string Name, byte[] Bytes)[] files) => TakeAsync(Zip(files));

    private async Task<(IReadOnlyList<StoredDocument> Taken, IReadOnlyList<DocumentRefusal> Refused)> TakeAsync(byte[] archive)
    {
        using MemoryStream body = new(archive);
        return await _app.Services.GetRequiredService<DocumentStore>().TakeAsync("owner", "scans.zip", body, _app.Services.GetRequiredService<PdfRenderer>(), CancellationToken.None);
    }

    private static byte[] Zip(params (string Name, byte[] Bytes)[] files)
    {
        using MemoryStream packed = new();
        using (ZipArchive zip = new(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in files)
            {
                using Stream entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(bytes);
            }
        }
        return packed.ToArray();
    }
}
