using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Threading.Channels;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;
using HunyuanOcr.Web.Security;

namespace HunyuanOcr.Web.Api.Runs;

/// <summary>Keeps what the API reads in the History of the key that asked. It is written after its answer has gone out, one run after the other: no answer waits for disk or database.</summary>
internal sealed partial class ApiRuns(DocumentStore documents, RunKeeper keeper, ReaderHost host, StudioOptions options, TimeProvider time, ILogger<ApiRuns> logger) : BackgroundService
{
    /// <summary>Runs, and their pictures, that wait in memory. Beyond it connections wait, whose answers are out already, and nothing is lost.</summary>
    private const int Most = 64;

    private readonly Channel<ApiRun> _runs = Channel.CreateBounded<ApiRun>(new BoundedChannelOptions(Most) { SingleReader = true });
    private int _waiting;

    /// <summary>Runs of ended answers that are not written yet.</summary>
    internal int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Begins to gather what a call reads.</summary>
    /// <param name="context">The call.</param>
    /// <param name="store">What the caller said of it: false keeps nothing, true insists, null leaves it to the server.</param>
    /// <exception cref="ApiFaultException">The caller insists where nothing is kept; 400.</exception>
    internal CallRuns Begin(HttpContext context, bool? store)
    {
        string? owner = options.Storage.KeepApiRuns ? Caller.Of(context.User)?.Owner : null;
        if (store == true && owner is null)
            throw new ApiFaultException(ApiFault.BadRequest("store is true, but nothing would be kept: send a key of this server with the request, and have its operator set Storage:KeepApiRuns.", "store", "unsupported_parameter"));
        CallRuns runs = new(store == false ? null : owner, time);
        context.Response.OnCompleted(() => AddAsync(runs));
        return runs;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // Requests have ended before: what they left behind is written, and nothing comes after it.
        _runs.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Ends with the channel, not with the token: see StopAsync.
        await foreach (ApiRun run in _runs.Reader.ReadAllAsync(CancellationToken.None))
        {
            await WriteAsync(run);
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task AddAsync(CallRuns runs)
    {
        foreach (ApiRun run in runs.Ended)
        {
            Interlocked.Increment(ref _waiting);
            await _runs.Writer.WriteAsync(run);
        }
    }

    private async Task WriteAsync(ApiRun run)
    {
        try
        {
            await using Stream picture = PipeReader.Create(new ReadOnlySequence<byte>(run.Picture.Bytes)).AsStream();
            StoredDocument document = await documents.SaveAsync(run.Owner, run.Name, picture, CancellationToken.None);
            await keeper.KeepAsync(run.View(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), document) with { By = ReadBy.Of(host.Status) }, run.EndedAt);
        }
#pragma warning disable CA1031 // A run that cannot be kept must not end the keeping of all others; its caller has the answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.NotKept(logger, (e as DocumentRefusedException)?.Refusal.Code ?? e.GetType().Name, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(6301, LogLevel.Error, "A run of the API could not be kept in History: {Reason}. Its caller has the answer.")]
        internal static partial void NotKept(ILogger logger, string reason, Exception exception);
    }
}
