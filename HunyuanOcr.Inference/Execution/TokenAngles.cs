using HunyuanOcr.Inference.Prompting;

namespace HunyuanOcr.Inference.Execution;

/// <summary>Cosines and sines of a sequence's tokens: by the prompt's four positions, and by the index behind it.</summary>
internal sealed class TokenAngles
{
    /// <summary>Positions whose angles are computed beforehand, so that no step within them allocates.</summary>
    private const int KnownPositions = 8192;

    private readonly XdRope rope;

    public TokenAngles(ModelShape shape)
    {
        rope = new XdRope(shape.HeadSize, shape.RopeBase, shape.RopeSections);
        float[] cosines = new float[shape.HeadSize], sines = new float[shape.HeadSize];
        for (int position = 0; position < Math.Min(shape.ContextLength, KnownPositions); position++)
            rope.FillRow(position, position, position, position, cosines, sines);
    }

    /// <summary>One token's row, HeadSize columns each.</summary>
    public void Fill(Prompt prompt, int token, Span<float> cosines, Span<float> sines)
    {
        int length = prompt.TokenIds.Length;
        if (token >= length)
            rope.FillRow(token, token, token, token, cosines, sines);
        else
            rope.FillRow(prompt.Positions[token], prompt.Positions[length + token], prompt.Positions[(2 * length) + token], prompt.Positions[(3 * length) + token], cosines, sines);
    }
}
