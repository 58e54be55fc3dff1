using System.Text;
using HunyuanOcr.Inference.Output;
using HunyuanOcr.Inference.Prompting;
using HunyuanOcr.Inference.Sampling;
using HunyuanOcr.Inference.Tokenization;

namespace HunyuanOcr.Inference.Engine;

/// <summary>Makes of a request's tokens its text, lines and fields, and sees where a stop string or a loop ends the answer.</summary>
/// <remarks>Runs on the reader's side, off the engine's thread. Depends on the tokens alone and not on when they come,
/// so an answer is the same however late the engine learns that it is over.</remarks>
internal sealed class AnswerBuilder
{
    private readonly BpeTokenizer tokenizer;
    private readonly ResolvedTask task;
    private readonly TokenTextStream textStream;
    private readonly StopStrings stops;
    private readonly RepetitionWatch? repetition;
    private readonly ConfidenceMap answer = new();
    private readonly SpottingParser parser;
    private readonly List<OcrToken> tokens = [];
    private readonly StringBuilder newText = new();
    private readonly List<OcrLine> newLines = [];
    private int sureLength;
    private int deliveredTokens;
    private int deliveredLines;

    /// <param name="tokenizer">The model's.</param>
    /// <param name="task">Decides how the answer is parsed.</param>
    /// <param name="stop">Stop strings.</param>
    /// <param name="stopOnRepetition">Whether a tail that repeats without end is the end.</param>
    public AnswerBuilder(BpeTokenizer tokenizer, ResolvedTask task, IReadOnlyList<string> stop, bool stopOnRepetition)
    {
        this.tokenizer = tokenizer;
        this.task = task;
        textStream = new TokenTextStream(tokenizer);
        stops = new StopStrings(stop);
        repetition = stopOnRepetition ? new RepetitionWatch() : null;
        parser = NewParser();
    }

    /// <summary>Why the answer is over though the model may go on; null while it is not.</summary>
    public OcrFinishReason? End { get; private set; }

    /// <summary>Takes one token in; after the end there must be none.</summary>
    public void Add(in TokenChoice choice)
    {
        string piece = textStream.Append(choice.Id);
        answer.Append(piece, choice.LogProbability, textStream.InsideCharacter);
        tokens.Add(new OcrToken(choice.Id, choice.LogProbability, answer.Length, Alternatives(in choice)));
        Release(stops.Feed(piece));
        if (stops.Stopped)
            End = OcrFinishReason.Stop;
        else if (repetition?.Append(piece) == true)
            End = OcrFinishReason.Repetition;
    }

    /// <summary>What has become certain since the last call; null for nothing.</summary>
    public OcrDelta? TakeDelta()
    {
        int from = deliveredTokens;
        while (deliveredTokens < tokens.Count && tokens[deliveredTokens].TextLength <= sureLength)
            deliveredTokens++;
        if (newText.Length == 0 && deliveredTokens == from && newLines.Count == 0)
            return null;
        deliveredLines += newLines.Count;
        var delta = new OcrDelta(newText.ToString(), tokens[from..deliveredTokens], [.. newLines]);
        newText.Clear();
        newLines.Clear();
        return delta;
    }

    /// <summary>The whole answer; what it grew by at its end is in one more delta.</summary>
    /// <param name="reason">Why the engine ended it; <see cref="End"/> wins.</param>
    /// <param name="prepared">The request.</param>
    /// <param name="timings">Where the time went.</param>
    public OcrResult Finish(OcrFinishReason reason, PreparedRequest prepared, OcrTimings timings)
    {
        string tail = textStream.Finish();
        if (tail.Length > 0)
            answer.Complete(tail);
        Release(stops.Feed(tail));
        Release(stops.Finish());
        if (End != OcrFinishReason.Stop && repetition?.Finish() is { } kept)
        {
            End = OcrFinishReason.Repetition;
            sureLength = Math.Min(sureLength, kept);
        }
        Truncate(sureLength);
        IReadOnlyList<OcrLine> lines = HasLines ? NewParser().Finish() : [];
        newLines.Clear();
        newLines.AddRange(lines.Skip(deliveredLines));
        return new OcrResult
        {
            Text = answer.Text.ToString(),
            Lines = lines,
            Fields = task.Task == OcrTask.Fields ? FieldsParser.Parse(answer, task.Fields) : [],
            Tokens = tokens,
            FinishReason = End ?? reason,
            PromptTokens = prepared.Prompt.TokenIds.Length,
            ImageTokens = prepared.Prompt.Images.Sum(image => image.Count),
            Pages = [.. prepared.Pictures.Select(picture => picture.Page)],
            Timings = timings,
        };
    }

    private bool HasLines => task.Task is OcrTask.Spotting or OcrTask.Text or OcrTask.Free;

    private SpottingParser NewParser() => new(answer, expectBoxes: task.Task is OcrTask.Spotting or OcrTask.Free);

    private void Release(string text)
    {
        if (text.Length == 0)
            return;
        sureLength += text.Length;
        newText.Append(text);
        if (HasLines)
            newLines.AddRange(parser.Advance(sureLength));
    }

    // Tokens that stand wholly behind the cut go, and the last one ends at it.
    private void Truncate(int length)
    {
        if (length >= answer.Length)
            return;
        answer.Truncate(length);
        while (tokens.Count > 1 && tokens[^2].TextLength >= length)
            tokens.RemoveAt(tokens.Count - 1);
        if (tokens.Count > 0)
            tokens[^1] = tokens[^1] with { TextLength = Math.Min(tokens[^1].TextLength, length) };
        deliveredTokens = Math.Min(deliveredTokens, tokens.Count);
    }

    private OcrAlternative[] Alternatives(in TokenChoice choice)
    {
        var alternatives = new OcrAlternative[choice.Count];
        for (int i = 0; i < alternatives.Length; i++)
        {
            int id = choice.AlternativeIds[i];
            alternatives[i] = new OcrAlternative(id, tokenizer.TokenText(id), choice.AlternativeLogProbabilities[i]);
        }
        return alternatives;
    }
}
