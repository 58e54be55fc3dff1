using System.Globalization;
using HunyuanOcr.Inference.Tests;

namespace HunyuanOcr.Web.Tests.Deploy;

/// <summary>The server as people start it: a process of its own with the demo model, started by deploy/start_onnx.sh.</summary>
internal sealed class ServerProcess : IDisposable
{
    internal const string Key = "test-key-of-forty-characters-0123456789ab";

    private readonly string _folder = Directory.CreateTempSubdirectory("hunyuanocr-server-").FullName;

    internal ServerProcess(params string[] arguments)
    {
        Port = FreePort.Next();
        string configuration = AppContext.BaseDirectory.Contains("/Debug/", StringComparison.Ordinal) ? "Debug" : "Release";
        Child = new("/bin/bash", [Path.Combine(Repository.Root, "deploy", "start_onnx.sh"), "--port", Port.ToString(CultureInfo.InvariantCulture), .. arguments], new()
        {
            ["HUNYUANOCR_WEB"] = Path.Combine(Repository.Root, "HunyuanOcr.Web", "bin", configuration, "net10.0"),
            ["HUNYUANOCR_MODEL"] = ExportedDemoModel.Folder(),
            ["Storage__DocumentFolder"] = Path.Combine(_folder, "documents"),
            ["Auth__ApiKeys__0"] = Key,
            ["Engine__Threads"] = "1",
            ["RateLimit__RequestsPerMinute"] = "100000",
            ["RateLimit__Concurrent"] = "1000",
        });
        Client = ClientOf($"http://127.0.0.1:{Port}");
    }

    internal int Port { get; }

    internal ChildProcess Child { get; }

    internal HttpClient Client { get; }

    internal static HttpClient ClientOf(string address, HttpMessageHandler? handler = null)
    {
        HttpClient client = new(handler ?? new SocketsHttpHandler()) { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(3) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        return client;
    }

    internal async Task ReadyAsync()
    {
        for (int tries = 0; ; tries++)
        {
            Assert.False(Child.Ended || tries > 1200, Child.Output);
            try
            {
                if ((await Client.GetAsync("/health/ready")).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            await Task.Delay(100);
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        Child.Dispose();
        TestFolder.Delete(_folder);
    }
}
