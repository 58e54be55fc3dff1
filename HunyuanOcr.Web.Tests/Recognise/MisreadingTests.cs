using HunyuanOcr.Inference;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Tests.Recognise;

public sealed class MisreadingTests
{
    [Fact]
    public void The_least_sure_character_may_be_what_the_model_nearly_wrote() =>
        Assert.Equal(new("0", "O"), Found(("LT-", .99, null), ("2024", .8, "2O24"), ("-", .99, null), ("0", .62, "O"), ("318", .99, null)));

    [Fact]
    public void Of_longer_tokens_only_the_characters_that_differ_are_named() =>
        Assert.Equal(new("S", "5"), Found(("BKCHCNBJ", .99, null), ("4SA", .57, "45A")));

    [Theory]
    [InlineData("OO", 0.3)]
    [InlineData("\"", 0.3)]
    [InlineData("\uFFFD", 0.3)]
    [InlineData("O", 0.01)]
    public void An_alternative_of_another_length_of_no_letter_or_hardly_likely_is_none(string instead, double share) =>
        Assert.Null(Misreading.Of(Answer("10", ("1", .99, []), ("0", .6, [(instead, share)])), Field("10")));

    [Fact]
    public void Doubt_outside_of_the_value_is_not_its_own() => Assert.Null(Found(("10", .99, null)));

    [Fact]
    public void A_value_that_the_answer_writes_with_escapes_has_no_places() =>
        Assert.Null(Misreading.Of(Answer("a\\n0", ("a\\n", .99, []), ("0", .6, [("O", .3)])), Field("a\n0")));

    [Fact]
    public void A_kept_answer_has_the_same_misreadings_and_as_many_tokens()
    {
        OcrResult result = Answer("LT-2024-0318", ("LT-2024-", .99, []), ("0", .62, [("O", .3), ("Q", .04), ("D", .03)]), ("318", .95, []));
        IReadOnlyList<OcrToken> kept = DoubtfulTokens.Restore(DoubtfulTokens.Of(result), result.Tokens.Count);
        Assert.Equal(result.Tokens.Select(token => Math.Exp(token.LogProbability) < 0.9), kept.Select(token => Math.Exp(token.LogProbability) < 0.9));
        Assert.Equal(new("0", "O"), Misreading.Of(result with { Tokens = kept }, Field("LT-2024-0318")));
    }

    [Fact]
    public void Where_there_are_lines_no_doubt_about_coordinates_is_kept() =>
        Assert.Null(DoubtfulTokens.Of(Answer("10", ("1", .99, []), ("0", .95, [])) with { Lines = [new OcrLine("10", null, 1, [1, 1], 11)] }));

    private static Misreading? Found(params (string Text, double Share, string? Instead)[] tokens)
    {
        string value = string.Concat(tokens.Select(token => token.Text));
        return Misreading.Of(Answer(value, [.. tokens.Select(token => (token.Text, token.Share, token.Instead is null ? [] : new[] { (token.Instead, 0.3) }))]), Field(value));
    }

    private static OcrField Field(string value) => new("Number", value, 0.62) { Start = 11 };

    /// <summary>{"Number":"VALUE"} with a doubtful token before and behind the value.</summary>
    private static OcrResult Answer(string value, params (string Text, double Share, (string Text, double Share)[] Others)[] tokens)
    {
        List<OcrToken> all = [Token(11, 0.1, [("{\"Nunber\":\"", 0.5)])];
        int end = 11;
        foreach ((string text, double share, (string, double)[] others) in tokens)
            all.Add(Token(end += text.Length, share, others));
        all.Add(Token(end + 2, 0.1, [("'}", 0.5)]));
        return new() { Text = $"{{\"Number\":\"{value}\"}}", Lines = [], Fields = [], Tokens = all, FinishReason = OcrFinishReason.Stop, PromptTokens = 1, ImageTokens = 1, Pages = [], Timings = new(default, default, default, default, default, default, default) };
    }

    private static OcrToken Token(int end, double share, (string Text, double Share)[] others) =>
        new(1, (float)Math.Log(share), end, [.. others.Select(static (other, index) => new OcrAlternative(index, other.Text, (float)Math.Log(other.Share)))]);
}
