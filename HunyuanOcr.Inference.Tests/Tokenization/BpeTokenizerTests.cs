using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using HunyuanOcr.Inference.Tokenization;

namespace HunyuanOcr.Inference.Tests.Tokenization;

public sealed class BpeTokenizerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tokenizer").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_thousand_mixed_texts_have_the_ids_of_the_reference_library()
    {
        Assert.Equal(1000, GoldenIds.Instance.Cases.Count);
        foreach ((string text, int[] ordinary, _) in GoldenIds.Instance.Cases)
            Assert.True(ordinary.SequenceEqual(DemoModel.Tokenizer.Encode(text, parseSpecialTokens: false)), text);
    }

    [Fact]
    public void Special_tokens_of_a_template_have_the_ids_of_the_reference_library()
    {
        Assert.Contains(GoldenIds.Instance.Cases, entry => !entry.Parsed.SequenceEqual(entry.Ordinary));
        foreach ((string text, _, int[] parsed) in GoldenIds.Instance.Cases)
            Assert.True(parsed.SequenceEqual(DemoModel.Tokenizer.Encode(text, parseSpecialTokens: true)), text);
    }

    [Theory]
    [InlineData("given")]
    [InlineData("byteLevel")]
    [InlineData("byteLevelIgnoreMerges")]
    [InlineData("punctuationFirst")]
    [InlineData("contractions")]
    public void Merges_of_many_levels_have_the_ids_of_the_reference_library(string variant)
    {
        JsonElement expected = GoldenIds.Instance.Root.GetProperty("variants").EnumerateArray().Single(entry => entry.GetProperty("name").GetString() == variant);
        BpeTokenizer tokenizer = Load(Trained(expected.GetProperty("pre_tokenizer"), expected.GetProperty("ignore_merges").GetBoolean()));
        int index = 0;
        foreach (JsonElement ids in expected.GetProperty("ids").EnumerateArray())
        {
            string text = GoldenIds.Instance.Cases[index++].Text;
            Assert.True(GoldenIds.Ids(ids).SequenceEqual(tokenizer.Encode(text, parseSpecialTokens: false)), $"{variant}: {text}");
        }
        Assert.Equal(300, index);
    }

    [Fact]
    public void Every_string_round_trips()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<string>().Filter(text => text is not null), text =>
        {
            string wellFormed = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            return DemoModel.Tokenizer.Decode(DemoModel.Tokenizer.Encode(text, parseSpecialTokens: false)) == wellFormed;
        }));
    }

    [Fact]
    public void Texts_of_the_golden_file_round_trip()
    {
        foreach ((string text, int[] ordinary, _) in GoldenIds.Instance.Cases)
            Assert.Equal(text, DemoModel.Tokenizer.Decode(ordinary));
    }

    [Fact]
    public void A_lone_surrogate_becomes_the_replacement_character() =>
        Assert.Equal("a\ufffdb", DemoModel.Tokenizer.Decode(DemoModel.Tokenizer.Encode("a\ud83db", parseSpecialTokens: false)));

    [Theory]
    [InlineData("<｜hy_place▁holder▁no▁102｜>")]
    [InlineData("<｜hy_place▁holder▁no▁2｜>")]
    [InlineData("<｜hy_end▁of▁sentence｜>")]
    public void The_string_of_a_special_token_in_user_text_is_ordinary_text(string mark)
    {
        int[] ids = DemoModel.Tokenizer.Encode($"a{mark}b", parseSpecialTokens: false);
        Assert.All(ids, id => Assert.False(DemoModel.Tokenizer.IsSpecial(id)));
        Assert.Equal($"a{mark}b", DemoModel.Tokenizer.Decode(ids));
    }

    [Fact]
    public void The_longest_of_two_special_tokens_that_begin_alike_is_taken()
    {
        JsonObject json = Trained();
        json["added_tokens"] = new JsonArray(Added(5000, "<a"), Added(5001, "<ab>"));
        Assert.Equal([5001, 5000], Load(json).Encode("<ab><a", parseSpecialTokens: true));
    }

    [Fact]
    public void Text_on_both_sides_of_a_border_between_template_and_user_is_encoded_as_one()
    {
        BpeTokenizer tokenizer = DemoModel.Tokenizer;
        Assert.Equal(tokenizer.Encode("123", parseSpecialTokens: false), tokenizer.Encode([new TextPiece("1", false), new TextPiece("23", true)]));
    }

    [Fact]
    public void Decoding_leaves_special_tokens_out_unless_they_are_asked_for()
    {
        Assert.Equal("A", DemoModel.Tokenizer.Decode([0, .. DemoModel.Tokenizer.Encode("A", false), 5]));
        Assert.Equal("<｜hy_begin▁of▁sentence｜>", DemoModel.Tokenizer.Decode([0], skipSpecialTokens: false));
        Assert.Equal("<｜hy_begin▁of▁sentence｜>", DemoModel.Tokenizer.TokenText(0));
    }

    [Fact]
    public void An_id_beyond_the_vocabulary_stands_for_nothing()
    {
        Assert.Equal("", DemoModel.Tokenizer.TokenText(5503));
        Assert.Equal("", DemoModel.Tokenizer.Decode([5503, -1]));
    }

    [Fact]
    public void Many_threads_get_the_same_ids()
    {
        BpeTokenizer tokenizer = BpeTokenizer.Load(DemoModel.File("tokenizer.json"));
        Parallel.ForEach(GoldenIds.Instance.Cases, entry => Assert.Equal(entry.Ordinary, tokenizer.Encode(entry.Text, parseSpecialTokens: false)));
    }

    [Fact]
    public void Older_files_that_write_a_merge_as_one_string_are_read()
    {
        JsonObject json = Trained();
        JsonArray merges = json["model"]!["merges"]!.AsArray();
        json["model"]!["merges"] = new JsonArray([.. merges.Select(merge => (JsonNode)$"{merge![0]} {merge[1]}")]);
        Assert.Equal(Load(Trained()).Encode("the invoice", false), Load(json).Encode("the invoice", false));
    }

    [Theory]
    [InlineData("normalizer", """{"type":"NFC"}""", "normalizer NFC")]
    [InlineData("pre_tokenizer", """{"type":"Metaspace"}""", "pre_tokenizer Metaspace")]
    [InlineData("pre_tokenizer", """{"type":"ByteLevel","add_prefix_space":true}""", "add_prefix_space")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"a"},"behavior":"Removed","invert":false}""", "behavior Removed")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"(?<=a)b"},"behavior":"Isolated","invert":false}""", "(?<")]
    [InlineData("pre_tokenizer", "null", "pre_tokenizer")]
    [InlineData("decoder", """{"type":"WordPiece"}""", "decoder WordPiece")]
    [InlineData("post_processor", """{"type":"BertProcessing"}""", "post_processor BertProcessing")]
    [InlineData("model", """{"type":"Unigram"}""", "model Unigram")]
    [InlineData("extra_part", "1", "extra_part")]
    public void A_part_that_is_not_supported_is_refused_by_name(string part, string value, string named)
    {
        JsonObject json = Trained();
        json[part] = JsonNode.Parse(value);
        OcrConfigurationException refusal = Assert.Throws<OcrConfigurationException>(() => Load(json));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("byte_fallback", "true", "byte_fallback")]
    [InlineData("dropout", "0.1", "dropout")]
    [InlineData("end_of_word_suffix", "\"</w>\"", "end_of_word_suffix")]
    public void A_kind_of_bpe_that_is_not_supported_is_refused_by_name(string part, string value, string named)
    {
        JsonObject json = Trained();
        json["model"]![part] = JsonNode.Parse(value);
        Assert.Contains(named, Assert.Throws<OcrConfigurationException>(() => Load(json)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[[\"a\", null]]")]
    [InlineData("[[\"a\", 1]]")]
    [InlineData("[null]")]
    [InlineData("[\"a\"]")]
    [InlineData("[[\"a\", \"no entry\"]]")]
    public void A_merge_that_is_none_is_refused_with_the_path(string merges)
    {
        JsonObject json = Trained();
        json["model"]!["merges"] = JsonNode.Parse(merges);
        Assert.Contains("tokenizer.json is no usable tokenizer.json", Assert.Throws<OcrConfigurationException>(() => Load(json)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vocabulary_without_a_byte_is_refused()
    {
        JsonObject json = Trained();
        json["model"]!["vocab"]!.AsObject().Remove("A");
        json["model"]!["merges"] = new JsonArray();
        Assert.Contains("0x41", Assert.Throws<OcrConfigurationException>(() => Load(json)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_refused_with_its_path() =>
        Assert.Contains("nowhere.json", Assert.Throws<OcrConfigurationException>(() => BpeTokenizer.Load(Path.Combine(folder, "nowhere.json"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_damaged_file_is_refused_with_its_path()
    {
        string path = Path.Combine(folder, "damaged.json");
        File.WriteAllText(path, """{"model": {"type": "BPE", "vocab": """);
        Assert.Contains("damaged.json", Assert.Throws<OcrConfigurationException>(() => BpeTokenizer.Load(path)).Message, StringComparison.Ordinal);
    }

    private static JsonObject Trained(JsonElement? preTokenizer = null, bool ignoreMerges = false)
    {
        JsonElement trained = GoldenIds.Instance.Root.GetProperty("trained");
        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(),
            ["normalizer"] = null,
            ["pre_tokenizer"] = JsonNode.Parse(preTokenizer?.GetRawText() ?? """{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}"""),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["ignore_merges"] = ignoreMerges,
                ["vocab"] = JsonNode.Parse(trained.GetProperty("vocab").GetRawText()),
                ["merges"] = JsonNode.Parse(trained.GetProperty("merges").GetRawText()),
            },
        };
    }

    private static JsonObject Added(int id, string content) => new() { ["id"] = id, ["content"] = content, ["special"] = true };

    private BpeTokenizer Load(JsonObject json)
    {
        string path = Path.Combine(folder, "tokenizer.json");
        File.WriteAllText(path, json.ToJsonString());
        return BpeTokenizer.Load(path);
    }
}
