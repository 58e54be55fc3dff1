namespace HunyuanOcr.Inference.Prompting;

/// <summary>Where the vectors of one image stand in a prompt.</summary>
/// <param name="Start">Index of its first placeholder token.</param>
/// <param name="GridHeight">Patches down, a multiple of the merge size.</param>
/// <param name="GridWidth">Patches across, a multiple of the merge size.</param>
/// <param name="Count">Placeholders, see <see cref="CountOf"/>.</param>
internal readonly record struct ImageSpan(int Start, int GridHeight, int GridWidth, int Count)
{
    /// <summary>Placeholders, and so vectors, of an image: each merged row ends with one more, and the whole has a begin and an end.</summary>
    public static int CountOf(int gridHeight, int gridWidth, int mergeSize) => (gridHeight / mergeSize * ((gridWidth / mergeSize) + 1)) + 2;
}

/// <summary>A prompt ready for the model.</summary>
/// <param name="TokenIds">T token ids, image placeholders expanded.</param>
/// <param name="Images">The images in order.</param>
/// <param name="Positions">XD-RoPE positions, [4, T] row-major: axis 0 all tokens, then axis 1, 2, 3.</param>
internal sealed record Prompt(int[] TokenIds, ImageSpan[] Images, int[] Positions);
