using System.Text.Json;
using HunyuanOcr.Web.Api.Ocr;
using HunyuanOcr.Web.Api.OpenApi;
using HunyuanOcr.Web.Tests.Api.Ocr;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Api.OpenApi;

public sealed class ApiDocumentTests : IDisposable
{
    private readonly TestApp _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task Every_public_route_is_described_and_no_other()
    {
        JsonElement paths = (await DocumentAsync()).GetProperty("paths");
        string[] described = [.. paths.EnumerateObject().Select(path => path.Name)];
        Assert.Superset(new HashSet<string> { "/v1/chat/completions", "/v1/completions", "/v1/models", "/v1/ocr", "/health/live", "/health/ready" }, described.ToHashSet());
        string[] routes = [.. _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(route => "/" + route.RoutePattern.RawText!.TrimStart('/')).Where(route => route.StartsWith("/v1/", StringComparison.Ordinal)).Distinct()];
        Assert.All(routes, route => Assert.Contains(route.Replace("**", "", StringComparison.Ordinal), described));
        Assert.DoesNotContain(described, path => path.StartsWith("/documents", StringComparison.Ordinal) || path.StartsWith("/runs", StringComparison.Ordinal) || path.StartsWith("/_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_form_of_ocr_names_exactly_what_is_taken()
    {
        JsonElement schema = (await DocumentAsync()).GetProperty("paths").GetProperty("/v1/ocr").GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("multipart/form-data").GetProperty("schema");
        string[] described = [.. schema.GetProperty("properties").EnumerateObject().Select(part => part.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(OcrCall.Known.Append("file").Order(StringComparer.Ordinal), described);
        Assert.All(schema.GetProperty("properties").EnumerateObject(), part => Assert.NotEmpty(part.Value.GetProperty("description").GetString()!));
    }

    [Fact]
    public async Task An_answer_holds_nothing_that_its_schema_does_not_name()
    {
        using HttpClient client = await OcrCalls.ReadyAsync(_app);
        JsonElement document = await DocumentAsync(), schemas = document.GetProperty("components").GetProperty("schemas");
        JsonElement answer = (await OcrCalls.SendAsync(client, TestPictures.Png(1240, 1754))).Body;
        Check(answer, document.GetProperty("paths").GetProperty("/v1/ocr").GetProperty("post").GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema"), schemas, "answer");
    }

    [Fact]
    public async Task Every_error_has_an_example_in_the_shape_of_errors()
    {
        JsonElement document = await DocumentAsync();
        foreach (JsonProperty path in document.GetProperty("paths").EnumerateObject().Where(path => path.Name.StartsWith("/v1/", StringComparison.Ordinal)))
            foreach (JsonProperty operation in path.Value.EnumerateObject())
                foreach (JsonProperty response in operation.Value.GetProperty("responses").EnumerateObject().Where(response => response.Name[0] is '4' or '5'))
                    Assert.NotEmpty(response.Value.GetProperty("content").GetProperty("application/json").GetProperty("example").GetProperty("error").GetProperty("message").GetString()!);
    }

    private async Task<JsonElement> DocumentAsync()
    {
        using HttpClient client = _app.CreateClient();
        return JsonDocument.Parse(await client.GetStringAsync(new Uri(ApiDocument.Route, UriKind.Relative))).RootElement;
    }

    private static void Check(JsonElement value, JsonElement schema, JsonElement schemas, string at)
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference))
            schema = schemas.GetProperty(reference.GetString()!.Split('/')[^1]);
        if (schema.TryGetProperty("oneOf", out JsonElement either))
        {
            Check(value, either.EnumerateArray().First(one => one.TryGetProperty("$ref", out _)), schemas, at);
            return;
        }
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in value.EnumerateArray())
                Check(item, schema.GetProperty("items"), schemas, at + "[]");
            return;
        }
        if (value.ValueKind != JsonValueKind.Object)
            return;
        JsonElement properties = schema.GetProperty("properties");
        foreach (JsonProperty property in value.EnumerateObject())
        {
            Assert.True(properties.TryGetProperty(property.Name, out JsonElement described), $"{at}.{property.Name} is not described");
            Check(property.Value, described, schemas, $"{at}.{property.Name}");
        }
        if (schema.TryGetProperty("required", out JsonElement required))
            Assert.All(required.EnumerateArray(), name => Assert.True(value.TryGetProperty(name.GetString()!, out _), $"{at}.{name} is required and absent"));
    }
}
