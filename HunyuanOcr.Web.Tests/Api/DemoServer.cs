using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HunyuanOcr.Inference;
using HunyuanOcr.Inference.Tests;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Recognise;
using HunyuanOcr.Web.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using OpenAI;
using OpenAI.Chat;

namespace HunyuanOcr.Web.Tests.Api;

/// <summary>The real app on a real port with the demo model in fp32, shared by the tests of the API.</summary>
public sealed class DemoServer : IAsyncLifetime, IDisposable
{
    /// <summary>Greedy on any server, whatever the checkpoint's own defaults are.</summary>
    internal const double Greedy = 0;

    private readonly TestApp _app = new(new() { ["Model:Folder"] = ExportedDemoModel.Folder() }, EnginePageReader.LoadAsync);

    internal Uri Address { get; private set; } = new("http://127.0.0.1");

    internal HttpClient Http { get; private set; } = new();

    internal EngineStatus Status => _app.Services.GetRequiredService<ReaderHost>().Status!;

    /// <summary>Answers that are being measured.</summary>
    internal int Readings => _app.Services.GetRequiredService<Readings>().Count;

    public async Task InitializeAsync()
    {
        Address = new Uri(_app.Listen() + "/v1/");
        Http.Dispose();
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(5) };
        await _app.Services.GetRequiredService<ReaderHost>().WaitAsync(CancellationToken.None);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        Http.Dispose();
        _app.Dispose();
    }

    /// <summary>OpenAI's own client.</summary>
    internal ChatClient Chat(string model = "hunyuanocr") => new(model, new ApiKeyCredential("none"), new OpenAIClientOptions
    {
        Endpoint = Address,
        NetworkTimeout = TimeSpan.FromMinutes(5),
        RetryPolicy = new ClientRetryPolicy(0),
    });

    /// <summary>Waits until the engine has nothing to do.</summary>
    internal async Task IdleAsync()
    {
        for (int tries = 0; tries < 1200 && Status is not { Running: 0, Waiting: 0, BlocksUsed: 0 }; tries++)
            await Task.Delay(50);
        Assert.Equal((0, 0, 0), (Status.Running, Status.Waiting, Status.BlocksUsed));
    }

    /// <summary>Sends a body and reads the whole answer.</summary>
    internal async Task<(int Status, JsonNode Body)> PostAsync(string route, JsonNode body, CancellationToken cancellationToken = default)
    {
        using HttpResponseMessage response = await Http.PostAsync(new Uri(route, UriKind.Relative), Json(body), cancellationToken);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!);
    }

    /// <summary>Sends a body and reads the answer's events, without the last, which is [DONE].</summary>
    internal async Task<List<JsonNode>> StreamAsync(string route, JsonNode body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(route, UriKind.Relative)) { Content = Json(body) };
        using HttpResponseMessage response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        string[] events = [.. (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith(':'))];
        Assert.All(events, line => Assert.StartsWith("data: ", line, StringComparison.Ordinal));
        Assert.Equal("data: [DONE]", events[^1]);
        return [.. events[..^1].Select(line => JsonNode.Parse(line["data: ".Length..])!)];
    }

    internal static StringContent Json(JsonNode body) => new(body.ToJsonString(), Encoding.UTF8, "application/json");

    /// <summary>A chat request about one picture.</summary>
    internal static JsonObject ChatBody(string text, string? file = null, int? maxTokens = null)
    {
        JsonArray content = [];
        if (file is not null)
            content.Add(new JsonObject { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = DataUrl(Document(file)) } });
        content.Add(new JsonObject { ["type"] = "text", ["text"] = text });
        JsonObject body = new() { ["model"] = "hunyuanocr", ["temperature"] = Greedy, ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = content }) };
        if (maxTokens is { } most)
            body["max_tokens"] = most;
        return body;
    }

    internal static string ChatText(JsonNode answer) => (string)answer["choices"]![0]!["message"]!["content"]!;

    internal static byte[] Document(string file) => File.ReadAllBytes(Path.Combine(Repository.Root, "demo-model", "documents", file));

    internal static byte[] Picture(string file) => File.ReadAllBytes(Path.Combine(Repository.Root, "HunyuanOcr.Inference.Tests", "Data", "pictures", file));

    internal static string DataUrl(byte[] picture, string type = "image/png") => $"data:{type};base64,{Convert.ToBase64String(picture)}";

    /// <summary>What the reference was asked about the demo documents and how many tokens that took.</summary>
    internal static IEnumerable<Golden> Golden()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "demo-model", "golden", "golden.json")));
        foreach (JsonElement document in golden.RootElement.GetProperty("documents").EnumerateArray())
            foreach (JsonElement answer in document.GetProperty("answers").EnumerateArray())
                yield return new(document.GetProperty("file").GetString()!, answer.GetProperty("task").GetString()!, answer.GetProperty("prompt").GetString()!,
                    answer.GetProperty("prompt_ids").GetArrayLength(), document.GetProperty("vision_count").GetInt32(), answer.GetProperty("tokens").GetArrayLength());
    }
}

/// <summary>One question to the reference.</summary>
internal sealed record Golden(string File, string Task, string Prompt, int PromptTokens, int ImageTokens, int AnswerTokens);

[CollectionDefinition(Name)]
public sealed class DemoServerUse : ICollectionFixture<DemoServer>
{
    public const string Name = "Demo server";
}
