using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace HunyuanOcr.Web.Tests.Api;

/// <summary>Calls to the API with a scripted reader behind it.</summary>
internal static class ApiCalls
{
    internal const string Hello = """{"model":"hunyuanocr","messages":[{"role":"user","content":"hello"}]}""";

    internal static async Task ReadyAsync(HttpClient client)
    {
        for (int tries = 0; tries < 600; tries++)
        {
            using HttpResponseMessage ready = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));
            if (ready.StatusCode == HttpStatusCode.OK)
                return;
            await Task.Delay(50);
        }
        Assert.Fail("The app did not get ready.");
    }

    internal static async Task<JsonNode> JsonAsync(HttpClient client, string path) => JsonNode.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative)))!;

    internal static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string body, string type = "application/json") =>
        client.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, type));

    /// <summary>The body of a refusal, which has all four members of the OpenAI API.</summary>
    internal static async Task<JsonNode> ErrorAsync(HttpResponseMessage response, int status)
    {
        string text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        JsonNode error = JsonNode.Parse(text)!["error"]!;
        Assert.Equal(["code", "message", "param", "type"], error.AsObject().Select(member => member.Key).Order());
        Assert.NotEmpty((string)error["message"]!);
        return error;
    }
}
