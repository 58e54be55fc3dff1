using HunyuanOcr.Web.Recognise;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace HunyuanOcr.Web.Tests;

/// <summary>The real app with a scripted reader, its own document folder and its own settings.</summary>
internal sealed class TestApp : WebApplicationFactory<HunyuanOcr.Web.Components.App>
{
    private readonly Dictionary<string, string> _settings;
    private readonly LoadPageReader _load;

    internal TestApp(Dictionary<string, string>? settings = null, LoadPageReader? load = null)
    {
        Folder = Directory.CreateTempSubdirectory("hunyuanocr-web-").FullName;
        _settings = new Dictionary<string, string> { ["Model:Folder"] = Folder, ["Storage:DocumentFolder"] = Path.Combine(Folder, "data"), ["Urls"] = "http://127.0.0.1:0" };
        foreach ((string key, string value) in settings ?? [])
            _settings[key] = value;
        _load = load ?? ((_, _) => Task.FromResult<IPageReader>(Reader));
    }

    internal string Folder { get; }

    internal ScriptedReader Reader { get; } = new();

    /// <summary>Starts the app on a real port of this machine.</summary>
    /// <remarks>The port comes from the setting <c>Urls</c>, not from <c>UseKestrel(0)</c>: that writes it into the host once the app's own thread may already have bound it, and throws when it comes late (dotnet/aspnetcore pull request 67714).</remarks>
    internal string Listen()
    {
        UseKestrel();
        StartServer();
        return ClientOptions.BaseAddress.ToString().TrimEnd('/').Replace("localhost", "127.0.0.1", StringComparison.Ordinal);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach ((string key, string value) in _settings)
            builder.UseSetting(key, value);
        builder.ConfigureLogging(static logging => logging.SetMinimumLevel(LogLevel.Warning));
        builder.ConfigureTestServices(services =>
        {
            services.RemoveAll<LoadPageReader>();
            services.AddSingleton(_load);
        });
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            TestFolder.Delete(Folder);
    }
}
