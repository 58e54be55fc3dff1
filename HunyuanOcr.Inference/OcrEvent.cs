namespace HunyuanOcr.Inference;

/// <summary>What a running request tells its caller, in this order: any number of <see cref="OcrQueued"/>, one <see cref="OcrReading"/>,
/// any number of <see cref="OcrDelta"/>, one <see cref="OcrFinished"/>.</summary>
public abstract record OcrEvent;

/// <summary>The request waits; sent at once and again whenever its place changes.</summary>
/// <param name="Ahead">Requests that come before it.</param>
public sealed record OcrQueued(int Ahead) : OcrEvent;

/// <summary>Its pictures are decoded and the vision tower reads them.</summary>
/// <param name="Pages">Sizes, in order.</param>
public sealed record OcrReading(IReadOnlyList<OcrPageSize> Pages) : OcrEvent;

/// <summary>New text.</summary>
/// <remarks>All deltas together are the answer, but for one that ends by <see cref="OcrFinishReason.Repetition"/>: what its end repeats
/// may have been sent already, and <see cref="OcrFinished"/> holds the text that counts.</remarks>
/// <param name="Text">What the answer's text grew by; never half a character. May be empty while a character is incomplete.</param>
/// <param name="Tokens">The tokens behind it.</param>
/// <param name="Lines">Lines that this text completed.</param>
public sealed record OcrDelta(string Text, IReadOnlyList<OcrToken> Tokens, IReadOnlyList<OcrLine> Lines) : OcrEvent;

/// <summary>The end.</summary>
/// <param name="Result">The whole answer.</param>
public sealed record OcrFinished(OcrResult Result) : OcrEvent;
