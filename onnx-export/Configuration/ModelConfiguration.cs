namespace OnnxExport.Configuration;

/// <summary>What config.json says, whichever of its two layouts it uses.</summary>
internal sealed record ModelConfiguration
{
    public required TextConfiguration Text { get; init; }
    public required VisionConfiguration Vision { get; init; }
    public required int ImageTokenId { get; init; }
    public required int ImageStartTokenId { get; init; }
    public required int ImageEndTokenId { get; init; }

    /// <summary>Whether the output head is the embedding table.</summary>
    public required bool TiedHead { get; init; }
}

/// <summary>The decoder. Sizes are in elements.</summary>
internal sealed record TextConfiguration
{
    public required int VocabularySize { get; init; }
    public required int HiddenSize { get; init; }
    public required int IntermediateSize { get; init; }
    public required int Layers { get; init; }
    public required int Heads { get; init; }
    public required int KeyValueHeads { get; init; }
    public required int HeadSize { get; init; }
    public required float RmsNormEpsilon { get; init; }
    public required int ContextLength { get; init; }
    public required RopeConfiguration Rope { get; init; }
    public required int? BosTokenId { get; init; }
    public required IReadOnlyList<int> EosTokenIds { get; init; }
    public required int? PadTokenId { get; init; }

    /// <summary>Columns of the product that gives queries, keys and values together.</summary>
    public int QkvSize => (Heads + 2 * KeyValueHeads) * HeadSize;
}

/// <summary>XD-RoPE: base = theta * alpha^(d/(d-2)), split over four position axes.</summary>
/// <param name="Theta">rope_theta.</param>
/// <param name="Alpha">1 where config.json has none.</param>
/// <param name="Sections">Half-widths of the position axes; they add up to half of the head size.</param>
internal sealed record RopeConfiguration(double Theta, double Alpha, IReadOnlyList<int> Sections);

/// <summary>The vision tower. Sizes are in elements, images in pixels.</summary>
internal sealed record VisionConfiguration
{
    public required int HiddenSize { get; init; }
    public required int IntermediateSize { get; init; }
    public required int Layers { get; init; }
    public required int Heads { get; init; }
    public required int Channels { get; init; }
    public required int PatchSize { get; init; }
    public required int MergeSize { get; init; }
    public required int MaxImageSize { get; init; }
    public required float NormEpsilon { get; init; }

    public int HeadSize => HiddenSize / Heads;

    /// <summary>Numbers in one patch.</summary>
    public int PatchElements => Channels * PatchSize * PatchSize;

    /// <summary>Rows and columns of the learned position grid; the table has one more, unused, first row.</summary>
    public int PositionEdge => MaxImageSize / PatchSize;
}
