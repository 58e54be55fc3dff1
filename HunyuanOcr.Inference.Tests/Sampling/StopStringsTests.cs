using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HunyuanOcr.Inference.Sampling;

namespace HunyuanOcr.Inference.Tests.Sampling;

public sealed class StopStringsTests
{
    [Theory]
    [InlineData("abcSTOPdef", "abc", "STOP")]
    [InlineData("abcSTO", "abcSTO", "STOP")]
    [InlineData("STSTOP", "ST", "STOP")]
    [InlineData("aabab!", "aabab!", "abb")]
    [InlineData("one\n\ntwo", "one", "\n\n")]
    [InlineData("xaby", "x", "ab", "xaby!")]
    [InlineData("xab", "", "ab", "xab")]
    [InlineData("anything", "anything")]
    public void Text_ends_before_the_stop_string_that_is_complete_first(string text, string expected, params string[] stops)
    {
        StopStrings watch = new(stops);
        StringBuilder released = new();
        foreach (char letter in text)
            released.Append(watch.Feed(letter.ToString()));
        released.Append(watch.Finish());
        Assert.Equal(expected, released.ToString());
        Assert.Equal(expected != text, watch.Stopped);
    }

    [Fact]
    public void Only_text_that_may_become_a_stop_string_is_held_back()
    {
        StopStrings watch = new(["<end>"]);
        Assert.Equal("a", watch.Feed("a<e"));
        Assert.Equal("<ex", watch.Feed("x"));
        Assert.Equal("", watch.Finish());
    }

    [Fact]
    public void However_the_text_is_cut_the_same_is_handed_out()
    {
        Gen<string> letters = Gen.Elements('a', 'b', 'c').ArrayOf().Select(list => new string(list));
        Check.QuickThrowOnFailure(Prop.ForAll(letters.ToArbitrary(), Gen.Choose(1, 5).ToArbitrary(), (text, size) =>
        {
            string[] stops = ["abc", "ca", "bbb"];
            StopStrings watch = new(stops);
            string released = string.Concat(text.Chunk(size).Select(part => watch.Feed(new string(part)))) + watch.Finish();
            return text.StartsWith(released, StringComparison.Ordinal) && !stops.Any(stop => released.Contains(stop, StringComparison.Ordinal))
                && (watch.Stopped || released == text) && (!watch.Stopped || stops.Any(stop => text[released.Length..].StartsWith(stop, StringComparison.Ordinal)));
        }));
    }
}
