using System.Net;
using System.Text.Json;

namespace HunyuanOcr.Web.Tests.Api.Ocr;

/// <summary>Calls of POST /v1/ocr as programs make them.</summary>
internal static class OcrCalls
{
    internal static Uri Route { get; } = new("/v1/ocr", UriKind.Relative);

    /// <summary>A form with a file and texts; a null file leaves it out.</summary>
    internal static MultipartFormDataContent Form(byte[]? file, string name = "page.png", params (string Name, string Value)[] texts)
    {
        MultipartFormDataContent form = [];
        foreach ((string key, string value) in texts)
            form.Add(new StringContent(value), key);
        if (file is not null)
            form.Add(new ByteArrayContent(file), "file", name);
        return form;
    }

    internal static async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpClient client, byte[]? file, string name = "page.png", params (string Name, string Value)[] texts)
    {
        using MultipartFormDataContent form = Form(file, name, texts);
        using HttpResponseMessage answer = await client.PostAsync(Route, form);
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }

    /// <summary>The events of a streamed answer.</summary>
    internal static async Task<List<(string Event, JsonElement Data)>> StreamAsync(HttpClient client, byte[] file, string name = "page.png", params (string Name, string Value)[] texts)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, Route) { Content = Form(file, name, texts) };
        request.Headers.Accept.ParseAdd("text/event-stream");
        using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return Events(await answer.Content.ReadAsStringAsync());
    }

    internal static List<(string Event, JsonElement Data)> Events(string text) =>
        [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(block =>
        {
            string[] lines = block.Split('\n');
            return (lines.Single(line => line.StartsWith("event: ", StringComparison.Ordinal))[7..], JsonDocument.Parse(lines.Single(line => line.StartsWith("data: ", StringComparison.Ordinal))[6..]).RootElement);
        })];

    /// <summary>The app once its reader is ready: before that every call is told to come again.</summary>
    internal static async Task<HttpClient> ReadyAsync(TestApp app)
    {
        HttpClient client = app.CreateClient();
        while ((await client.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode != HttpStatusCode.OK)
            await Task.Delay(20);
        return client;
    }

    internal static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    internal static JsonElement Page(this JsonElement answer, int index) => answer.GetProperty("pages")[index];
}
