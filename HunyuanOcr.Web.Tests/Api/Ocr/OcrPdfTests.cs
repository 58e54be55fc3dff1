using System.Net;
using System.Text.Json;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Documents.Pdf;
using HunyuanOcr.Web.Tests.Documents.Pdf;
using HunyuanOcr.Web.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Api.Ocr;

/// <summary>PDFs through the API, drawn by the real poppler.</summary>
public sealed class OcrPdfTests : IDisposable
{
    private readonly TestApp _app = new(new() { ["Limits:MaxPdfPages"] = "20" });

    public void Dispose() => _app.Dispose();

    [SkippableFact]
    public async Task The_asked_pages_come_in_order_each_with_its_own_pixels()
    {
        using HttpClient client = await ReadyAsync();
        (HttpStatusCode status, JsonElement answer) = await OcrCalls.SendAsync(client, TestPdfs.Pages(9), "report.pdf", ("pages", "7,1-3"));
        Assert.Equal((HttpStatusCode.OK, "ok", "application/pdf", 9), (status, answer.Text("status"), answer.GetProperty("file").Text("type"), answer.GetProperty("file").GetProperty("pages").GetInt32()));
        Assert.Equal([1, 2, 3, 7], answer.GetProperty("pages").EnumerateArray().Select(page => page.GetProperty("page").GetInt32()));
        JsonElement first = answer.Page(0);
        Assert.InRange(first.GetProperty("width").GetInt32() * first.GetProperty("height").GetInt32(), 575_000, 589_824);
        Assert.InRange(first.GetProperty("dpi").GetDouble(), 70, 80);
        Assert.True(first.GetProperty("seconds").GetProperty("render").GetDouble() > 0);
        Assert.Equal(4 * 300, answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
        Assert.Equal(4, _app.Reader.Requests.Count);
    }

    [SkippableFact]
    public async Task One_bad_page_does_not_end_a_document()
    {
        using HttpClient client = await ReadyAsync();
        byte[] pdf = TestPdfs.Boxes("0 0 595 842", "0 0 1000000 1000000", "0 0 595 842");
        (HttpStatusCode status, JsonElement answer) = await OcrCalls.SendAsync(client, pdf, "plan.pdf");
        Assert.Equal((HttpStatusCode.OK, "partial"), (status, answer.Text("status")));
        Assert.Equal(["ok", "error", "ok"], answer.GetProperty("pages").EnumerateArray().Select(page => page.Text("status")));
        Assert.Equal("pdf_page_size", answer.Page(1).GetProperty("error").Text("code"));
        Assert.Contains("plan.pdf, page 2,", answer.Page(1).GetProperty("error").Text("message"), StringComparison.Ordinal);
        List<(string Event, JsonElement Data)> events = await OcrCalls.StreamAsync(client, pdf, "plan.pdf");
        Assert.Equal([1, 2, 3], events.Where(happened => happened.Event == "page.done").Select(happened => happened.Data.GetProperty("page").GetInt32()));
        Assert.Equal("partial", events[^1].Data.Text("status"));
    }

    [SkippableFact]
    public async Task A_document_of_which_no_page_can_be_read_is_an_error()
    {
        using HttpClient client = await ReadyAsync();
        _app.Reader.Script = (_, _) => throw new OcrPictureException(OcrPictureFault.Damaged, "page", "It ends early.");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await OcrCalls.SendAsync(client, TestPdfs.Pages(2), "a.pdf")).Status);
    }

    [SkippableTheory]
    [InlineData("encrypted", "pdf_encrypted")]
    [InlineData("no pages", "pdf_no_pages")]
    [InlineData("10,000 pages", "pdf_too_many_pages")]
    [InlineData("giant box", "pdf_page_size")]
    [InlineData("half", "pdf_damaged")]
    public async Task A_bad_PDF_is_422_with_its_reason(string kind, string code)
    {
        using HttpClient client = await ReadyAsync();
        (HttpStatusCode status, JsonElement body) = await OcrCalls.SendAsync(client, PdfRendererTests.Bad(kind), "a.pdf");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, code, "file"), (status, body.GetProperty("error").Text("code"), body.GetProperty("error").Text("param")));
        Assert.Empty(_app.Reader.Requests);
    }

    [SkippableFact]
    public async Task A_client_that_goes_away_ends_the_drawing_too()
    {
        using HttpClient client = await ReadyAsync();
        PopplerTools tools = _app.Services.GetRequiredService<PopplerTools>();
        using CancellationTokenSource gone = new();
        using MultipartFormDataContent form = OcrCalls.Form(TestPdfs.Slow(), "slow.pdf");
        Task<HttpResponseMessage> call = client.PostAsync(OcrCalls.Route, form, gone.Token);
        for (int i = 0; i < 1500 && !call.IsCompleted && !(tools.Running == 1 && _app.Reader.Requests.Count == 0 && i > 50); i++)
            await Task.Delay(20);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await MetricsTests.UntilAsync(() => Task.FromResult(tools.Running == 0));
        Assert.Empty(_app.Reader.Requests);
    }

    [Fact]
    public async Task Without_poppler_a_PDF_is_501_and_names_the_package()
    {
        using TestApp bare = new();
        using var without = bare.WithWebHostBuilder(builder => Microsoft.AspNetCore.TestHost.WebHostBuilderExtensions.ConfigureTestServices(builder, services => services.AddSingleton(new PopplerTools(bare.Folder))));
        using HttpClient client = without.CreateClient();
        while ((await client.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode != HttpStatusCode.OK)
            await Task.Delay(20);
        (HttpStatusCode status, JsonElement body) = await OcrCalls.SendAsync(client, TestPdfs.Pages(1), "a.pdf");
        Assert.Equal(HttpStatusCode.NotImplemented, status);
        Assert.Contains("poppler-utils", body.GetProperty("error").Text("message"), StringComparison.Ordinal);
    }

    private Task<HttpClient> ReadyAsync()
    {
        Skip.If(PopplerTools.OfMachine().Missing.Count > 0, "poppler-utils is not installed.");
        return OcrCalls.ReadyAsync(_app);
    }
}
