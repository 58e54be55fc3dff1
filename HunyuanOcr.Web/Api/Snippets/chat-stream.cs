using System.ClientModel;
using OpenAI;
using OpenAI.Chat;

namespace HunyuanOcr.Web.Tests.Api.Snippets;

internal static class ChatStreamSnippet
{
    internal static async Task RunAsync(string server, string key)
    {
        ChatClient client = new("hunyuanocr", new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = new Uri(server + "/v1") });
        BinaryData image = BinaryData.FromBytes(await File.ReadAllBytesAsync("invoice.png"));
        ChatMessage[] messages =
        [
            new UserChatMessage(
                ChatMessageContentPart.CreateImagePart(image, "image/png"),
                ChatMessageContentPart.CreateTextPart("TRANSLATE::en")),
        ];
        await foreach (StreamingChatCompletionUpdate update in client.CompleteChatStreamingAsync(messages))
            foreach (ChatMessageContentPart part in update.ContentUpdate)
                Console.Write(part.Text);
    }
}
