using System.Security.Cryptography;
using System.Text.Json;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Api.Runs;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Recognise;
using HunyuanOcr.Web.Security;

namespace HunyuanOcr.Web.Api;

/// <summary>POST /v1/chat/completions and POST /v1/completions: checks, fetches, reads, answers.</summary>
internal sealed partial class AnswerEndpoint(ReaderHost host, ServedModel model, RemotePictures remote, ApiRuns runs, StudioOptions options, TimeProvider time, ILogger<AnswerEndpoint> logger)
{
    /// <summary>Longest silence on a stream.</summary>
    private static readonly TimeSpan _beat = TimeSpan.FromSeconds(15);

    internal Task ChatAsync(HttpContext context) => AnswerAsync(context, ChatQuestion.Read, static (head, asked) => new ChatShape(head, asked.Choices, asked.Alternatives), "chatcmpl-");

    internal Task CompleteAsync(HttpContext context) => AnswerAsync(context, TextQuestion.Read, static (head, asked) => new TextShape(head, asked.Choices, asked.Alternatives), "cmpl-");

    private async Task AnswerAsync(HttpContext context, Func<JsonElement, ApiOptions, int, ApiQuestion> read, Func<AnswerHead, AnswerParameters, AnswerShape> shapeOf, string prefix)
    {
        CancellationToken gone = context.RequestAborted;
        ApiQuestion question = await QuestionAsync(context, read);
        ModelCard card = model.Card(question.Model);
        OcrRequest[] requests = question.ToRequests(await PicturesAsync(question, gone), options.Limits.MaxTokens);
        AnswerHead head = new(prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)), time.GetUtcNow().ToUnixTimeSeconds(), question.Model, ServedModel.Fingerprint(card));
        AnswerShape shape = shapeOf(head, question.Parameters);
        CallRuns kept = runs.Begin(context, question.Store);
        IPageReader reader = await host.WaitAsync(gone);
        try
        {
            IAsyncEnumerable<AnswerEvent> events = AnswerRun.ReadAsync((request, cancel) => kept.Watch(reader.ReadAsync(request, cancel), request, head.Id, null, cancel), requests, gone);
            if (question.Parameters.Stream)
                await StreamAsync(context, reader, question, events, shape);
            else
                await shape.WriteAsync(context, await WholeAsync(events, requests.Length, gone));
        }
        catch (OcrException e)
        {
            if (e is OcrEngineException { EngineDead: true })
                host.Died(reader);
            throw Refused(context, question, e);
        }
    }

    private async Task<ApiQuestion> QuestionAsync(HttpContext context, Func<JsonElement, ApiOptions, int, ApiQuestion> read)
    {
        if (host.State != ReaderState.Ready)
            throw new ApiFaultException(ServedModel.Missing(host));
        using JsonDocument body = await ApiBody.ReadAsync(context, options.Limits.MaxBodyBytes);
        return read(body.RootElement, options.Api, options.Limits.MaxTokens);
    }

    private async Task<ReadOnlyMemory<byte>[]> PicturesAsync(ApiQuestion question, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>[] pictures = new ReadOnlyMemory<byte>[question.Pictures.Count];
        long left = options.Limits.MaxUploadBytes;
        for (int i = 0; i < pictures.Length; i++)
        {
            PictureSource source = question.Pictures[i];
            pictures[i] = source.Address is null ? source.Bytes : await remote.FetchAsync(source, left, cancellationToken);
            left -= source.Address is null ? 0 : pictures[i].Length;
        }
        return pictures;
    }

    private static async Task<OcrResult[]> WholeAsync(IAsyncEnumerable<AnswerEvent> events, int count, CancellationToken cancellationToken)
    {
        OcrResult?[] answers = new OcrResult?[count];
        await foreach (AnswerEvent happened in events.WithCancellation(cancellationToken))
            if (happened.Event is OcrFinished finished)
                answers[happened.Index] = finished.Result;
        return [.. answers.Select(answer => answer ?? throw Unanswered())];
    }

    private async Task StreamAsync(HttpContext context, IPageReader reader, ApiQuestion question, IAsyncEnumerable<AnswerEvent> events, AnswerShape shape)
    {
        CancellationToken gone = context.RequestAborted;
        EventStream stream = new(context);
        try
        {
            OcrResult?[] answers = new OcrResult?[question.Parameters.Choices];
            bool[] begun = new bool[answers.Length];
            await foreach (AnswerEvent? happened in events.WithBeats(_beat, gone))
                await SendAsync(stream, shape, happened, begun, answers);
            OcrResult[] whole = [.. answers.Select(answer => answer ?? throw Unanswered())];
            if (question.Parameters.IncludeUsage)
                await shape.WriteAsync(stream, Usage.Of(whole));
        }
        catch (OperationCanceledException) when (context.Response.HasStarted && ServerLimits.IsTimedOut(context))
        {
            await stream.WriteAsync(ServerLimits.TimedOut(options.Limits).ToJson());
        }
        catch (Exception e) when (context.Response.HasStarted && !gone.IsCancellationRequested)
        {
            // The status is sent already: the fault becomes the last event, and the stream ends as streams do.
            if (e is OcrEngineException { EngineDead: true })
                host.Died(reader);
            ApiFault fault = e is OcrException refused ? question.Fault(refused, ApiFaults.Id(context)) : ApiFaults.Of(e, ApiFaults.Id(context));
            Log.StreamFailed(logger, ApiFaults.Id(context), fault.Status, e);
            await stream.WriteAsync(fault.ToJson());
        }
        await stream.WriteAsync("[DONE]"u8);
    }

    private static async Task SendAsync(EventStream stream, AnswerShape shape, AnswerEvent? happened, bool[] begun, OcrResult?[] answers)
    {
        if (happened is not { } some)
        {
            await stream.BeatAsync();
            return;
        }
        if (some.Event is not (OcrDelta or OcrFinished))
            return;
        if (!begun[some.Index])
            await shape.BeginAsync(stream, some.Index);
        begun[some.Index] = true;
        if (some.Event is OcrDelta delta)
        {
            await shape.WriteAsync(stream, some.Index, delta);
            return;
        }
        answers[some.Index] = ((OcrFinished)some.Event).Result;
        await shape.EndAsync(stream, some.Index, ((OcrFinished)some.Event).Result);
    }

    private ApiFaultException Refused(HttpContext context, ApiQuestion question, OcrException e)
    {
        ApiFault fault = question.Fault(e, ApiFaults.Id(context));
        if (fault.Status >= StatusCodes.Status500InternalServerError)
            Log.StreamFailed(logger, ApiFaults.Id(context), fault.Status, e);
        return new(fault, e);
    }

    private static OcrEngineException Unanswered() => new("The engine ended the request without an answer.", engineDead: false);

    private static partial class Log
    {
        [LoggerMessage(6002, LogLevel.Warning, "Request {Request} failed while it was answered, status {Status}.")]
        internal static partial void StreamFailed(ILogger logger, string request, int status, Exception exception);
    }
}
