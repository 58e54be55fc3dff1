using HunyuanOcr.Web.Api.OpenApi;

namespace HunyuanOcr.Web.Api;

/// <summary>The routes that clients of the OpenAI API know.</summary>
internal static class OpenAiRoutes
{
    internal static IServiceCollection AddOpenAi(this IServiceCollection services, ApiOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(new RemotePictures(options));
        services.AddSingleton<ServedModel>();
        services.AddSingleton<AnswerEndpoint>();
        return services;
    }

    internal static void MapOpenAi(this IEndpointRouteBuilder routes)
    {
        Described(routes.MapPost(ApiFaults.Root + "/chat/completions", static (HttpContext context, AnswerEndpoint endpoint) => endpoint.ChatAsync(context)),
                "CreateChatCompletion", "Answers a message with pictures", "As OpenAI's chat completions. The text may begin with OCR::, EXTRACT:: or TRANSLATE::. With stream: true the answer comes as server-sent events.")
            .Accepts<ChatCompletionRequest>("application/json").Produces<ChatCompletion>(contentType: "application/json", additionalContentTypes: "text/event-stream");
        Described(routes.MapPost(ApiFaults.Root + "/completions", static (HttpContext context, AnswerEndpoint endpoint) => endpoint.CompleteAsync(context)),
                "CreateCompletion", "Answers a prompt with pictures", "As OpenAI's completions, with pictures in image or images. The prompt may begin with OCR::, EXTRACT:: or TRANSLATE::.")
            .Accepts<TextCompletionRequest>("application/json").Produces<TextCompletion>(contentType: "application/json", additionalContentTypes: "text/event-stream");
        Described(routes.MapGet(ApiFaults.Root + "/models", static (ServedModel model) => TypedResults.Json(new ModelList("list", model.Cards()), ApiJson.Readable.ModelList)),
                "ListModels", "Lists the loaded model under all its names", "With its revision, the hash of its weights and its limits.")
            .Produces<ModelList>();
        Described(routes.MapGet(ApiFaults.Root + "/models/{**id}", static (string id, ServedModel model) => TypedResults.Json(model.Card(id), ApiJson.Readable.ModelCard)),
                "GetModel", "Describes the loaded model", "By its own name or an alias.")
            .Produces<ModelCard>();
    }

    private static RouteHandlerBuilder Described(RouteHandlerBuilder route, string name, string summary, string description) =>
        ApiErrors.Describe(route.WithName(name).WithSummary(summary).WithDescription(description).WithTags("OpenAI"), takesFiles: false);
}
