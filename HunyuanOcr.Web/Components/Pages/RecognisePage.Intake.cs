using HunyuanOcr.Web.Api;
using HunyuanOcr.Web.Components.Recognise;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Documents.Pdf;
using HunyuanOcr.Web.Language;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Radzen;

namespace HunyuanOcr.Web.Components.Pages;

/// <summary>What comes into the page: files that the browser sends, samples, and pictures by their address.</summary>
public sealed partial class RecognisePage
{
    [Inject]
    private RemotePictures Remote { get; set; } = null!;

    [Inject]
    private PdfRenderer Pdfs { get; set; } = null!;

    [Inject]
    private SampleGallery Gallery { get; set; } = null!;

    /// <summary>The picture's pages and files that are read together.</summary>
    internal const int MostFiles = 200;

    private DocumentRefusal Named(DocumentRefusal refusal) =>
        refusal.Code == RefusalCode.TooLarge ? refusal with { Limit = Options.Limits.MaxUploadBytes } : refusal;

    /// <summary>The browser shows a picture that is still on its way.</summary>
    [JSInvokable]
    public void Previewed(string name, long bytes, string address, int width, int height)
    {
        _reading.Cancel();
        _reading.Leave();
        _refusal = null;
        _tab = null;
        _sent = new SentFile(name, bytes, address, width, height);
        StateHasChanged();
    }

    /// <summary>Files have arrived: reading starts at once. Those that were not taken are named.</summary>
    [JSInvokable]
    public void Uploaded(IReadOnlyList<DocumentEndpoints.Described> taken, IReadOnlyList<DocumentRefusal> refused)
    {
        List<StoredDocument> documents = [.. taken.Select(file => Documents.Find(file.Id, Visitor.Owner)).OfType<StoredDocument>()];
        if (documents.Count == 0 && refused.Count == 0)
            Show(new DocumentRefusal(RefusalCode.NotSent, taken.Count > 0 ? taken[0].Name : "", 0));
        else
            Arrived(documents, refused);
    }

    private void Arrived(IReadOnlyList<StoredDocument> documents, IReadOnlyList<DocumentRefusal> refused)
    {
        _tab = null;
        if (documents.Count == 0)
        {
            Show(Named(refused[0]));
            return;
        }
        foreach (DocumentRefusal refusal in refused.Take(3))
            Notifications.Notify(NotificationSeverity.Warning, RefusalWords.Of(refusal, W).Title, refusal.Name, duration: 12_000);
        if (documents is [{ IsPdf: false } only])
            Read(only);
        else
            Open(Piles.Start(documents, _task));
    }

    /// <summary>A document was not taken.</summary>
    [JSInvokable]
    public void Refused(int status, DocumentRefusal refusal) => Show(Named(refusal));

    /// <summary>More files came at once than are taken.</summary>
    [JSInvokable]
    public void TooManyFiles(int count) => Show(new DocumentRefusal(RefusalCode.TooMany, "", 0, Found: count, Limit: MostFiles));

    private async Task ReadSampleAsync(Sample sample)
    {
        _task = _task with { Kind = sample.Kind, Prompt = "", Fields = sample.Fields is { Count: > 0 } fields ? fields : _task.Fields, Target = sample.Target ?? _task.Target };
        try
        {
            await using Stream picture = Gallery.Open(sample);
            StoredDocument document = await Documents.SaveAsync(Visitor.Owner, sample.File, picture, CancellationToken.None);
            _sent = null;
            Read(document);
        }
        catch (DocumentRefusedException e)
        {
            Show(e.Refusal);
        }
    }

    /// <summary>A picture's address was given: the server fetches it, from allowed hosts only.</summary>
    private async Task FetchAsync(Uri address)
    {
        string name = Path.GetFileName(address.LocalPath) is { Length: > 0 } last ? last : address.Host;
        try
        {
            using MemoryStream file = new(await Remote.FetchAsync(new PictureSource(W["address.label"], default, address), Options.Limits.MaxUploadBytes, CancellationToken.None), writable: false);
            (IReadOnlyList<StoredDocument> taken, IReadOnlyList<DocumentRefusal> refused) = await Documents.TakeAsync(Visitor.Owner, name, file, Pdfs, CancellationToken.None);
            Arrived(taken, refused);
        }
        catch (ApiFaultException e)
        {
            Show(new DocumentRefusal(RefusalCode.NotFetched, name, 0, Detail: e.Fault.Message));
        }
        catch (DocumentRefusedException e)
        {
            Show(e.Refusal);
        }
    }

    private void Read(StoredDocument document)
    {
        // What the browser showed of this very file stays; of another file it must not.
        if (_sent is { } sent && (sent.Name != document.Name || sent.Bytes != document.Bytes))
            _sent = null;
        _reading.Run?.Cancel();
        Open(Runs.Start(document, _task));
    }
}
