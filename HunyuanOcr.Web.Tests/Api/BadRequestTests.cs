using System.Text.Json.Nodes;

namespace HunyuanOcr.Web.Tests.Api;

/// <summary>What cannot be answered as it stands is refused by name, in OpenAI's shape, and never reaches the reader.</summary>
public sealed class BadRequestTests : IAsyncLifetime, IDisposable
{
    private readonly TestApp _app = new(new() { ["Limits:MaxTokens"] = "100" });
    private HttpClient _client = new();

    public async Task InitializeAsync()
    {
        _client.Dispose();
        _client = _app.CreateClient();
        await ApiCalls.ReadyAsync(_client);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _client.Dispose();
        _app.Dispose();
    }

    [Theory]
    [InlineData("\"temperature\":3", "temperature")]
    [InlineData("\"temperature\":\"0\"", "temperature")]
    [InlineData("\"temperature\":1e999", "temperature")]
    [InlineData("\"top_p\":0", "top_p")]
    [InlineData("\"top_k\":-2", "top_k")]
    [InlineData("\"top_k\":1.5", "top_k")]
    [InlineData("\"repetition_penalty\":0", "repetition_penalty")]
    [InlineData("\"seed\":\"x\"", "seed")]
    [InlineData("\"n\":0", "n")]
    [InlineData("\"n\":9", "n")]
    [InlineData("\"max_tokens\":0", "max_tokens")]
    [InlineData("\"max_tokens\":101", "max_tokens")]
    [InlineData("\"max_completion_tokens\":101", "max_completion_tokens")]
    [InlineData("\"max_tokens\":5,\"max_completion_tokens\":6", "max_completion_tokens")]
    [InlineData("\"stop\":[\"\"]", "stop")]
    [InlineData("\"stop\":7", "stop")]
    [InlineData("\"stop\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]", "stop")]
    [InlineData("\"stream\":\"yes\"", "stream")]
    [InlineData("\"stream_options\":{\"include_usage\":true}", "stream_options")]
    [InlineData("\"stream\":true,\"stream_options\":{\"include\":true}", "stream_options.include")]
    [InlineData("\"logprobs\":1", "logprobs")]
    [InlineData("\"top_logprobs\":2", "top_logprobs")]
    [InlineData("\"logprobs\":true,\"top_logprobs\":6", "top_logprobs")]
    [InlineData("\"frequency_penalty\":0.1", "frequency_penalty")]
    [InlineData("\"presence_penalty\":1", "presence_penalty")]
    [InlineData("\"logit_bias\":{\"50256\":-100}", "logit_bias")]
    [InlineData("\"tools\":[{\"type\":\"function\"}]", "tools")]
    [InlineData("\"response_format\":{\"type\":\"json_object\"}", "response_format")]
    [InlineData("\"response_format\":{\"type\":\"\\ud800\"}", "response_format")]
    [InlineData("\"user\":\"me\"", "user")]
    [InlineData("\"store\":true", "store")]
    [InlineData("\"store\":\"no\"", "store")]
    [InlineData("\"max_token\":5", "max_token")]
    [InlineData("\"model\":7", "model")]
    public async Task A_parameter_that_is_wrong_unknown_or_unsupported_is_refused_by_its_name(string parameter, string named)
    {
        string rest = parameter.StartsWith("\"model\"", StringComparison.Ordinal) ? parameter : parameter + ",\"model\":\"hunyuanocr\"";
        using HttpResponseMessage response = await ApiCalls.PostAsync(_client, "/v1/chat/completions", $$"""{{{rest}},"messages":[{"role":"user","content":"hello"}]}""");
        JsonNode error = await ApiCalls.ErrorAsync(response, 400);
        Assert.Equal(named, (string)error["param"]!);
        Assert.Contains(named, (string)error["message"]!, StringComparison.Ordinal);
        Assert.Empty(_app.Reader.Requests);
    }

    [Theory]
    [InlineData("\"temperature\":0,\"top_k\":-1,\"top_p\":1,\"repetition_penalty\":1.08,\"seed\":-5,\"n\":1,\"max_tokens\":100,\"stop\":\"x\",\"logprobs\":true,\"top_logprobs\":5")]
    [InlineData("\"frequency_penalty\":0,\"presence_penalty\":0.0,\"logit_bias\":{},\"response_format\":{\"type\":\"text\"},\"tools\":[],\"store\":false,\"user\":null,\"stop\":null,\"stream\":false")]
    [InlineData("\"skip_special_tokens\":true,\"modalities\":[\"text\"]")]
    public async Task Parameters_in_range_and_those_that_ask_for_nothing_are_taken(string parameters)
    {
        string body = $$"""{"model":"hunyuancr",{{parameters}},"messages":[{"role":"user","content":"hello"}]}""";
        using HttpResponseMessage response = await ApiCalls.PostAsync(_client, "/v1/chat/completions", body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("[]", "messages")]
    [InlineData("\"hello\"", "messages")]
    [InlineData("[{\"role\":\"user\"}]", "messages[0].content")]
    [InlineData("[{\"content\":\"hello\"}]", "messages[0].role")]
    [InlineData("[7]", "messages[0]")]
    [InlineData("[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"b\"}]", "messages[1]")]
    [InlineData("[{\"role\":\"assistant\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"b\"}]", "messages[0].role")]
    [InlineData("[{\"role\":\"system\",\"content\":\"a\"},{\"role\":\"system\",\"content\":\"b\"}]", "messages[1].role")]
    [InlineData("[{\"role\":\"user\",\"content\":\"a\",\"name\":\"x\"}]", "messages[0].name")]
    [InlineData("[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]", "messages[0].content[0].text")]
    [InlineData("[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\"}]}]", "messages[0].content[0].type")]
    [InlineData("[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":\"data:image/png;base64,AAAA\"}]}]", "messages[0].content[0].image_url")]
    [InlineData("[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAA\",\"detail\":\"low\"}}]}]", "messages[0].content[0].image_url.detail")]
    [InlineData("[{\"role\":\"user\",\"content\":\"\\ud800\"}]", "messages[0].content")]
    public async Task Messages_of_another_shape_are_refused_by_their_path(string messages, string named)
    {
        using HttpResponseMessage response = await ApiCalls.PostAsync(_client, "/v1/chat/completions", $$"""{"model":"hunyuanocr","messages":{{messages}}}""");
        Assert.Equal(named, (string)(await ApiCalls.ErrorAsync(response, 400))["param"]!);
        Assert.Empty(_app.Reader.Requests);
    }

    [Theory]
    [InlineData("\"prompt\":[\"a\",\"b\"]", "prompt")]
    [InlineData("\"prompt\":[1,2]", "prompt")]
    [InlineData("\"prompt\":[]", "prompt")]
    [InlineData("\"prompt\":null", "prompt")]
    [InlineData("\"prompt\":\"a\",\"echo\":true", "echo")]
    [InlineData("\"prompt\":\"a\",\"suffix\":\"z\"", "suffix")]
    [InlineData("\"prompt\":\"a\",\"best_of\":2", "best_of")]
    [InlineData("\"prompt\":\"a\",\"logprobs\":6", "logprobs")]
    [InlineData("\"prompt\":\"a\",\"images\":\"AAAA\"", "images")]
    [InlineData("\"prompt\":\"a\",\"image\":5", "image")]
    [InlineData("\"prompt\":\"a\",\"image\":\"file:///etc/passwd\"", "image")]
    [InlineData("\"prompt\":\"a\",\"messages\":[]", "messages")]
    public async Task Completions_of_another_shape_are_refused_by_name(string members, string named)
    {
        using HttpResponseMessage response = await ApiCalls.PostAsync(_client, "/v1/completions", $$"""{"model":"hunyuanocr",{{members}}}""");
        Assert.Equal(named, (string)(await ApiCalls.ErrorAsync(response, 400))["param"]!);
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("{", 400)]
    [InlineData("[]", 400)]
    [InlineData("\"text\"", 400)]
    [InlineData("null", 400)]
    [InlineData("{\"model\":\"a\",\"model\":\"b\"}", 400)]
    [InlineData("{\"\\ud800\":1}", 400)]
    public async Task A_body_that_is_no_json_object_is_refused(string body, int status)
    {
        using HttpResponseMessage response = await ApiCalls.PostAsync(_client, "/v1/chat/completions", body);
        Assert.Equal("invalid_request_error", (string)(await ApiCalls.ErrorAsync(response, status))["type"]!);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Another_content_type_is_refused_with_415(string type)
    {
        using HttpResponseMessage response = await ApiCalls.PostAsync(_client, "/v1/chat/completions", ApiCalls.Hello, type);
        Assert.Equal("unsupported_content_type", (string)(await ApiCalls.ErrorAsync(response, 415))["code"]!);
    }

    [Fact]
    public async Task Unknown_routes_and_wrong_methods_under_v1_answer_in_openais_shape_and_others_as_before()
    {
        using HttpResponseMessage unknown = await _client.GetAsync(new Uri("/v1/embeddings", UriKind.Relative));
        Assert.Equal("unknown_url", (string)(await ApiCalls.ErrorAsync(unknown, 404))["code"]!);
        using HttpResponseMessage method = await _client.GetAsync(new Uri("/v1/chat/completions", UriKind.Relative));
        Assert.Equal("method_not_allowed", (string)(await ApiCalls.ErrorAsync(method, 405))["code"]!);
        Assert.Equal("nosniff", method.Headers.GetValues("X-Content-Type-Options").Single());
        using HttpResponseMessage page = await _client.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("OCR::")]
    [InlineData("EXTRACT:: 发票号, \"Total\"\nDate")]
    [InlineData("TRANSLATE::zh")]
    [InlineData("SING:: la la")]
    public async Task A_prompt_reaches_the_engine_as_it_was_written_prefix_quotes_and_line_ends_included(string prompt)
    {
        JsonObject chat = new() { ["model"] = "hunyuancr", ["messages"] = new JsonArray(new JsonObject { ["role"] = "system", ["content"] = "Read." }, new JsonObject { ["role"] = "user", ["content"] = prompt }) };
        using HttpResponseMessage first = await ApiCalls.PostAsync(_client, "/v1/chat/completions", chat.ToJsonString());
        using HttpResponseMessage second = await ApiCalls.PostAsync(_client, "/v1/completions", new JsonObject { ["model"] = "hunyuancr", ["prompt"] = prompt }.ToJsonString());
        Assert.Equal((200, 200), ((int)first.StatusCode, (int)second.StatusCode));
        Assert.Equal([(prompt, "Read."), (prompt, null)], _app.Reader.Requests.Select(request => (request.Prompt, request.System)));
        Assert.All(_app.Reader.Requests, request => Assert.Equal((Inference.OcrTask.Free, 100), (request.Task, request.MaxTokens)));
    }
}
