using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Recognise;

/// <summary>What the pages need of an engine; tests put a scripted one in its place.</summary>
internal interface IPageReader : IAsyncDisposable
{
    /// <summary>A snapshot; never blocks.</summary>
    EngineStatus Status { get; }

    /// <summary>Answers a request as a stream; errors as <see cref="OcrEngine.StreamAsync"/>.</summary>
    IAsyncEnumerable<OcrEvent> ReadAsync(OcrRequest request, CancellationToken cancellationToken);

    /// <summary>As <see cref="OcrEngine.SelfCheckAsync"/>.</summary>
    Task<SelfCheckReport> SelfCheckAsync(CancellationToken cancellationToken);
}

/// <summary>Loads a reader and warms it up.</summary>
internal delegate Task<IPageReader> LoadPageReader(EngineOptions options, CancellationToken cancellationToken);
