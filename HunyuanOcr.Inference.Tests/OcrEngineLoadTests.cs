using System.Text.Json.Nodes;
using HunyuanOcr.Inference.Tests.Engine;

namespace HunyuanOcr.Inference.Tests;

public sealed class OcrEngineLoadTests : IDisposable
{
    private readonly string copy = Path.Combine(Path.GetTempPath(), $"hunyuanocr-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(copy))
            Directory.Delete(copy, recursive: true);
    }

    [Fact]
    public async Task Every_fault_of_the_options_is_named_at_once_with_its_remedy()
    {
        IReadOnlyList<string> faults = await Faults(DemoEngine.Options with
        {
            ModelFolder = copy, MaxSequences = 0, BlockSize = 7, CacheMegabytes = -1, DoubtfulBelow = 2, PictureTimeout = TimeSpan.Zero, GpuMemoryFraction = 0,
        });
        foreach (string expected in (string[])["MaxSequences is 0. Set it to 1 to 256.", "BlockSize is 7. Set it to one of 16, 32, 64, 128, 256, or to 0 for what the model folder says.",
            "CacheMegabytes is -1.", "DoubtfulBelow is 2.", "PictureTimeout is 00:00:00.", "GpuMemoryFraction is 0.", $"The model folder {copy} does not exist."])
            Assert.Contains(faults, fault => fault.Contains(expected, StringComparison.Ordinal));
        Assert.Equal(7, faults.Count);
    }

    [Fact]
    public async Task A_context_beyond_the_models_own_is_refused()
    {
        string fault = Assert.Single(await Faults(DemoEngine.Options with { MaxContext = 5000 }));
        Assert.Contains("MaxContext is 5000; the model's own context is 4096", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(int.MaxValue)]
    public async Task Fewer_scheduled_tokens_than_sequences_and_more_than_memory_can_count_are_refused(int tokens)
    {
        string fault = Assert.Single(await Faults(DemoEngine.Options with { MaxScheduledTokens = tokens }));
        Assert.Contains($"MaxScheduledTokens is {tokens}. Set it to MaxSequences (8) at least and 1048576 at most", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_timeout_that_no_clock_takes_is_refused()
    {
        string fault = Assert.Single(await Faults(DemoEngine.Options with { PictureTimeout = TimeSpan.MaxValue }));
        Assert.Contains("to a day at most", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_leaves_nothing_mapped()
    {
        CopyModel();
        await File.WriteAllBytesAsync(Path.Combine(copy, "decoder.onnx"), new byte[new FileInfo(Path.Combine(copy, "decoder.onnx")).Length]);
        Assert.Contains("decoder.onnx", Assert.Single(await Faults(DemoEngine.Options with { ModelFolder = copy })), StringComparison.Ordinal);
        Assert.DoesNotContain(copy, await File.ReadAllTextAsync("/proc/self/maps"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_graph_is_named()
    {
        CopyModel();
        await File.WriteAllBytesAsync(Path.Combine(copy, "vision.onnx"), new byte[new FileInfo(Path.Combine(copy, "vision.onnx")).Length]);
        Assert.Contains("vision.onnx", Assert.Single(await Faults(DemoEngine.Options with { ModelFolder = copy })), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_weights_are_named()
    {
        CopyModel();
        File.Delete(Path.Combine(copy, "decoder.onnx.data"));
        Assert.Contains("decoder.onnx.data is missing", Assert.Single(await Faults(DemoEngine.Options with { ModelFolder = copy })), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("preprocessor_config.json", "patch_size", "14", "cuts patches of 14 pixels and merges 2; the model takes 16 and 2")]
    [InlineData("preprocessor_config.json", "merge_size", "4", "cuts patches of 16 pixels and merges 4; the model takes 16 and 2")]
    [InlineData("genai_config.json", "model.decoder.inputs.key_cache", "\"other\"", "are not those that genai_config.json describes: Failed to find input name in the mapping: other")]
    public async Task Parts_that_do_not_fit_together_are_refused(string file, string key, string value, string fault)
    {
        using Checkpoints.ModelFolderCopy changed = new();
        string[] path = key.Split('.');
        changed.Edit(file, root => path[..^1].Aggregate((JsonNode)root, (node, name) => node[name]!)[path[^1]] = JsonNode.Parse(value));
        Assert.Contains(fault, Assert.Single(await Faults(DemoEngine.Options with { ModelFolder = changed.Path })), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_changed_on_disk_is_found_by_the_self_check()
    {
        CopyModel();
        await using (FileStream file = File.OpenWrite(Path.Combine(copy, "config.json")))
            file.Write(" "u8);
        await using OcrEngine engine = await OcrEngine.LoadAsync(DemoEngine.Options with { ModelFolder = copy });
        SelfCheckReport report = await engine.SelfCheckAsync();
        Assert.False(report.Passed);
        Assert.Contains("config.json", Assert.Single(report.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Less_cache_than_a_request_needs_is_refused_with_the_numbers_and_smaller_ones_are_answered()
    {
        await using OcrEngine engine = await OcrEngine.LoadAsync(DemoEngine.Options with { CacheMegabytes = 3 });
        var refused = await Assert.ThrowsAsync<OcrRequestException>(() => engine.ReadAsync(new OcrRequest { Pictures = [DemoEngine.Document("24-page-en.png")] }));
        Assert.Equal(nameof(OcrRequest.Pictures), refused.Parameter);
        Assert.Contains("605 tokens take 10 cache blocks of 64, and the cache has 9 (576 tokens)", refused.Message, StringComparison.Ordinal);
        Assert.NotEmpty((await engine.ReadAsync(new OcrRequest { Pictures = [DemoEngine.Document("11-sign-zh.png")], MaxTokens = 4 })).Tokens);
    }

    [Fact]
    public async Task A_cache_too_small_for_even_a_small_page_is_refused_at_load()
    {
        string fault = Assert.Single(await Faults(DemoEngine.Options with { CacheMegabytes = 1, BlockSize = 128 }));
        Assert.Contains("The engine cannot read even a small page", fault, StringComparison.Ordinal);
        Assert.Contains("the cache has 1 (128 tokens)", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_cache_is_short_pages_are_computed_again_to_the_same_text()
    {
        OcrRequest[] requests = [.. ((string[])["12-sign-en.jpg", "18-business-card-en.jpg", "22-label-en.png"]).Select(name => new OcrRequest { Pictures = [DemoEngine.Document(name)] })];
        await using OcrEngine engine = await OcrEngine.LoadAsync(DemoEngine.Options with { CacheMegabytes = 6 });
        string[] alone = new string[requests.Length];
        for (int i = 0; i < requests.Length; i++)
            alone[i] = (await engine.ReadAsync(requests[i])).Text;
        Assert.Equal(0, engine.Status.Counters.Preemptions);
        // Nineteen blocks: two pages start with eight each and end with ten or eleven.
        OcrResult[] together = await Task.WhenAll(requests.Concat(requests).Select(request => engine.ReadAsync(request)));
        Assert.Equal(alone.Concat(alone), together.Select(result => result.Text));
        Assert.True(engine.Status.Counters.Preemptions > 0);
        Assert.Equal((19, 0), (engine.Status.BlocksTotal, engine.Status.BlocksUsed));
    }

    [Fact]
    public async Task Disposing_ends_every_waiting_caller_with_a_reason()
    {
        OcrEngine engine = await OcrEngine.LoadAsync(DemoEngine.Options with { MaxSequences = 1 });
        Task<OcrResult> page = engine.ReadAsync(new OcrRequest { Pictures = [DemoEngine.Document("24-page-en.png")] });
        // Neither state lasts longer than the page takes; DemoEngine.Until awaits, and what follows an await may have to wait for other tests.
        Assert.True(SpinWait.SpinUntil(() => engine.Status.Running == 1, TimeSpan.FromMinutes(1)), engine.Status.ToString());
        OcrRequest[] waiting = [.. Enumerable.Repeat(new OcrRequest { Task = OcrTask.Free, Prompt = "hello" }, 2), new OcrRequest { Pictures = [DemoEngine.Document("11-sign-zh.png")] }];
        Task<OcrResult>[] reading = [page, .. waiting.Select(request => engine.ReadAsync(request))];
        Assert.True(SpinWait.SpinUntil(() => engine.Status.Waiting >= 2, TimeSpan.FromMinutes(1)), engine.Status.ToString());
        await engine.DisposeAsync();
        foreach (Task<OcrResult> task in reading)
        {
            var error = await Assert.ThrowsAsync<OcrEngineException>(() => task);
            Assert.True(error.EngineDead);
        }
        await Assert.ThrowsAsync<OcrEngineException>(() => engine.ReadAsync(new OcrRequest { Task = OcrTask.Free, Prompt = "hello" }));
        await engine.DisposeAsync();
    }

    private static async Task<IReadOnlyList<string>> Faults(EngineOptions options) =>
        (await Assert.ThrowsAsync<OcrConfigurationException>(() => OcrEngine.LoadAsync(options))).Faults;

    private void CopyModel()
    {
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.EnumerateFiles(ExportedDemoModel.Folder()))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
    }
}
