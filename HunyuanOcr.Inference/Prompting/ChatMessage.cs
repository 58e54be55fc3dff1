namespace HunyuanOcr.Inference.Prompting;

/// <summary>One message as a chat template sees it.</summary>
/// <param name="Role">system or user.</param>
/// <param name="Images">Pictures that come before the text; null where the content is the text alone.</param>
/// <param name="Text">What was written.</param>
internal sealed record ChatMessage(string Role, int? Images, string Text);
