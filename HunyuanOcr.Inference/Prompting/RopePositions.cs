namespace HunyuanOcr.Inference.Prompting;

/// <summary>The four position axes of XD-RoPE for the tokens of a prompt.</summary>
internal static class RopePositions
{
    public const int Axes = 4;

    /// <summary>Positions [4, T] row-major.</summary>
    /// <param name="count">Tokens of the prompt, T.</param>
    /// <param name="images">Where images stand; the first and the last placeholder of each are its begin and end.</param>
    /// <param name="mergeSize">Patches that become one vector, along each side.</param>
    /// <remarks>
    /// Text, and an image's begin and end: the index in the sequence on all axes. The tokens of an image's grid: axis 0 the index in the
    /// sequence, 1 the column (the line-end column is the last), 2 the row, 3 which image it is.
    /// </remarks>
    public static int[] Build(int count, IReadOnlyList<ImageSpan> images, int mergeSize)
    {
        int[] positions = new int[Axes * count];
        for (int axis = 0; axis < Axes; axis++)
            for (int index = 0; index < count; index++)
                positions[axis * count + index] = index;
        for (int ordinal = 0; ordinal < images.Count; ordinal++)
        {
            ImageSpan image = images[ordinal];
            int columns = image.GridWidth / mergeSize + 1, rows = image.GridHeight / mergeSize;
            for (int row = 0, index = image.Start + 1; row < rows; row++)
                for (int column = 0; column < columns; column++, index++)
                {
                    positions[count + index] = column;
                    positions[2 * count + index] = row;
                    positions[3 * count + index] = ordinal;
                }
        }
        return positions;
    }
}
