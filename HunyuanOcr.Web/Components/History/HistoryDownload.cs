using System.Globalization;
using System.IO.Compression;
using System.Text;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;
using HunyuanOcr.Web.Security;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;

namespace HunyuanOcr.Web.Components.History;

/// <summary>What History gives by HTTP: a ZIP of the runs that a filter shows, and the picture behind a link.</summary>
internal static class HistoryDownload
{
    /// <summary>Runs asked for at once.</summary>
    private const int Portion = 100;

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/history/download", static (HttpContext context, OwnerCookie owners, RunHistory history, string? text, TaskKind? task, RunState? state, int? days, RunOrder? order, bool? key) =>
        {
            if ((key == true ? Caller.Of(context.User)?.Owner : owners.Find(context)) is not { } owner)
                return (IResult)TypedResults.NotFound();
            RunFilter filter = new(text ?? "", task, state, days ?? 0, order ?? RunOrder.Newest);
            return TypedResults.Stream(output => WriteAsync(output, context, history, owner, filter), "application/zip", "history.zip");
        });
        routes.MapGet("/shared/{token}/picture", static async (string token, HttpContext context, RunHistory history, DocumentStore documents) =>
        {
            if (await history.FindSharedAsync(token) is not { } view)
                return (IResult)TypedResults.NotFound();
            (string path, string type) = await documents.ShownAsync(view.Document, context.RequestAborted);
            context.Response.Headers.ContentSecurityPolicy = SecurityHeaders.FilePolicy;
            context.Response.Headers.CacheControl = "private, no-store";
            return File.Exists(path) ? TypedResults.PhysicalFile(path, type) : TypedResults.NotFound();
        });
    }

    /// <summary>The filter as the query of an address.</summary>
    /// <param name="filter">Which runs.</param>
    /// <param name="byKey">Those of the key that the browser is signed in with, instead of the browser's.</param>
    internal static string Query(RunFilter filter, bool byKey)
    {
        QueryBuilder query = new();
        if (filter.Text.Trim().Length > 0)
            query.Add("text", filter.Text.Trim());
        if (filter.Task is { } task)
            query.Add("task", task.ToString());
        if (filter.State is { } state)
            query.Add("state", state.ToString());
        if (filter.Days > 0)
            query.Add("days", filter.Days.ToString(CultureInfo.InvariantCulture));
        query.Add("order", filter.Order.ToString());
        if (byKey)
            query.Add("key", "true");
        return query.ToString();
    }

    /// <summary>Two files a run, written while they are read: neither memory nor disk holds the whole.</summary>
    private static async Task WriteAsync(Stream output, HttpContext context, RunHistory history, string owner, RunFilter filter)
    {
        // A ZIP's directory is written without waiting; Kestrel asks to be told.
        if (context.Features.Get<IHttpBodyControlFeature>() is { } control)
            control.AllowSynchronousIO = true;
        using ZipArchive zip = new(output, ZipArchiveMode.Create, leaveOpen: true);
        int number = 0;
        for (int skip = 0; ; skip += Portion)
        {
            (IReadOnlyList<RunSummary> runs, _) = await history.ListAsync(owner, filter, skip, Portion, context.RequestAborted);
            foreach (RunSummary run in runs)
            {
                number++;
                if (history.Load(run.Id, owner) is not { } view)
                    continue;
                string name = $"{number:D4}-{FileName(run.FileName)}";
                await AddAsync(zip, name + ".txt", Encoding.UTF8.GetBytes(RunText.Of(view)), run.CreatedAt, context.RequestAborted);
                await AddAsync(zip, name + ".json", RunJson.Of(view), run.CreatedAt, context.RequestAborted);
            }
            if (runs.Count < Portion)
                return;
        }
    }

    private static async Task AddAsync(ZipArchive zip, string name, byte[] bytes, DateTimeOffset moment, CancellationToken cancellationToken)
    {
        ZipArchiveEntry entry = zip.CreateEntry(name);
        entry.LastWriteTime = moment;
        await using Stream file = await entry.OpenAsync(cancellationToken);
        await file.WriteAsync(bytes, cancellationToken);
    }

    /// <summary>A name that is a file name on every system: what a visitor called a file never leads out of a folder.</summary>
    private static string FileName(string name)
    {
        string plain = string.Concat(Path.GetFileNameWithoutExtension(name).Select(letter => letter < ' ' || "\\/:*?\"<>|".Contains(letter, StringComparison.Ordinal) ? '_' : letter)).Trim('.', ' ');
        return plain.Length == 0 ? "picture" : plain;
    }
}
