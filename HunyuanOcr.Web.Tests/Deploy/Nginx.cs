using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HunyuanOcr.Web.Tests.Deploy;

/// <summary>A real nginx with deploy/nginx.conf itself: only ports, folders and the certificate are those of the test.</summary>
internal sealed class Nginx : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hunyuanocr-nginx-").FullName;

    internal Nginx(params int[] instances)
    {
        Port = FreePort.Next();
        TlsPort = FreePort.Next();
        // Its workers run as another user.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        WriteCertificate();
        Write("nginx.conf", ("/run/hunyuanocr-nginx.pid", Path.Combine(_folder, "nginx.pid")), ("/var/lib/hunyuanocr/", _folder + "/"), ("listen 80;", $"listen 127.0.0.1:{Port};"));
        Write("tls.conf", ("/etc/hunyuanocr/tls/", _folder + "/"), ("listen 443 ssl http2;", $"listen 127.0.0.1:{TlsPort} ssl http2;"));
        Write("instances.conf", ("127.0.0.1:7860", $"127.0.0.1:{instances[0]}"), ("127.0.0.1:7861", $"127.0.0.1:{instances[1]}"));
        Write("locations.conf");
        Child = new(Program!, ["-p", _folder, "-c", Path.Combine(_folder, "nginx.conf"), "-g", "daemon off;"]);
    }

    internal static string? Program { get; } = ChildProcess.Find("nginx");

    internal int Port { get; }

    internal int TlsPort { get; }

    internal ChildProcess Child { get; }

    internal async Task<HttpClient> ReadyAsync()
    {
        HttpClient client = ServerProcess.ClientOf($"http://127.0.0.1:{Port}");
        for (int tries = 0; ; tries++)
        {
            Assert.False(Child.Ended || tries > 600, Child.Output);
            try
            {
                if ((await client.GetAsync("/health/ready")).IsSuccessStatusCode)
                    return client;
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
        // Its workers end with it.
        Child.Send("TERM");
        Child.Dispose();
        TestFolder.Delete(_folder);
    }

    private void Write(string name, params (string Old, string Fresh)[] swaps)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "deploy", name));
        foreach ((string old, string fresh) in swaps)
            text = PrometheusTests.Swap(text, old, fresh);
        File.WriteAllText(Path.Combine(_folder, name), text);
    }

    private void WriteCertificate()
    {
        using var key = RSA.Create(2048);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(_folder, "fullchain.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "privkey.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
