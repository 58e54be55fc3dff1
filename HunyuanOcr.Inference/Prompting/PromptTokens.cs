namespace HunyuanOcr.Inference.Prompting;

/// <summary>The tokens that a prompt is built of, from genai_config.json.</summary>
/// <param name="Begin">Begin of the sequence.</param>
/// <param name="User">Ends the user's text; the answer follows.</param>
/// <param name="SystemEnd">Ends a system text; null where the model has none.</param>
/// <param name="ImageStart">Before an image.</param>
/// <param name="Image">Stands for a vector of an image.</param>
/// <param name="ImageEnd">After an image.</param>
internal sealed record PromptTokens(int Begin, int User, int? SystemEnd, int ImageStart, int Image, int ImageEnd);
