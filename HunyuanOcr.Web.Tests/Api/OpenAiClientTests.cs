using System.ClientModel;
using System.Text;
using System.Text.Json.Nodes;
using OpenAI.Chat;

namespace HunyuanOcr.Web.Tests.Api;

/// <summary>OpenAI's own .NET client against the real server with the demo model.</summary>
[Collection(DemoServerUse.Name)]
public sealed class OpenAiClientTests(DemoServer server)
{
    private const string Sign = "11-sign-zh.png";

    [Fact]
    public async Task The_official_client_reads_a_picture_and_gets_text_usage_and_the_reason_of_the_end()
    {
        Golden golden = DemoServer.Golden().Single(asked => asked is { File: Sign, Task: "spotting" });
        ChatCompletion answer = await server.Chat().CompleteChatAsync(Question("OCR::"), Options());
        Assert.NotEmpty(answer.Content[0].Text);
        Assert.Equal(ChatMessageRole.Assistant, answer.Role);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.Equal("hunyuanocr", answer.Model);
        Assert.Equal(golden.PromptTokens, answer.Usage.InputTokenCount);
        Assert.Equal(answer.Usage.InputTokenCount + answer.Usage.OutputTokenCount, answer.Usage.TotalTokenCount);
        Assert.InRange(golden.AnswerTokens - answer.Usage.OutputTokenCount, 0, 1);
        Assert.InRange(answer.CreatedAt, DateTimeOffset.UtcNow.AddMinutes(-10), DateTimeOffset.UtcNow.AddMinutes(1));
    }

    [Fact]
    public async Task What_the_official_client_streams_is_the_text_that_it_gets_whole()
    {
        ChatCompletion whole = await server.Chat().CompleteChatAsync(Question("OCR::"), Options());
        StringBuilder text = new();
        List<StreamingChatCompletionUpdate> updates = [];
        await foreach (StreamingChatCompletionUpdate update in server.Chat().CompleteChatStreamingAsync(Question("OCR::"), Options()))
        {
            updates.Add(update);
            foreach (ChatMessageContentPart part in update.ContentUpdate)
                text.Append(part.Text);
        }
        Assert.Equal(whole.Content[0].Text, text.ToString());
        Assert.Equal(ChatMessageRole.Assistant, updates[0].Role);
        Assert.Equal(ChatFinishReason.Stop, updates.Single(update => update.FinishReason is not null).FinishReason);
        Assert.Equal(whole.Usage.TotalTokenCount, updates.Single(update => update.Usage is not null).Usage.TotalTokenCount);
        Assert.True(updates.Count > 4, $"{updates.Count} updates");
    }

    [Fact]
    public async Task Every_token_has_a_log_probability_of_at_most_0_and_the_tokens_together_are_the_text()
    {
        ChatCompletionOptions options = Options(24);
        options.IncludeLogProbabilities = true;
        options.TopLogProbabilityCount = 3;
        ChatCompletion answer = await server.Chat().CompleteChatAsync(Question("OCR::"), options);
        IReadOnlyList<ChatTokenLogProbabilityDetails> tokens = answer.ContentTokenLogProbabilities;
        Assert.Equal(answer.Usage.OutputTokenCount, tokens.Count);
        Assert.All(tokens, token => Assert.True(token.LogProbability <= 0));
        Assert.All(tokens, token => Assert.Equal(3, token.TopLogProbabilities.Count));
        Assert.Equal(answer.Content[0].Text, string.Concat(tokens.Select(token => token.Token)));

        List<ChatTokenLogProbabilityDetails> streamed = [];
        await foreach (StreamingChatCompletionUpdate update in server.Chat().CompleteChatStreamingAsync(Question("OCR::"), options))
            streamed.AddRange(update.ContentTokenLogProbabilities);
        Assert.Equal(tokens.Select(token => token.Token), streamed.Select(token => token.Token));
        Assert.Equal(tokens.Select(token => token.Utf8Bytes!.Value.ToArray()), streamed.Select(token => token.Utf8Bytes!.Value.ToArray()));
    }

    [Fact]
    public async Task An_answer_ends_with_length_at_the_limit_and_with_stop_before_a_stop_string()
    {
        ChatCompletion cut = await server.Chat().CompleteChatAsync(Question("OCR::"), Options(5));
        Assert.Equal((ChatFinishReason.Length, 5), (cut.FinishReason, cut.Usage.OutputTokenCount));

        ChatCompletion whole = await server.Chat().CompleteChatAsync(Question("OCR::"), Options());
        string text = whole.Content[0].Text, word = text[6..9];
        ChatCompletionOptions options = Options();
        options.StopSequences.Add(word);
        ChatCompletion stopped = await server.Chat().CompleteChatAsync(Question("OCR::"), options);
        Assert.Equal(ChatFinishReason.Stop, stopped.FinishReason);
        Assert.Equal(text[..text.IndexOf(word, StringComparison.Ordinal)], stopped.Content[0].Text);
    }

    [Fact]
    public async Task A_cancelled_stream_frees_its_blocks()
    {
        using CancellationTokenSource cancel = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (StreamingChatCompletionUpdate update in server.Chat().CompleteChatStreamingAsync(Question("OCR::", "24-page-en.png"), Options(), cancel.Token))
                if (update.ContentUpdate.Count > 0 && update.ContentUpdate[0].Text.Length > 0)
                    await cancel.CancelAsync();
        });
        await server.IdleAsync();
    }

    [Fact]
    public async Task Refusals_reach_the_official_client_with_status_and_words()
    {
        ClientResultException unknown = await Assert.ThrowsAsync<ClientResultException>(() => server.Chat("gpt-4o").CompleteChatAsync(Question("OCR::"), Options()));
        Assert.Equal(404, unknown.Status);
        Assert.Contains("model_not_found", unknown.Message, StringComparison.Ordinal);

        ChatCompletionOptions options = Options();
        options.FrequencyPenalty = 0.5f;
        ClientResultException unsupported = await Assert.ThrowsAsync<ClientResultException>(() => server.Chat().CompleteChatAsync(Question("OCR::"), options));
        Assert.Equal(400, unsupported.Status);
        Assert.Contains("frequency_penalty", unsupported.Message, StringComparison.Ordinal);

        UserChatMessage damaged = new(ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(DemoServer.Document(Sign)[..2000]), "image/png"), ChatMessageContentPart.CreateTextPart("OCR::"));
        ClientResultException broken = await Assert.ThrowsAsync<ClientResultException>(() => server.Chat().CompleteChatAsync([damaged], Options()));
        Assert.Equal(422, broken.Status);
    }

    [Fact]
    public async Task A_system_message_several_pictures_and_a_seed_pass_through_the_official_client()
    {
        ChatMessage[] messages =
        [
            new SystemChatMessage(""),
            new UserChatMessage(Part(Sign), Part("12-sign-en.jpg"), ChatMessageContentPart.CreateTextPart("提取图中的文字。")),
        ];
        ChatCompletionOptions options = Options(12);
        options.Temperature = 0.8f;
#pragma warning disable OPENAI001 // The client calls the seed an experiment; the API has it.
        options.Seed = 7;
#pragma warning restore OPENAI001
        ChatCompletion first = await server.Chat().CompleteChatAsync(messages, options), second = await server.Chat().CompleteChatAsync(messages, options);
        Assert.Equal(first.Content[0].Text, second.Content[0].Text);
        int images = DemoServer.Golden().Where(asked => asked.File is Sign or "12-sign-en.jpg" && asked.Task == "spotting").Sum(asked => asked.ImageTokens);
        Assert.True(first.Usage.InputTokenCount > images, $"{first.Usage.InputTokenCount} tokens, {images} of them for pictures");
        Assert.StartsWith("fp_", (string?)JsonNode.Parse(await RawAsync())!["system_fingerprint"], StringComparison.Ordinal);
    }

    private async Task<string> RawAsync() => (await server.PostAsync("chat/completions", DemoServer.ChatBody("OCR::", Sign, 1))).Body.ToJsonString();

    private static ChatMessage[] Question(string text, string file = Sign) => [new UserChatMessage(Part(file), ChatMessageContentPart.CreateTextPart(text))];

    private static ChatMessageContentPart Part(string file) =>
        ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(DemoServer.Document(file)), file.EndsWith(".jpg", StringComparison.Ordinal) ? "image/jpeg" : "image/png");

    private static ChatCompletionOptions Options(int? most = null) => new() { Temperature = (float)DemoServer.Greedy, MaxOutputTokenCount = most };
}
