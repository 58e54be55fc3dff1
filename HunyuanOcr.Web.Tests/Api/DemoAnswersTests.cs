using System.Text.Json.Nodes;

namespace HunyuanOcr.Web.Tests.Api;

/// <summary>Answers of the demo model over HTTP, in the shapes that people send by hand.</summary>
[Collection(DemoServerUse.Name)]
public sealed class DemoAnswersTests(DemoServer server)
{
    private const string Sign = "11-sign-zh.png";

    [Fact]
    public async Task The_model_tells_the_hash_of_the_checkpoint_that_it_was_exported_from()
    {
        JsonNode card = JsonNode.Parse(await server.Http.GetStringAsync(new Uri("models/hunyuancr", UriKind.Relative)))!;
        Assert.Equal(("hunyuancr", server.Status.Model.SourceHash), ((string)card["id"]!, (string)card["source_sha256"]!));
        Assert.Matches("^[0-9a-f]{64}$", (string)card["source_sha256"]!);
    }

    [Fact]
    public async Task Prompt_tokens_equal_the_references_count_for_every_question_image_tokens_included()
    {
        List<string> differences = [];
        foreach (Golden asked in DemoServer.Golden())
        {
            (int status, JsonNode answer) = await server.PostAsync("chat/completions", DemoServer.ChatBody(asked.Prompt, asked.File, 1));
            Assert.Equal(200, status);
            JsonNode usage = answer["usage"]!;
            if ((int)usage["prompt_tokens"]! != asked.PromptTokens || (int)usage["prompt_tokens_details"]!["image_tokens"]! != asked.ImageTokens)
                differences.Add($"{asked.File} {asked.Task}: {usage.ToJsonString()} instead of {asked.PromptTokens}, {asked.ImageTokens}");
        }
        Assert.Empty(differences);
    }

    [Theory]
    [InlineData("OCR::", "11-sign-zh.png", "spotting")]
    [InlineData("ocr：：", "11-sign-zh.png", "spotting")]
    [InlineData("EXTRACT:: Name, ID No，Valid Until", "08-card-en.png", "fields")]
    [InlineData("EXTRACT::\n['Name','ID No','Valid Until']", "08-card-en.png", "fields")]
    [InlineData("TRANSLATE::en", "11-sign-zh.png", "translate")]
    [InlineData("TRANSLATE:: 中文", "12-sign-en.jpg", "translate")]
    public async Task A_prefix_asks_with_the_official_wording(string prompt, string file, string task)
    {
        Golden golden = DemoServer.Golden().Single(asked => asked.File == file && asked.Task == task);
        (_, JsonNode official) = await server.PostAsync("chat/completions", DemoServer.ChatBody(golden.Prompt, file, 20));
        (_, JsonNode chat) = await server.PostAsync("chat/completions", DemoServer.ChatBody(prompt, file, 20));
        (_, JsonNode text) = await server.PostAsync("completions", new JsonObject { ["model"] = "hunyuancr", ["prompt"] = prompt, ["image"] = Convert.ToBase64String(DemoServer.Document(file)), ["temperature"] = 0, ["max_tokens"] = 20 });
        Assert.Equal(golden.PromptTokens, (int)chat["usage"]!["prompt_tokens"]!);
        Assert.Equal(golden.PromptTokens, (int)text["usage"]!["prompt_tokens"]!);
        Assert.Equal(DemoServer.ChatText(official), DemoServer.ChatText(chat));
        Assert.Equal(DemoServer.ChatText(official), (string)text["choices"]![0]!["text"]!);
    }

    [Fact]
    public async Task Text_before_a_picture_and_behind_it_ask_the_same()
    {
        JsonObject behind = DemoServer.ChatBody("OCR::", Sign, 20), before = DemoServer.ChatBody("OCR::", Sign, 20);
        JsonArray parts = before["messages"]![0]!["content"]!.AsArray();
        JsonNode picture = parts[0]!;
        parts.RemoveAt(0);
        parts.Add(picture);
        Assert.Equal(DemoServer.ChatText((await server.PostAsync("chat/completions", behind)).Body), DemoServer.ChatText((await server.PostAsync("chat/completions", before)).Body));
    }

    [Fact]
    public async Task A_completion_takes_its_picture_as_base64_as_data_url_in_a_list_or_within_the_prompt()
    {
        byte[] picture = DemoServer.Document(Sign);
        string url = DemoServer.DataUrl(picture);
        JsonObject[] bodies =
        [
            new() { ["prompt"] = "OCR::", ["image"] = Convert.ToBase64String(picture) },
            new() { ["prompt"] = new JsonArray("OCR::"), ["image"] = url },
            new() { ["prompt"] = "OCR::", ["image"] = new JsonObject { ["url"] = url } },
            new() { ["prompt"] = "OCR::", ["images"] = new JsonArray(url) },
            new() { ["prompt"] = "OCR::\n" + url },
            new() { ["prompt"] = $"![page]({url}) OCR::" },
            new() { ["prompt"] = "OCR::", ["image"] = Convert.ToBase64String(picture, Base64FormattingOptions.InsertLineBreaks) },
        ];
        HashSet<string> texts = [];
        foreach (JsonObject body in bodies)
        {
            body["model"] = "hunyuancr";
            body["temperature"] = 0;
            body["max_tokens"] = 16;
            (int status, JsonNode answer) = await server.PostAsync("completions", body);
            Assert.True(status == 200, answer.ToJsonString());
            Assert.Equal("text_completion", (string)answer["object"]!);
            texts.Add((string)answer["choices"]![0]!["text"]!);
        }
        Assert.Single(texts);
    }

    [Fact]
    public async Task A_streamed_completion_is_the_whole_one_with_usage_reason_and_log_probabilities()
    {
        JsonObject Body() => new() { ["model"] = "hunyuancr", ["prompt"] = "OCR::", ["image"] = Convert.ToBase64String(DemoServer.Document(Sign)), ["temperature"] = 0, ["logprobs"] = 2 };
        (_, JsonNode whole) = await server.PostAsync("completions", Body());
        JsonObject streaming = Body();
        streaming["stream"] = true;
        streaming["stream_options"] = new JsonObject { ["include_usage"] = true };
        List<JsonNode> events = await server.StreamAsync("completions", streaming);
        JsonNode choice = whole["choices"]![0]!;
        JsonNode[] pieces = [.. events.SelectMany(one => one["choices"]!.AsArray()).Select(one => one!)];

        Assert.Equal((string)choice["text"]!, string.Concat(pieces.Select(piece => (string)piece["text"]!)));
        Assert.Equal("stop", (string)choice["finish_reason"]!);
        Assert.Equal("stop", (string)pieces.Single(piece => piece["finish_reason"] is not null)["finish_reason"]!);
        Assert.Equal(whole["usage"]!.ToJsonString(), events.Single(one => one["usage"] is not null)["usage"]!.ToJsonString());
        foreach (string list in (ReadOnlySpan<string>)["tokens", "token_logprobs", "top_logprobs", "text_offset"])
            Assert.Equal((int)whole["usage"]!["completion_tokens"]!, choice["logprobs"]![list]!.AsArray().Count);
        foreach (string list in (ReadOnlySpan<string>)["tokens", "text_offset"])
            Assert.Equal(choice["logprobs"]![list]!.AsArray().Select(entry => entry!.ToJsonString()), pieces.Where(piece => piece["logprobs"] is not null).SelectMany(piece => piece["logprobs"]![list]!.AsArray()).Select(entry => entry!.ToJsonString()));
        Assert.Equal((string)choice["text"]!, string.Concat(choice["logprobs"]!["tokens"]!.AsArray().Select(token => (string)token!)));
        Assert.All(choice["logprobs"]!["token_logprobs"]!.AsArray(), chance => Assert.True((double)chance! <= 0));
    }

    [Fact]
    public async Task A_stream_without_include_usage_has_none_and_its_first_event_names_the_role()
    {
        JsonObject body = DemoServer.ChatBody("OCR::", Sign, 8);
        body["stream"] = true;
        List<JsonNode> events = await server.StreamAsync("chat/completions", body);
        Assert.All(events, one => Assert.Null(one["usage"]));
        Assert.All(events, one => Assert.Equal("chat.completion.chunk", (string)one["object"]!));
        Assert.Single(events.Select(one => (string)one["id"]!).Distinct());
        Assert.Equal("assistant", (string)events[0]["choices"]![0]!["delta"]!["role"]!);
        Assert.Equal("length", (string)events[^1]["choices"]![0]!["finish_reason"]!);
    }

    [Fact]
    public async Task Several_answers_differ_by_their_own_random_numbers_and_come_again_with_the_same_seed()
    {
        JsonObject Body(bool stream)
        {
            JsonObject body = DemoServer.ChatBody("OCR::", Sign, 24);
            body["temperature"] = 1.9;
            body["top_k"] = 50;
            body["seed"] = 11;
            body["n"] = 3;
            body["stream"] = stream;
            return body;
        }
        (_, JsonNode first) = await server.PostAsync("chat/completions", Body(false));
        string[] texts = [.. first["choices"]!.AsArray().Select(choice => (string)choice!["message"]!["content"]!)];
        Assert.Equal([0, 1, 2], first["choices"]!.AsArray().Select(choice => (int)choice!["index"]!));
        Assert.True(texts.Distinct().Count() > 1, "all answers are the same");
        List<JsonNode> events = await server.StreamAsync("chat/completions", Body(true));
        for (int i = 0; i < 3; i++)
            Assert.Equal(texts[i], string.Concat(events.Select(one => one["choices"]![0]!).Where(choice => (int)choice["index"]! == i).Select(choice => (string?)choice["delta"]!["content"])));
    }

    [Fact]
    public async Task Text_at_temperature_0_is_the_same_for_1_4_and_8_at_once_and_for_every_order_of_arrival()
    {
        JsonObject[] questions = [.. DemoServer.Golden().Where(asked => asked.File[..2] is "01" or "07" or "08" or "11" or "12" or "17" or "18" or "22" && asked.Task == "spotting").Select(asked => DemoServer.ChatBody("OCR::", asked.File, 32))];
        Assert.Equal(8, questions.Length);
        string[] alone = new string[8];
        for (int i = 0; i < 8; i++)
            alone[i] = await AskAsync(questions[i]);
        Random random = new(5);
        foreach (int atOnce in (int[])[4, 8, 8, 8])
            foreach (int[] group in Enumerable.Range(0, 8).OrderBy(_ => random.Next()).Chunk(atOnce).ToArray())
            {
                string[] together = await Task.WhenAll(group.Select(i => AskAsync(questions[i])));
                Assert.Equal(group.Select(i => alone[i]), together);
            }

        async Task<string> AskAsync(JsonObject question) => DemoServer.ChatText((await server.PostAsync("chat/completions", question)).Body);
    }
}
