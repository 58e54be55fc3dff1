namespace HunyuanOcr.Inference;

/// <summary>What <see cref="OcrEngine.SelfCheckAsync"/> found.</summary>
/// <param name="Faults">Each fault with its remedy; empty where all is well.</param>
/// <param name="CharacterErrorRate">Errors in reading the built-in page, over its length; 0 is perfect.</param>
/// <param name="Read">What the model read there.</param>
/// <param name="Expected">What stands there.</param>
/// <param name="FilesChecked">Files whose hashes were compared with export.json.</param>
/// <param name="TextsChecked">Texts that went through the tokenizer and back.</param>
public sealed record SelfCheckReport(
    IReadOnlyList<string> Faults, double CharacterErrorRate, string Read, string Expected, int FilesChecked, int TextsChecked)
{
    /// <summary>Whether nothing was found.</summary>
    public bool Passed => Faults.Count == 0;
}
