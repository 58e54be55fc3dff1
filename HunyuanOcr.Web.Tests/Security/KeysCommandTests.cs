using System.Net;
using HunyuanOcr.Web.Security;

namespace HunyuanOcr.Web.Tests.Security;

public sealed class KeysCommandTests
{
    [Fact]
    public async Task Keys_are_made_shown_once_listed_and_revoked_beside_a_running_server()
    {
        using TestApp app = KeyedApp.Start();
        using HttpClient anybody = app.Client();
        (int code, string output, _) = await RunAsync(app, "create", "--name", "Scanner room");
        Assert.Equal(0, code);
        string secret = output.Trim().Split('\n')[^1].Trim(), id = output.Split(' ')[1];
        await Task.Delay(KeyRing.Fresh + TimeSpan.FromMilliseconds(200));
        Assert.NotEqual(HttpStatusCode.Unauthorized, (await app.Client(secret).ModelsAsync()).StatusCode);

        (code, output, _) = await RunAsync(app, "list");
        Assert.Equal(0, code);
        Assert.Contains("Scanner room", output, StringComparison.Ordinal);
        Assert.Contains(ApiSecret.Prefix(secret), output, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, output, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync(app, "revoke", id)).Code);
        (code, _, string errors) = await RunAsync(app, "revoke", id);
        Assert.Equal(1, code);
        Assert.Contains(id, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("revoke")]
    [InlineData("destroy", "x")]
    public async Task What_is_not_understood_ends_with_code_2_and_says_what_there_is(params string[] words)
    {
        using TestApp app = KeyedApp.Start();
        (int code, _, string errors) = await RunAsync(app, words);
        Assert.Equal(2, code);
        Assert.Contains("keys create --name NAME", errors, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(TestApp app, params string[] words)
    {
        StringWriter output = new(), errors = new();
        int code = await KeysCommand.RunAsync([KeysCommand.Name, .. words, "--Storage:DocumentFolder", Path.Combine(app.Folder, "data")], output, errors, CancellationToken.None);
        return (code, output.ToString(), errors.ToString());
    }
}
