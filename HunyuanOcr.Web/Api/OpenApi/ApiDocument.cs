using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using HunyuanOcr.Web.Api.Ocr;
using HunyuanOcr.Web.Language;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace HunyuanOcr.Web.Api.OpenApi;

/// <summary>/openapi/v1.json: every public route, made from the routes themselves.</summary>
internal static class ApiDocument
{
    internal const string Route = "/openapi/v1.json";

    private static readonly string[] _public = ["v1/", "health/", "metrics"];

    internal static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi("v1", static document =>
    {
        document.ShouldInclude = static route => _public.Any(start => route.RelativePath?.StartsWith(start, StringComparison.Ordinal) == true);
        document.AddDocumentTransformer(static (document, _, _) => Describe(document));
        document.AddSchemaTransformer(static (schema, _, _) => NameAsWritten(schema));
        document.AddOperationTransformer(static (operation, context, _) => Complete(operation, context));
    });

    internal static void MapApiDocument(this IEndpointRouteBuilder routes) => routes.MapOpenApi("/openapi/{documentName}.json");

    private static Task Describe(OpenApiDocument document)
    {
        document.Info = new()
        {
            Title = "HunyuanOCR",
            Version = "v1",
            Description = "Reads pictures and PDFs. The routes of the OpenAI API take its clients unchanged; /v1/ocr answers with lines, boxes, confidences and fields. Errors are {\"error\":{\"message\",\"type\",\"param\",\"code\"}}.",
        };
        document.Components ??= new();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes["key"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A key of this server, where it asks for one." };
        return Task.CompletedTask;
    }

    /// <summary>All JSON of the API is written in snake_case, while the schemas are made with the page's own options.</summary>
    private static Task NameAsWritten(OpenApiSchema schema)
    {
        if (schema.Properties is { Count: > 0 } properties)
            schema.Properties = properties.ToDictionary(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Key), property => property.Value);
        if (schema.Required is { Count: > 0 } required)
            schema.Required = required.Select(JsonNamingPolicy.SnakeCaseLower.ConvertName).ToHashSet();
        return Task.CompletedTask;
    }

    private static Task Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        string path = "/" + context.Description.RelativePath;
        if (path == OcrEndpoint.Route)
            operation.RequestBody = OcrBody();
        if (path.StartsWith(ApiFaults.Root + "/", StringComparison.Ordinal))
            operation.Security = [new() { [new OpenApiSecuritySchemeReference("key", context.Document)] = [] }];
        else
            operation.Summary ??= path switch { "/health/live" => "Whether the server answers", "/health/ready" => "Whether the model is loaded and reads", "/metrics" => "Metrics for Prometheus", _ => null };
        foreach ((string status, IOpenApiResponse response) in operation.Responses ?? [])
            if (ApiErrors.All.FirstOrDefault(error => error.Status.ToString(CultureInfo.InvariantCulture) == status) is { } error && response.Content?.TryGetValue("application/json", out OpenApiMediaType? content) == true)
                content.Example = new JsonObject { ["error"] = new JsonObject { ["message"] = error.Example, ["type"] = error.Type, ["param"] = null, ["code"] = error.Code } };
        return Task.CompletedTask;
    }

    private static OpenApiRequestBody OcrBody()
    {
        var words = Words.Of(PageLanguage.English);
        Dictionary<string, IOpenApiSchema> parts = [];
        foreach (OcrParameters parameter in OcrParameters.All)
        {
            OpenApiSchema schema = new()
            {
                Type = parameter.Kind switch { "number" => JsonSchemaType.Number, "integer" => JsonSchemaType.Integer, "boolean" => JsonSchemaType.Boolean, _ => JsonSchemaType.String },
                Description = words["apidocs.param." + parameter.Name],
            };
            if (parameter.Kind == "file")
                schema.Format = "binary";
            else
                schema.Examples = [parameter.Kind == "string" ? JsonValue.Create(parameter.Example)! : JsonNode.Parse(parameter.Example)!];
            if (parameter.Name == "task")
                schema.Enum = [.. OcrCall.Tasks.Select(task => (JsonNode)JsonValue.Create(task)!)];
            parts[parameter.Name] = schema;
        }
        return new()
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["multipart/form-data"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.Object, Properties = parts, Required = new HashSet<string> { "file" } } },
            },
        };
    }
}
