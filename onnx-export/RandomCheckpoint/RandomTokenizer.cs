using System.Text.Json.Nodes;
using OnnxExport.Configuration;

namespace OnnxExport.RandomCheckpoint;

/// <summary>A tokenizer.json of the 256 bytes and the special tokens, so that a random checkpoint can be run.</summary>
internal static class RandomTokenizer
{
    public static JsonObject Create(ModelConfiguration model) => new()
    {
        ["version"] = "1.0",
        ["added_tokens"] = new JsonArray([.. SpecialTokens(model).Select(token => (JsonNode)new JsonObject
        {
            ["id"] = token.Id,
            ["content"] = token.Content,
            ["single_word"] = false,
            ["lstrip"] = false,
            ["rstrip"] = false,
            ["normalized"] = false,
            ["special"] = true,
        })]),
        ["normalizer"] = null,
        ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = false },
        ["post_processor"] = null,
        ["decoder"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = true, ["trim_offsets"] = true, ["use_regex"] = true },
        ["model"] = new JsonObject
        {
            ["type"] = "BPE",
            ["vocab"] = new JsonObject(ByteLetters().Select((letter, id) => KeyValuePair.Create(letter, (JsonNode?)(id + FirstByte(model))))),
            ["merges"] = new JsonArray(),
        },
    };

    // The special tokens of a small vocabulary may stand where the bytes would begin.
    private static int FirstByte(ModelConfiguration model) => model.Text.VocabularySize > 100_000 ? 0 : 16;

    private static IEnumerable<(int Id, string Content)> SpecialTokens(ModelConfiguration model)
    {
        int bos = model.Text.BosTokenId ?? 0;
        return
        [
            (bos, "<｜hy_begin▁of▁sentence｜>"),
            (UserToken(model), "<｜hy_User｜>"),
            (model.ImageStartTokenId, "<｜hy_place▁holder▁no▁100｜>"),
            (model.ImageEndTokenId, "<｜hy_place▁holder▁no▁101｜>"),
            (model.ImageTokenId, "<｜hy_place▁holder▁no▁102｜>"),
        ];
    }

    // 120006 beside a first token of 120000.
    private static int UserToken(ModelConfiguration model) => (model.Text.BosTokenId ?? 0) + (model.Text.VocabularySize > 100_000 ? 6 : 3);

    /// <summary>The printable letters that byte-level BPE writes bytes with, as GPT-2 does.</summary>
    private static IEnumerable<string> ByteLetters()
    {
        int next = 256;
        for (int value = 0; value < 256; value++)
        {
            bool printable = value is >= '!' and <= '~' or >= '\u00A1' and <= '\u00AC' or >= '\u00AE' and <= '\u00FF';
            yield return char.ToString((char)(printable ? value : next++));
        }
    }
}
