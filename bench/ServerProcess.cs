using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HunyuanOcr.Bench;

/// <summary>The web app in a process of its own, on a free port of this machine, ready to answer.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process process;
    private readonly string folder;

    private ServerProcess(Process process, Uri address, string folder)
    {
        this.process = process;
        this.folder = folder;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>Memory of the process in bytes.</summary>
    public long Resident
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <param name="server">HunyuanOcr.Web.dll.</param>
    /// <param name="settings">As on its command line.</param>
    public static async Task<ServerProcess> StartAsync(string server, IEnumerable<string> settings)
    {
        string folder = Directory.CreateTempSubdirectory("hunyuanocr-bench-").FullName;
        var address = new Uri(FormattableString.Invariant($"http://127.0.0.1:{FreePort()}"));
        string content = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(server))!, "..", "..", ".."));
        var start = new ProcessStartInfo("dotnet", [Path.GetFullPath(server), "--contentRoot", content, "--Urls", address.ToString().TrimEnd('/'), "--Storage:DocumentFolder", folder, .. settings]) { RedirectStandardOutput = true };
        Process process = Process.Start(start) ?? throw new InvalidOperationException("The server did not start.");
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        var started = new ServerProcess(process, address, folder);
        try
        {
            await started.WaitAsync();
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>The metrics that say whether anything is left over; empty where the server has none.</summary>
    public Task<IReadOnlyDictionary<string, double>> GaugesAsync() =>
        MetricsAsync("vllm:num_requests_", "vllm:kv_cache_usage", "vllm:request_success", "vllm:prompt_tokens_total", "vllm:generation_tokens_total", "hunyuanocr_http_requests_total", "hunyuanocr_requests_aborted_total", "hunyuanocr_request_failures_total", "hunyuanocr_kv_cache_blocks_used");

    /// <summary>Metrics whose names begin so; empty where the server has none.</summary>
    public async Task<IReadOnlyDictionary<string, double>> MetricsAsync(params string[] names)
    {
        using var client = new HttpClient { BaseAddress = Address };
        using HttpResponseMessage response = await client.GetAsync(new Uri("/metrics", UriKind.Relative));
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        if (response.StatusCode != HttpStatusCode.OK || response.Content.Headers.ContentType?.MediaType != "text/plain")
            return values;
        foreach (string line in (await response.Content.ReadAsStringAsync()).Split('\n'))
            if (names.Any(name => line.StartsWith(name, StringComparison.Ordinal)))
                values[line[..line.LastIndexOf(' ')]] = double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
        return values;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task WaitAsync()
    {
        using var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < Patience && !process.HasExited)
        {
            try
            {
                using HttpResponseMessage ready = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));
                if (ready.StatusCode == HttpStatusCode.OK)
                    return;
            }
            catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
            {
                // It does not listen, or does not answer in time: a model is being loaded.
            }
            await Task.Delay(200);
        }
        throw new InvalidOperationException(process.HasExited
            ? $"The server ended with code {process.ExitCode} before it was ready; its errors stand above."
            : $"The server was not ready within {Patience.TotalMinutes} minutes.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
