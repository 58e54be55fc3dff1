namespace HunyuanOcr.Inference.Tokenization;

/// <summary>A token outside the BPE vocabulary: a mark such as the begin of an image.</summary>
/// <param name="Id">Token id.</param>
/// <param name="Content">Its string in templates.</param>
/// <param name="Special">Whether it is left out of decoded text.</param>
internal readonly record struct AddedToken(int Id, string Content, bool Special);
