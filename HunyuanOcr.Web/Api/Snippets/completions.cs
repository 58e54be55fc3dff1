using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace HunyuanOcr.Web.Tests.Api.Snippets;

internal static class CompletionsSnippet
{
    internal static async Task RunAsync(string server, string key)
    {
        using HttpClient client = new() { Timeout = TimeSpan.FromMinutes(10) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using HttpResponseMessage answer = await client.PostAsJsonAsync(new Uri(server + "/v1/completions"), new
        {
            model = "hunyuanocr",
            prompt = "EXTRACT::invoice number,date",
            image = Convert.ToBase64String(await File.ReadAllBytesAsync("invoice.png")),
        });
        answer.EnsureSuccessStatusCode();
        JsonNode? body = await answer.Content.ReadFromJsonAsync<JsonNode>();
        Console.WriteLine(body?["choices"]?[0]?["text"]);
    }
}
