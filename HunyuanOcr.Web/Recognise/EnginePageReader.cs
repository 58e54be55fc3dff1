using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Recognise;

/// <summary>The engine as a page reader.</summary>
internal sealed class EnginePageReader(OcrEngine engine) : IPageReader
{
    public EngineStatus Status => engine.Status;

    internal static async Task<IPageReader> LoadAsync(EngineOptions options, CancellationToken cancellationToken) =>
        new EnginePageReader(await OcrEngine.LoadAsync(options, cancellationToken));

    public IAsyncEnumerable<OcrEvent> ReadAsync(OcrRequest request, CancellationToken cancellationToken) => engine.StreamAsync(request, cancellationToken);

    public Task<SelfCheckReport> SelfCheckAsync(CancellationToken cancellationToken) => engine.SelfCheckAsync(cancellationToken);

    public ValueTask DisposeAsync() => engine.DisposeAsync();
}
