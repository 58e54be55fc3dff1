using HunyuanOcr.Inference.Tests.Engine;

namespace HunyuanOcr.Inference.Tests;

/// <summary>Alone in its collection: what other tests allocate at the same time would show in the numbers.</summary>
[Collection(nameof(OcrEngineMemoryTests))]
[CollectionDefinition(nameof(OcrEngineMemoryTests), DisableParallelization = true)]
public class OcrEngineMemoryTests
{
    [Fact]
    public async Task A_text_that_its_length_alone_rules_out_is_refused_before_it_costs_memory()
    {
        await using OcrEngine engine = await OcrEngine.LoadAsync(DemoEngine.Options);
        string text = new('q', 20_000_000);
        long before = GC.GetTotalAllocatedBytes();
        var refused = await Assert.ThrowsAsync<OcrRequestException>(() => engine.ReadAsync(new OcrRequest { Task = OcrTask.Free, Prompt = text }));
        Assert.Equal(nameof(OcrRequest.Prompt), refused.Parameter);
        Assert.Contains("The text has 20000000 characters, which no 4096 tokens hold", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<OcrRequestException>(() => engine.ReadAsync(new OcrRequest { Task = OcrTask.Free, Prompt = "read", System = text }));
        Assert.Equal(nameof(OcrRequest.System), refused.Parameter);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 20_000_000);
    }
}
