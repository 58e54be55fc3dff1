using HunyuanOcr.Inference.Prompting.Jinja;
using HunyuanOcr.Inference.Tokenization;

namespace HunyuanOcr.Inference.Prompting;

/// <summary>The checkpoint's own chat template. What a user wrote stays marked as such all through it.</summary>
internal sealed class ChatTemplate
{
    private readonly JinjaTemplate template;

    private ChatTemplate(JinjaTemplate template) => this.template = template;

    /// <exception cref="FormatException">The template holds something that is not supported; the message names it.</exception>
    public static ChatTemplate Parse(string source) => new(JinjaTemplate.Parse(source));

    /// <summary>Renders messages up to where the answer begins.</summary>
    /// <param name="messages">System and user messages.</param>
    /// <param name="variables">Strings that the template may name, such as bos_token.</param>
    /// <exception cref="FormatException">The template cannot be applied to these messages.</exception>
    public IReadOnlyList<TextPiece> Render(IReadOnlyList<ChatMessage> messages, IReadOnlyDictionary<string, string> variables)
    {
        Dictionary<string, object?> names = new(StringComparer.Ordinal);
        foreach ((string name, string value) in variables)
            names[name] = JinjaText.Of(value);
        names["messages"] = messages.Select(Message).ToList();
        names["add_generation_prompt"] = true;
        names["tools"] = null;
        names["documents"] = null;
        return template.Render(names, messages.Sum(message => (long)message.Text.Length)).Pieces;
    }

    private static object? Message(ChatMessage message)
    {
        JinjaText text = JinjaText.Of(message.Text, fromUser: true);
        object content = text;
        if (message.Images is { } images)
            content = (List<object?>)
            [
                .. Enumerable.Range(0, images).Select(object? (_) => Map(("type", JinjaText.Of("image")))),
                Map(("type", JinjaText.Of("text")), ("text", text)),
            ];
        return Map(("role", JinjaText.Of(message.Role)), ("content", content));
    }

    private static Dictionary<string, object?> Map(params (string Name, object? Value)[] members) =>
        members.ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal);
}
