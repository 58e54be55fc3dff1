namespace HunyuanOcr.Inference.Tests.Engine;

/// <summary>The demo model in fp32, loaded once for all tests of the façade.</summary>
public sealed class DemoEngine : IAsyncLifetime
{
    public OcrEngine Engine { get; private set; } = null!;

    public static EngineOptions Options => new() { ModelFolder = ExportedDemoModel.Folder(), Device = EngineDevice.Cpu, MaxSequences = 8 };

    public async Task InitializeAsync() => Engine = await OcrEngine.LoadAsync(Options);

    public async Task DisposeAsync() => await Engine.DisposeAsync();

    /// <summary>A picture of demo-model/documents.</summary>
    public static OcrPicture Document(string name) => new(File.ReadAllBytes(Path.Combine(DemoModel.Repository, "demo-model", "documents", name)), name);

    public static async Task Until(Func<bool> condition)
    {
        for (int i = 0; !condition(); i++)
        {
            Assert.True(i < 6000, "It did not happen within 60 s.");
            await Task.Delay(10);
        }
    }
}

[CollectionDefinition(Name)]
public sealed class SharedDemoEngine : ICollectionFixture<DemoEngine>
{
    public const string Name = "demo engine";
}
