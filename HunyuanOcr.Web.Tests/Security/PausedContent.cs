using System.Net;

namespace HunyuanOcr.Web.Tests.Security;

/// <summary>A body that begins and then waits until it is told to end.</summary>
internal sealed class PausedContent : HttpContent
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PausedContent() => Headers.ContentType = new("application/json");

    internal Task Begun => _begun.Task;

    internal void End() => _end.TrySetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync("{ "u8.ToArray());
        await stream.FlushAsync();
        _begun.TrySetResult();
        await _end.Task;
        await stream.WriteAsync("}"u8.ToArray());
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
