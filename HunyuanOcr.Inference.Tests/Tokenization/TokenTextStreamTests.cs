using System.Text;
using HunyuanOcr.Inference.Tokenization;

namespace HunyuanOcr.Inference.Tests.Tokenization;

public sealed class TokenTextStreamTests
{
    private static readonly BpeTokenizer Tokenizer = DemoModel.Tokenizer;

    [Fact]
    public void Pieces_are_whole_characters_and_together_the_text()
    {
        foreach ((string text, int[] ids, _) in GoldenIds.Instance.Cases)
        {
            TokenTextStream stream = new(Tokenizer);
            StringBuilder all = new();
            foreach (int id in ids)
            {
                string piece = stream.Append(id);
                Assert.Equal(piece, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(piece)));
                all.Append(piece);
                Assert.StartsWith(all.ToString(), text, StringComparison.Ordinal);
            }
            Assert.Equal(text, all.ToString() + stream.Finish());
        }
    }

    [Fact]
    public void A_character_of_four_bytes_comes_with_its_last_token()
    {
        TokenTextStream stream = new(Tokenizer);
        int[] ids = Tokenizer.Encode("😀", parseSpecialTokens: false);
        Assert.Equal(4, ids.Length);
        foreach (int id in ids[..3])
        {
            Assert.Equal("", stream.Append(id));
            Assert.True(stream.InsideCharacter);
        }
        Assert.Equal("😀", stream.Append(ids[3]));
        Assert.False(stream.InsideCharacter);
    }

    [Fact]
    public void A_special_token_gives_no_text_and_does_not_end_a_character()
    {
        TokenTextStream stream = new(Tokenizer);
        int[] ids = Tokenizer.Encode("😀", parseSpecialTokens: false);
        string text = string.Concat(new[] { ids[0], ids[1], 5, ids[2], ids[3] }.Select(stream.Append));
        Assert.Equal("😀", text);
    }

    [Fact]
    public void A_character_that_is_cut_off_ends_as_the_replacement_character()
    {
        TokenTextStream stream = new(Tokenizer);
        Assert.Equal("", stream.Append(Tokenizer.Encode("😀", parseSpecialTokens: false)[0]));
        Assert.Equal("\ufffd", stream.Finish());
        Assert.Equal("", stream.Finish());
    }

    [Fact]
    public void Bytes_that_are_no_text_show_as_in_decoding()
    {
        int[] noText = [.. Enumerable.Range(0, 256).Select(value => 10 + value), .. Enumerable.Range(0, 256).Select(value => 265 - value)];
        TokenTextStream stream = new(Tokenizer);
        Assert.Equal(Tokenizer.Decode(noText), string.Concat(noText.Select(stream.Append)) + stream.Finish());
    }
}
