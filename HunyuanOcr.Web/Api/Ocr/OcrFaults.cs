using System.Text.Json;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Language;

namespace HunyuanOcr.Web.Api.Ocr;

/// <summary>Refusals of files in the API's words, which are the page's words in English.</summary>
internal static class OcrFaults
{
    /// <summary>A file, or a page of it, that is not read.</summary>
    internal static ApiFault Of(DocumentRefusal refusal)
    {
        (string title, string found, string remedy) = RefusalWords.Of(refusal, Words.Of(PageLanguage.English));
        string input = refusal.Page is { } page ? $"{refusal.Name}, page {page}," : refusal.Name;
        // The engine calls more pixels than allowed 413 too; pages call it 422.
        int status = refusal.Code == RefusalCode.TooManyPixels ? StatusCodes.Status413PayloadTooLarge : refusal.Status;
        return new(status, $"{title}: {input} {found} {remedy}", status >= StatusCodes.Status500InternalServerError ? ApiFaultType.Server : ApiFaultType.InvalidRequest, "file", refusal.Code);
    }

    /// <summary>Whatever kept a page from being read.</summary>
    /// <param name="id">The request's id in the log.</param>
    internal static ApiFault Of(Exception e, string id) => e switch
    {
        DocumentRefusedException refused => Of(refused.Refusal),
        OcrPictureException picture => ApiFault.From(picture, id, "file"),
        OcrRequestException request => ApiFault.From(request, id, JsonNamingPolicy.SnakeCaseLower.ConvertName(request.Parameter.Split('.')[^1])),
        _ => ApiFaults.Of(e, id),
    };
}
