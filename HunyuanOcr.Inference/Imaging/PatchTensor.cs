namespace HunyuanOcr.Inference.Imaging;

/// <summary>One picture as the vision tower takes it.</summary>
/// <param name="Values">[GridHeight * GridWidth, 768] normalised values in the order of transformers' pixel_values: row-major patches, each channel-major 3x16x16.</param>
/// <param name="GridHeight">Patches down.</param>
/// <param name="GridWidth">Patches across.</param>
/// <param name="Page">Size before and after scaling.</param>
internal sealed record PatchTensor(float[] Values, int GridHeight, int GridWidth, OcrPageSize Page);
