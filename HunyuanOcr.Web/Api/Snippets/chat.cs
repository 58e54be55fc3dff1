using System.ClientModel;
using OpenAI;
using OpenAI.Chat;

namespace HunyuanOcr.Web.Tests.Api.Snippets;

internal static class ChatSnippet
{
    internal static async Task RunAsync(string server, string key)
    {
        ChatClient client = new("hunyuanocr", new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = new Uri(server + "/v1") });
        BinaryData image = BinaryData.FromBytes(await File.ReadAllBytesAsync("invoice.png"));
        ChatCompletion answer = await client.CompleteChatAsync(new UserChatMessage(
            ChatMessageContentPart.CreateImagePart(image, "image/png"),
            ChatMessageContentPart.CreateTextPart("OCR::")));
        Console.WriteLine(answer.Content[0].Text);
    }
}
