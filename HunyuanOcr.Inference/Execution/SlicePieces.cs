using HunyuanOcr.Inference.Prompting;
using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Execution;

/// <summary>Consecutive tokens of a slice whose embeddings come from one place.</summary>
/// <param name="Start">Index of the first one in the sequence.</param>
/// <param name="Count">How many.</param>
/// <param name="Vectors">The picture's vectors where it stands for one; null for text.</param>
/// <param name="FirstVector">Which of the vectors is the first one.</param>
internal readonly record struct SlicePiece(int Start, int Count, VisionVectors? Vectors, int FirstVector);

/// <summary>Parts a slice into text and pictures. Allocates nothing.</summary>
internal ref struct SlicePieces(StepSlice slice)
{
    private readonly int end = slice.Start + slice.Count;
    private int token = slice.Start;
    private int image;

    public SlicePiece Current { get; private set; }

    public readonly SlicePieces GetEnumerator() => this;

    /// <exception cref="ArgumentException">A picture has another number of vectors than placeholders.</exception>
    public bool MoveNext()
    {
        if (token == end)
            return false;
        ImageSpan[] images = slice.Sequence.Prompt.Images;
        while (image < images.Length && images[image].Start + images[image].Count <= token)
            image++;
        int until = image < images.Length ? Math.Min(images[image].Start, end) : end;
        Current = token < until ? new SlicePiece(token, until - token, null, 0) : InImage(images[image]);
        token += Current.Count;
        return true;
    }

    private readonly SlicePiece InImage(ImageSpan span)
    {
        VisionVectors vectors = slice.Sequence.Images[image];
        if (vectors.Count != span.Count)
            throw new ArgumentException($"Image {image} has {vectors.Count} vectors and {span.Count} placeholders.");
        return new SlicePiece(token, Math.Min(span.Start + span.Count, end) - token, vectors, token - span.Start);
    }
}
