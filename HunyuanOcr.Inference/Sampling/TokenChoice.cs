using System.Runtime.CompilerServices;

namespace HunyuanOcr.Inference.Sampling;

/// <summary>A chosen token with the likeliest ones at its place. Filled in place, so that a step allocates nothing.</summary>
internal struct TokenChoice
{
    /// <summary>How many alternatives are kept at most.</summary>
    public const int MostAlternatives = 5;

    /// <summary>The chosen token.</summary>
    public int Id;

    /// <summary>Natural logarithm of its probability: after the repetition penalty, before temperature, top-k and top-p.</summary>
    public float LogProbability;

    /// <summary>Whether there was a number to choose from; if not, <see cref="LogProbability"/> is none either.</summary>
    public readonly bool IsMade => float.IsFinite(LogProbability);

    /// <summary>How many alternatives there are: 5, or the vocabulary's size where that is less.</summary>
    public int Count;

    /// <summary>Ids of the likeliest tokens, likeliest first, the lower id first among equals. The chosen one may be among them.</summary>
    public Ids AlternativeIds;

    /// <summary>Natural logarithms of their probabilities.</summary>
    public LogProbabilities AlternativeLogProbabilities;

    /// <summary>Five token ids.</summary>
    [InlineArray(MostAlternatives)]
    public struct Ids
    {
        private int first;
    }

    /// <summary>Five logarithms.</summary>
    [InlineArray(MostAlternatives)]
    public struct LogProbabilities
    {
        private float first;
    }
}
