using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Prompting;

namespace HunyuanOcr.Inference.Execution;

/// <summary>The sizes of one run of the vision graph: [Height * Width, PatchLength] patches in, Vectors vectors out.</summary>
/// <param name="Height">Patches down.</param>
/// <param name="Width">Patches across.</param>
/// <param name="PatchLength">Numbers of a patch, three channels.</param>
/// <param name="Vectors">Vectors that stand for the picture in a prompt.</param>
internal readonly record struct VisionGrid(int Height, int Width, int PatchLength, int Vectors)
{
    public int Patches => Height * Width;

    /// <exception cref="ArgumentException">The picture's patches do not fit the model's: the graph would read past them.</exception>
    public static VisionGrid Of(ScaledPicture picture, ModelShape shape)
    {
        int height = picture.GridHeight, width = picture.GridWidth, merge = shape.MergeSize, numbers = 3 * shape.PatchSize * shape.PatchSize;
        if (height < merge || width < merge || height % merge != 0 || width % merge != 0 || picture.Length != (long)height * width * numbers)
            throw new ArgumentException($"{picture.Length} values do not make a grid of {height} x {width} patches of {numbers}, merged by {merge}.", nameof(picture));
        return new VisionGrid(height, width, numbers, ImageSpan.CountOf(height, width, merge));
    }
}
