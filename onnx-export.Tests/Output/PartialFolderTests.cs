using OnnxExport.Output;
using OnnxExport.Weights;

namespace OnnxExport.Tests.Output;

public sealed class PartialFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Nothing_is_at_the_target_before_it_is_published()
    {
        using PartialFolder partial = Create();
        WriteFile(partial, "a.txt");

        Assert.False(Directory.Exists(folder["model"]));
        Assert.StartsWith(folder["model.onnx-export-partial-"], partial.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void A_published_folder_holds_just_its_files()
    {
        using (PartialFolder partial = Create())
        {
            WriteFile(partial, "a.txt");
            partial.Publish();
        }

        Assert.Equal(["a.txt"], Directory.GetFiles(folder["model"]).Select(Path.GetFileName));
        Assert.Equal(["model"], Entries());
    }

    [Fact]
    public void One_that_is_not_published_goes_away()
    {
        using (PartialFolder partial = Create())
            WriteFile(partial, "a.txt");

        Assert.Empty(Entries());
    }

    [Fact]
    public void What_a_killed_export_left_is_removed_by_the_next_one()
    {
        Directory.CreateDirectory(folder["model.onnx-export-partial-0000"]);
        File.WriteAllText(Path.Combine(folder["model.onnx-export-partial-0000"], ".lock"), "");
        File.WriteAllText(Path.Combine(folder["model.onnx-export-partial-0000"], "export.json"), "{}");

        using (PartialFolder partial = Create())
            partial.Publish();

        Assert.Equal(["model"], Entries());
        Assert.Empty(Directory.GetFiles(folder["model"]));
    }

    [Theory]
    [InlineData("model.partial-2026")]
    [InlineData("model.replaced-2026")]
    public void A_folder_of_somebody_else_beside_the_target_stays(string name)
    {
        Directory.CreateDirectory(folder[name]);
        File.WriteAllText(Path.Combine(folder[name], "letter.txt"), "dear");

        Create().Dispose();

        Assert.Equal([name], Entries());
    }

    [Fact]
    public void One_that_another_export_is_writing_stays()
    {
        using PartialFolder other = Create();
        WriteFile(other, "a.txt");

        Create().Dispose();

        Assert.True(File.Exists(Path.Combine(other.Path, "a.txt")));
    }

    [Fact]
    public void A_folder_that_is_there_is_replaced_whole()
    {
        Directory.CreateDirectory(folder["model"]);
        File.WriteAllText(Path.Combine(folder["model"], "old.txt"), "");

        using (PartialFolder partial = Create())
        {
            WriteFile(partial, "a.txt");
            partial.Publish();
        }

        Assert.Equal(["a.txt"], Directory.GetFiles(folder["model"]).Select(Path.GetFileName));
        Assert.Equal(["model"], Entries());
    }

    [Fact]
    public void A_model_that_a_killed_export_had_moved_away_comes_back()
    {
        Model("model.onnx-export-replaced-0000", "old.txt");
        Model("model.onnx-export-partial-1111", "new.txt");
        File.WriteAllText(Path.Combine(folder["model.onnx-export-partial-1111"], ".lock"), "");

        using PartialFolder partial = Create();

        Assert.Equal(["export.json", "old.txt"], Directory.GetFiles(folder["model"]).Select(Path.GetFileName).Order());
        Assert.Equal(["model", Path.GetFileName(partial.Path)], Entries().Order());
    }

    [Fact]
    public void A_replaced_model_that_a_killed_export_did_not_remove_goes_away()
    {
        Model("model", "new.txt");
        Model("model.onnx-export-replaced-0000", "old.txt");

        Create().Dispose();

        Assert.Equal(["model"], Entries());
        Assert.True(File.Exists(Path.Combine(folder["model"], "new.txt")));
    }

    [Fact]
    public void While_another_export_is_at_work_a_model_that_it_moved_away_stays_where_it_is()
    {
        using PartialFolder other = Create();
        Model("model.onnx-export-replaced-0000", "old.txt");

        Create().Dispose();

        Assert.Equal(["model.onnx-export-replaced-0000", Path.GetFileName(other.Path)!], Entries().Order(StringComparer.Ordinal).Reverse());
        other.Publish();
    }

    [Fact]
    public void Where_the_new_folder_cannot_take_its_place_the_old_one_comes_back()
    {
        Model("model", "old.txt");
        using PartialFolder partial = Create();
        Directory.Delete(partial.Path, recursive: true);

        Assert.ThrowsAny<IOException>(partial.Publish);

        Assert.Equal(["model"], Entries());
        Assert.True(File.Exists(Path.Combine(folder["model"], "old.txt")));
    }

    [Fact]
    public void A_file_that_was_not_completed_is_not_listed()
    {
        using PartialFolder partial = Create();
        using (OutputFile file = partial.Create("half.bin"))
            file.Write([1, 2, 3]);
        WriteFile(partial, "a.txt");

        WrittenFile whole = Assert.Single(partial.Files);
        Assert.Equal(new WrittenFile("a.txt", 3, "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81"), whole);
    }

    [Fact]
    public void An_interrupted_write_stops_at_once()
    {
        using var interrupted = new CancellationTokenSource();
        using PartialFolder partial = PartialFolder.Create(folder["model"], new WorkingMemory(100), SmallModel.Quiet, interrupted.Token);
        using OutputFile file = partial.Create("a.bin");
        interrupted.Cancel();

        Assert.Throws<OperationCanceledException>(() => file.Write([1]));
        Assert.Throws<OperationCanceledException>(partial.Publish);
    }

    private PartialFolder Create() => PartialFolder.Create(folder["model"], new WorkingMemory(100), SmallModel.Quiet, CancellationToken.None);

    private void Model(string name, string file)
    {
        Directory.CreateDirectory(folder[name]);
        File.WriteAllText(Path.Combine(folder[name], "export.json"), "{}");
        File.WriteAllText(Path.Combine(folder[name], file), "");
    }

    private IEnumerable<string?> Entries() => Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName);

    private static void WriteFile(PartialFolder partial, string name)
    {
        using OutputFile file = partial.Create(name);
        file.Write([1, 2, 3]);
        file.Complete();
    }
}
