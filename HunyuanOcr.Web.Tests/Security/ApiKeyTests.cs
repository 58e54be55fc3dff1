using System.Net;
using System.Text;
using HunyuanOcr.Web.Security;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Security;

public sealed class ApiKeyTests
{
    [Fact]
    public async Task A_key_opens_the_API_from_its_making_to_its_revoking()
    {
        using TestApp app = KeyedApp.Start();
        (string id, string secret) = await app.AddKeyAsync();
        using HttpClient client = app.Client(secret);
        Assert.NotEqual(HttpStatusCode.Unauthorized, (await client.ModelsAsync()).StatusCode);
        Assert.True(await app.Services.GetRequiredService<ApiKeyTable>().RevokeAsync(id, CancellationToken.None));
        Assert.False(await app.Services.GetRequiredService<ApiKeyTable>().RevokeAsync(id, CancellationToken.None));
        app.Services.GetRequiredService<KeyRing>().Forget();
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.ModelsAsync()).StatusCode);
    }

    [Fact]
    public async Task A_key_revoked_elsewhere_stops_working_within_seconds()
    {
        using TestApp app = KeyedApp.Start();
        (string id, string secret) = await app.AddKeyAsync();
        using HttpClient client = app.Client(secret);
        Assert.NotEqual(HttpStatusCode.Unauthorized, (await client.ModelsAsync()).StatusCode);
        await app.Services.GetRequiredService<ApiKeyTable>().RevokeAsync(id, CancellationToken.None);
        await Task.Delay(KeyRing.Fresh + TimeSpan.FromMilliseconds(200));
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.ModelsAsync()).StatusCode);
    }

    [Fact]
    public async Task No_key_lies_in_the_database_or_anywhere_else_on_disk()
    {
        using TestApp app = KeyedApp.Start();
        (_, string secret) = await app.AddKeyAsync();
        await app.Client(secret).ModelsAsync();
        byte[] bare = Encoding.UTF8.GetBytes(secret), body = Encoding.UTF8.GetBytes(secret[ApiSecret.Mark.Length..]);
        foreach (string file in Directory.EnumerateFiles(app.Folder, "*", SearchOption.AllDirectories))
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using MemoryStream content = new();
            await stream.CopyToAsync(content);
            Assert.True(content.ToArray().AsSpan().IndexOf(bare) < 0 && content.ToArray().AsSpan().IndexOf(body) < 0, file);
        }
    }

    [Fact]
    public async Task Keys_of_the_configuration_count_in_full_or_as_their_hash()
    {
        string hashed = ApiSecret.New();
        using TestApp app = KeyedApp.Start(("Auth:ApiKeys:1", "sha256:" + Convert.ToHexString(ApiSecret.Hash(hashed))));
        Assert.NotEqual(HttpStatusCode.Unauthorized, (await app.Client(KeyedApp.Configured).ModelsAsync()).StatusCode);
        Assert.NotEqual(HttpStatusCode.Unauthorized, (await app.Client(hashed).ModelsAsync()).StatusCode);
    }

    [Fact]
    public async Task The_first_start_makes_one_admin_key_and_later_starts_make_none()
    {
        using TestApp app = KeyedApp.Start();
        _ = app.Client();
        ApiKeyTable table = app.Services.GetRequiredService<ApiKeyTable>();
        Assert.True(Assert.Single(await table.ListAsync(CancellationToken.None)).Admin);
        StringWriter output = new();
        await FirstAdminKey.EnsureAsync(table, output, CancellationToken.None);
        Assert.Empty(output.ToString());
        Assert.Single(await table.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task The_time_of_a_keys_last_use_is_kept()
    {
        using TestApp app = KeyedApp.Start();
        (string id, string secret) = await app.AddKeyAsync();
        await app.Client(secret).ModelsAsync();
        await app.Services.GetRequiredService<KeyRing>().SaveUsesAsync(CancellationToken.None);
        Assert.NotNull((await app.Services.GetRequiredService<ApiKeyTable>().ListAsync(CancellationToken.None)).Single(key => key.Id == id).LastUsedAt);
    }

    [Fact]
    public void Keys_are_long_random_and_all_different()
    {
        string[] keys = [.. Enumerable.Range(0, 100).Select(_ => ApiSecret.New())];
        Assert.Equal(100, keys.Distinct().Count());
        Assert.All(keys, key => Assert.Equal(ApiSecret.Mark.Length + 43, key.Length));
    }
}
