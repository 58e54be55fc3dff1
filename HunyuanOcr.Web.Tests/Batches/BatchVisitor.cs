using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using HunyuanOcr.Web.Batches;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;
using HunyuanOcr.Web.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Batches;

/// <summary>A browser with its cookies and the page's token, and the owner that the server knows it as.</summary>
internal sealed partial class BatchVisitor : IDisposable
{
    private readonly TestApp _app;
    private readonly HttpClient _client;

    private BatchVisitor(TestApp app, HttpClient client, string owner)
    {
        _app = app;
        _client = client;
        Owner = owner;
    }

    internal string Owner { get; }

    internal BatchStore Store => _app.Services.GetRequiredService<BatchStore>();

    /// <param name="app">The server.</param>
    /// <param name="owner">The owner where another server knows it as one already; null makes one.</param>
    internal static async Task<BatchVisitor> OpenAsync(TestApp app, string? owner = null)
    {
        HttpClient client = app.CreateClient(new() { HandleCookies = false });
        using HttpResponseMessage page = await client.GetAsync(new Uri("/", UriKind.Relative));
        string[] cookies = [.. page.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0])];
        client.DefaultRequestHeaders.Add("Cookie", string.Join("; ", cookies));
        client.DefaultRequestHeaders.Add("RequestVerificationToken", Token().Match(await page.Content.ReadAsStringAsync()).Groups[1].Value);
        DefaultHttpContext context = new();
        context.Request.Headers.Cookie = cookies;
        return new(app, client, owner ?? app.Services.GetRequiredService<OwnerCookie>().Find(context)!);
    }

    internal Task<Batch> BatchAsync(ReadingTask? task = null) => Store.CreateAsync(Owner, "Batch of 16 June", task ?? new());

    internal async Task<HttpResponseMessage> SendAsync(string batch, byte[] file, string name, string? upload = null, string? replace = null, int? place = null)
    {
        using ByteArrayContent content = new(file);
        content.Headers.ContentType = new("application/octet-stream");
        content.Headers.Add("X-File-Name", Uri.EscapeDataString(name));
        content.Headers.Add(BatchRoutes.UploadHeader, upload ?? Guid.NewGuid().ToString("N"));
        if (place is { } chosen)
            content.Headers.Add(BatchRoutes.PlaceHeader, chosen.ToString(CultureInfo.InvariantCulture));
        if (replace is not null)
            content.Headers.Add("X-Replace", replace);
        return await _client.PostAsync(new Uri($"/batches/{batch}/files", UriKind.Relative), content);
    }

    internal async Task SendAllAsync(string batch, params (string Name, byte[] File)[] files)
    {
        foreach ((string name, byte[] file) in files)
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(batch, file, name)).StatusCode);
    }

    internal Task<HttpResponseMessage> GetAsync(string address) => _client.GetAsync(new Uri(address, UriKind.Relative));

    internal async Task<byte[]> DownloadAsync(string address)
    {
        using HttpResponseMessage answer = await GetAsync(address);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync();
    }

    internal Task<List<BatchItem>> ItemsAsync(string batch) => ItemsAsync(_app.Services, batch);

    internal static async Task<List<BatchItem>> ItemsAsync(IServiceProvider services, string batch)
    {
        await using StudioDatabase database = await services.GetRequiredService<IDbContextFactory<StudioDatabase>>().CreateDbContextAsync();
        return await database.BatchItems.AsNoTracking().Where(item => item.BatchId == batch).OrderBy(item => item.Position).ThenBy(item => item.FileName).ThenBy(item => item.Page).ToListAsync();
    }

    /// <summary>Waits until the batch has ended.</summary>
    internal Task<Batch> EndAsync(string batch) => StateAsync(batch, state => state is BatchState.Done or BatchState.Cancelled);

    internal async Task<Batch> StateAsync(string id, Func<BatchState, bool> wanted)
    {
        for (int wait = 0; ; wait++)
        {
            Batch batch = (await Store.FindAsync(id, Owner))!;
            if (wanted(batch.State))
                return batch;
            Assert.True(wait < 600, $"The batch is still {batch.State}: {JsonSerializer.Serialize((await ItemsAsync(id)).Select(item => new { item.FileName, item.Page, State = item.State.ToString(), item.Attempts, item.Fault }))}");
            await Task.Delay(100);
        }
    }

    internal async Task UntilAsync(string id, Func<List<BatchItem>, bool> wanted)
    {
        for (int wait = 0; !wanted(await ItemsAsync(id)); wait++)
        {
            Assert.True(wait < 600, $"It did not come to it: {JsonSerializer.Serialize((await ItemsAsync(id)).Select(item => new { item.FileName, item.Page, State = item.State.ToString(), item.Attempts, item.Fault }))}");
            await Task.Delay(100);
        }
    }

    public void Dispose() => _client.Dispose();

    [GeneratedRegex("name=\"request-token\" content=\"([^\"]+)\"")]
    private static partial Regex Token();
}
