using HunyuanOcr.Web.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HunyuanOcr.Web.Recognise;

/// <summary>Results by HTTP as files.</summary>
internal static class RunDownloads
{
    /// <summary>GET /runs/{id}/{format} and, with all pages, /piles/{id}/{format}; for the owner only.</summary>
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/runs/{id}/{format}", static (string id, string format, HttpContext context, RecogniseRuns runs, OwnerCookie owners) =>
            RunFormat.Find(format) is { } known && owners.Among(context, owner => runs.Find(id, owner)) is { } run
                ? (IResult)File(known, [new RunPage(1, run.View())], run.Document.Name)
                : TypedResults.NotFound());
        routes.MapGet("/piles/{id}/{format}", static (string id, string format, HttpContext context, ReadingPiles piles, OwnerCookie owners) =>
            RunFormat.Find(format) is { } known && owners.Among(context, owner => piles.Find(id, owner)) is { Read: { Count: > 0 } pages } pile
                ? (IResult)File(known, pages, pile.Name)
                : TypedResults.NotFound());
    }

    /// <summary>The pages as a file named after their document.</summary>
    internal static FileContentHttpResult File(RunFormat format, IReadOnlyList<RunPage> pages, string name) =>
        TypedResults.File(format.Write(pages), format.MediaType, Path.GetFileNameWithoutExtension(name) + format.Extension);
}
