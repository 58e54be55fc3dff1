namespace HunyuanOcr.Inference.Tokenization;

/// <summary>A run of a prompt's text with its origin.</summary>
/// <param name="Text">The text.</param>
/// <param name="FromUser">True: strings of special tokens in it are ordinary text. False: it comes from a template, where they mean the tokens.</param>
internal readonly record struct TextPiece(string Text, bool FromUser);
