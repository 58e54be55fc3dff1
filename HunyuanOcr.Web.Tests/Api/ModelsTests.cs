using System.Net;
using System.Text.Json.Nodes;

namespace HunyuanOcr.Web.Tests.Api;

public sealed class ModelsTests
{
    [Fact]
    public async Task The_loaded_model_is_listed_under_its_name_and_its_aliases_with_hash_and_limits()
    {
        using TestApp app = new(new() { ["Model:Aliases"] = "hunyuanocr, Tencent/HunyuanOCR" });
        using HttpClient client = app.CreateClient();
        await ApiCalls.ReadyAsync(client);
        JsonNode list = await ApiCalls.JsonAsync(client, "/v1/models");
        Assert.Equal("list", (string)list["object"]!);
        Assert.Equal(["scripted", "hunyuanocr", "Tencent/HunyuanOCR"], list["data"]!.AsArray().Select(card => (string)card!["id"]!));
        JsonNode alias = await ApiCalls.JsonAsync(client, "/v1/models/tencent/hunyuanocr");
        Assert.Equal(("Tencent/HunyuanOCR", "model", "scripted", "0", "fp32", 4096),
            ((string)alias["id"]!, (string)alias["object"]!, (string)alias["root"]!, (string)alias["source_sha256"]!, (string)alias["precision"]!, (int)alias["max_model_len"]!));
        using HttpResponseMessage other = await client.GetAsync(new Uri("/v1/models/other", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        Assert.Equal("model_not_found", (string)JsonNode.Parse(await other.Content.ReadAsStringAsync())!["error"]!["code"]!);
    }

    [Fact]
    public async Task An_operator_may_give_the_model_a_name_of_its_own()
    {
        using TestApp app = new(new() { ["Model:Name"] = "reader" });
        using HttpClient client = app.CreateClient();
        await ApiCalls.ReadyAsync(client);
        JsonNode list = await ApiCalls.JsonAsync(client, "/v1/models");
        Assert.Equal(["reader", "hunyuanocr", "hunyuancr"], list["data"]!.AsArray().Select(card => (string)card!["id"]!));
    }
}
