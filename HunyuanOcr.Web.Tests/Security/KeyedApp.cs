using System.Net.Http.Headers;
using HunyuanOcr.Web.Security;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Security;

/// <summary>The app as it is beyond localhost: every request needs a key.</summary>
internal static class KeyedApp
{
    internal const string Configured = "test-key-of-the-configuration";

    private static readonly Uri _models = new("/v1/models", UriKind.Relative);

    internal static TestApp Start(params (string Key, string Value)[] settings)
    {
        Dictionary<string, string> all = new() { ["Auth:RequireKey"] = "true", ["Auth:ApiKeys:0"] = Configured };
        foreach ((string key, string value) in settings)
            all[key] = value;
        return new TestApp(all);
    }

    /// <summary>A client that follows no redirects.</summary>
    internal static HttpClient Client(this TestApp app, string? key = null)
    {
        HttpClient client = app.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        if (key is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    internal static async Task<(string Id, string Secret)> AddKeyAsync(this TestApp app, string name = "test", bool admin = false)
    {
        (string Id, string Secret) made = await app.Services.GetRequiredService<ApiKeyTable>().AddAsync(name, admin, CancellationToken.None);
        app.Services.GetRequiredService<KeyRing>().Forget();
        return made;
    }

    internal static Task<HttpResponseMessage> ModelsAsync(this HttpClient client) => client.GetAsync(_models);
}
