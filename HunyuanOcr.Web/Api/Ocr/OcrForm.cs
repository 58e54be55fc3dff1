using System.Text;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Security;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace HunyuanOcr.Web.Api.Ocr;

/// <summary>The multipart body of a call: one file, which goes straight to disk, and short texts.</summary>
internal sealed class OcrForm : IDisposable
{
    private const int LongestText = 65_536;
    private const int MostTexts = 128;
    private const int LongestBoundary = 100;

    private readonly List<(string Name, string Value)> _texts = [];

    /// <summary>The file.</summary>
    internal OcrUpload? File { get; private set; }

    /// <summary>Names of all texts, each once.</summary>
    internal IEnumerable<string> Names => _texts.Select(text => text.Name).Distinct(StringComparer.Ordinal);

    /// <summary>All values of a name, in order.</summary>
    internal IReadOnlyList<string> All(string name) => [.. _texts.Where(text => text.Name == name).Select(text => text.Value)];

    /// <summary>Reads the body. The caller disposes of the form, and the file with it.</summary>
    /// <exception cref="ApiFaultException">The body is no proper form.</exception>
    /// <exception cref="DocumentRefusedException">The file is refused.</exception>
    internal static async Task<OcrForm> ReadAsync(HttpContext context, StudioOptions options)
    {
        HttpRequest request = context.Request;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            throw Fault(StatusCodes.Status415UnsupportedMediaType, "The body is no form. Send multipart/form-data with the picture or PDF as \"file\".", "unsupported_content_type");
        string boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > LongestBoundary)
            throw Fault(StatusCodes.Status400BadRequest, "The content type of the form names no proper boundary. Let your HTTP library set it.", "invalid_form");
        long most = options.Limits.MaxUploadBytes + (LongestText * 4);
        if (request.ContentLength > most)
            throw new DocumentRefusedException(new(RefusalCode.TooLarge, "file", request.ContentLength.Value, Limit: options.Limits.MaxUploadBytes));
        BodyRest.Limit(context, most);
        OcrForm form = new();
        try
        {
            MultipartReader reader = new(boundary, request.Body) { HeadersCountLimit = 16, HeadersLengthLimit = 16_384 };
            while (await reader.ReadNextSectionAsync(context.RequestAborted) is { } section)
                await form.TakeAsync(section, options, context.RequestAborted);
            return form;
        }
        catch (Exception e) when (e is InvalidDataException or IOException && e is not BadHttpRequestException)
        {
            form.Dispose();
            throw new ApiFaultException(ApiFault.BadRequest($"The form is broken: {e.Message}", code: "invalid_form"), e);
        }
        catch
        {
            form.Dispose();
            throw;
        }
    }

    public void Dispose() => File?.Dispose();

    private async Task TakeAsync(MultipartSection section, StudioOptions options, CancellationToken cancellationToken)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition) || HeaderUtilities.RemoveQuotes(disposition.Name).ToString() is not { Length: > 0 } name)
            throw new ApiFaultException(ApiFault.BadRequest("A part of the form has no name.", code: "invalid_form"));
        if (disposition.IsFileDisposition())
        {
            if (name != "file")
                throw new ApiFaultException(ApiFault.BadRequest($"\"{Short(name)}\" is a file; the one file of a call is called \"file\".", Short(name), "unknown_parameter"));
            if (File is not null)
                throw new ApiFaultException(ApiFault.BadRequest("The form holds more than one file. Send one picture or PDF a call.", "file", "too_many_files"));
            string given = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).ToString();
            File = await OcrUpload.ReceiveAsync(given, section.Body, options, cancellationToken);
            return;
        }
        if (_texts.Count == MostTexts)
            throw new ApiFaultException(ApiFault.BadRequest($"The form has more than {MostTexts} parts.", code: "invalid_form"));
        byte[] text = new byte[LongestText + 1];
        int length = await section.Body.ReadAtLeastAsync(text, text.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > LongestText)
            throw new ApiFaultException(ApiFault.BadRequest($"\"{Short(name)}\" is longer than {LongestText} bytes.", Short(name), "too_long"));
        _texts.Add((name, Encoding.UTF8.GetString(text, 0, length)));
    }

    private static string Short(string name) => name.Length > 40 ? name[..40] : name;

    private static ApiFaultException Fault(int status, string message, string code) => new(new(status, message, ApiFaultType.InvalidRequest, Code: code));
}
