using HunyuanOcr.Inference.Engine;
using HunyuanOcr.Inference.Prompting;
using HunyuanOcr.Inference.Sampling;
using HunyuanOcr.Inference.Tests.Scheduling;

namespace HunyuanOcr.Inference.Tests.Engine;

public class AnswerBuilderTests
{
    private const string Page = "Total(10,20),(300,60)Thank you(10,80),(300,120)";

    private static readonly PreparedRequest Prepared =
        new(Sequences.TextPrompt(3), [], new SamplingState(new SamplingChoice(0, 0, 1, 1, 0, []), []), 100);

    [Fact]
    public void Deltas_add_up_to_the_answer_token_by_token()
    {
        (List<OcrDelta> deltas, OcrResult result) = Answer(Page);
        Assert.Equal(Page, result.Text);
        Assert.Equal(Page, string.Concat(deltas.Select(delta => delta.Text)));
        Assert.Equal(result.Tokens, deltas.SelectMany(delta => delta.Tokens));
        Assert.Equal(["Total", "Thank you"], deltas.SelectMany(delta => delta.Lines).Select(line => line.Text));
        Assert.Equal(["Total", "Thank you"], result.Lines.Select(line => line.Text));
        Assert.Equal(new OcrBox(10, 80, 300, 120), result.Lines[1].Box);
        Assert.True(deltas.FindIndex(delta => delta.Lines.Count > 0) < deltas.Count / 2 + 2);
    }

    [Fact]
    public void The_confidence_of_a_line_is_that_of_its_text()
    {
        (_, OcrResult result) = Answer(Page, probability: text => char.IsAsciiLetter(text[0]) ? 0.5f : 0.9f);
        Assert.Equal(0.5, result.Lines[0].Confidence, 3);
        Assert.All(result.Lines[0].CharacterConfidences, confidence => Assert.Equal(0.5, confidence, 3));
    }

    [Fact]
    public void A_character_of_several_tokens_comes_whole()
    {
        (List<OcrDelta> deltas, OcrResult result) = Answer("a😀龘b", OcrTask.Free);
        Assert.Equal("a😀龘b", result.Text);
        Assert.DoesNotContain(deltas, delta => delta.Text.Contains('\uFFFD') || (delta.Text.Length > 0 && char.IsHighSurrogate(delta.Text[^1])));
        Assert.True(result.Tokens.Count > result.Text.Length);
    }

    [Fact]
    public void A_character_that_is_cut_off_shows_as_one_replacement()
    {
        int[] ids = DemoModel.Tokenizer.Encode("a😀", parseSpecialTokens: false);
        (List<OcrDelta> deltas, OcrResult result) = Answer(ids[..^1], OcrTask.Free);
        Assert.Equal("a\uFFFD", result.Text);
        Assert.Equal("a\uFFFD", string.Concat(deltas.Select(delta => delta.Text)));
    }

    [Fact]
    public void A_stop_string_and_the_tokens_behind_it_are_never_handed_out()
    {
        (List<OcrDelta> deltas, OcrResult result) = Answer(Page, stop: ["you("]);
        Assert.Equal(("Total(10,20),(300,60)Thank ", OcrFinishReason.Stop), (result.Text, result.FinishReason));
        Assert.Equal(result.Text, string.Concat(deltas.Select(delta => delta.Text)));
        Assert.Equal(result.Tokens, deltas.SelectMany(delta => delta.Tokens));
        Assert.Equal(result.Text, DemoModel.Tokenizer.Decode([.. result.Tokens.Select(token => token.Id)]));
    }

    [Fact]
    public void The_beginning_of_a_stop_string_that_never_comes_is_handed_out_at_the_end()
    {
        (List<OcrDelta> deltas, OcrResult result) = Answer("Thank yo", OcrTask.Text, stop: ["you"]);
        Assert.Equal(("Thank yo", OcrFinishReason.Length), (result.Text, result.FinishReason));
        Assert.Equal("Thank yo", string.Concat(deltas.Select(delta => delta.Text)));
    }

    [Fact]
    public void A_loop_ends_the_answer_and_its_repeats_are_trimmed()
    {
        string loop = "Head(1,2),(3,4)" + string.Concat(Enumerable.Repeat("again and again(5,6),(7,8)", 60));
        (_, OcrResult result) = Answer(loop);
        Assert.Equal(OcrFinishReason.Repetition, result.FinishReason);
        Assert.True(result.Text.Length < 100, result.Text);
        Assert.StartsWith("Head(1,2),(3,4)again and again", result.Text, StringComparison.Ordinal);
        Assert.Equal(result.Text.Length, result.Tokens[^1].TextLength);
        Assert.All(result.Lines, line => Assert.True(line.Start + line.Text.Length <= result.Text.Length));
    }

    [Fact]
    public void Where_the_caller_wants_it_a_loop_goes_on()
    {
        string loop = string.Concat(Enumerable.Repeat("again and again(5,6),(7,8)", 60));
        (_, OcrResult result) = Answer(loop, stopOnRepetition: false);
        Assert.Equal((loop, OcrFinishReason.Length), (result.Text, result.FinishReason));
    }

    [Fact]
    public void Alternatives_come_with_their_texts()
    {
        var answer = new AnswerBuilder(DemoModel.Tokenizer, new ResolvedTask(OcrTask.Free, "", []), [], stopOnRepetition: true);
        int[] ids = DemoModel.Tokenizer.Encode("ab", parseSpecialTokens: false);
        var choice = new TokenChoice { Id = ids[0], LogProbability = -0.1f, Count = 2 };
        choice.AlternativeIds[0] = ids[0];
        choice.AlternativeIds[1] = ids[1];
        choice.AlternativeLogProbabilities[0] = -0.1f;
        choice.AlternativeLogProbabilities[1] = -2.5f;
        answer.Add(in choice);
        Assert.Equal([new(ids[0], "a", -0.1f), new(ids[1], "b", -2.5f)], answer.TakeDelta()!.Tokens[0].Alternatives);
    }

    private static (List<OcrDelta> Deltas, OcrResult Result) Answer(string text, OcrTask task = OcrTask.Spotting, string[]? stop = null,
        bool stopOnRepetition = true, Func<string, float>? probability = null) =>
        Answer(DemoModel.Tokenizer.Encode(text, parseSpecialTokens: false), task, stop, stopOnRepetition, probability);

    private static (List<OcrDelta> Deltas, OcrResult Result) Answer(int[] ids, OcrTask task = OcrTask.Spotting, string[]? stop = null,
        bool stopOnRepetition = true, Func<string, float>? probability = null)
    {
        var answer = new AnswerBuilder(DemoModel.Tokenizer, new ResolvedTask(task, "", []), stop ?? [], stopOnRepetition);
        List<OcrDelta> deltas = [];
        foreach (int id in ids)
        {
            float chance = probability?.Invoke(DemoModel.Tokenizer.TokenText(id)) ?? 1;
            answer.Add(new TokenChoice { Id = id, LogProbability = MathF.Log(chance) });
            if (answer.TakeDelta() is { } delta)
                deltas.Add(delta);
            if (answer.End is not null)
                break;
        }
        OcrResult result = answer.Finish(OcrFinishReason.Length, Prepared, new RequestClock(TimeProvider.System).Timings(0, 0));
        if (answer.TakeDelta() is { } last)
            deltas.Add(last);
        return (deltas, result);
    }
}
