namespace HunyuanOcr.Inference.Prompting;

/// <summary>Token ids with a meaning.</summary>
/// <param name="Begin">Begins every prompt.</param>
/// <param name="Ends">Any of these ends an answer.</param>
/// <param name="Image">Placeholder of one vision vector.</param>
/// <param name="ImageStart">Before an image.</param>
/// <param name="ImageEnd">After an image.</param>
/// <param name="User">Ends the user's text.</param>
/// <param name="SystemEnd">Ends the system text; null where the vocabulary has none.</param>
internal sealed record SpecialTokens(int Begin, IReadOnlyList<int> Ends, int Image, int ImageStart, int ImageEnd, int User, int? SystemEnd);
