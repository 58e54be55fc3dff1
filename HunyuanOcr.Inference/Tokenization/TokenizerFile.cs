using System.Text.Json;

namespace HunyuanOcr.Inference.Tokenization;

/// <summary>What a tokenizer.json of the `tokenizers` library says, as far as byte-level BPE goes; anything else in it is refused by name.</summary>
internal sealed class TokenizerFile
{
    private const int HighestId = 10_000_000;
    private readonly string path;
    private readonly List<RunePattern> splits = [];
    private readonly List<AddedToken> addedTokens = [];
    private readonly Dictionary<string, int> vocabulary = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> merges = [];

    private TokenizerFile(string path) => this.path = path;

    /// <summary>Byte-level entry -> id.</summary>
    public IReadOnlyDictionary<string, int> Vocabulary => vocabulary;

    /// <summary>Two ids -> rank and id of what they merge into.</summary>
    public IReadOnlyDictionary<(int Left, int Right), (int Rank, int Id)> Merges => merges;

    public IReadOnlyList<AddedToken> AddedTokens => addedTokens;

    public PreTokenizer PreTokenizer => new(splits);

    /// <summary>Whether a piece that is an entry as a whole is taken without merging.</summary>
    public bool IgnoreMerges { get; private set; }

    /// <exception cref="OcrConfigurationException">The file is missing, no JSON, or holds a part that is not supported.</exception>
    public static TokenizerFile Read(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            using JsonDocument document = JsonDocument.Parse(stream);
            TokenizerFile file = new(path);
            file.ReadRoot(document.RootElement);
            return file;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OcrConfigurationException([$"{path} cannot be read: {error.Message} The model folder must hold the checkpoint's tokenizer.json; export it again."], error);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new OcrConfigurationException([$"{path} is no usable tokenizer.json: {error.Message}"], error);
        }
    }

    // Truncation and padding are what a caller of the library set last; the engine has its own limits.
    private void ReadRoot(JsonElement root)
    {
        foreach (JsonProperty part in root.EnumerateObject())
        {
            switch (part.Name)
            {
                case "version" or "truncation" or "padding" or "added_tokens" or "model": break;
                case "normalizer": RequireNoNormalizer(part.Value); break;
                case "pre_tokenizer": ReadPreTokenizer(part.Value); break;
                case "post_processor": RequireKnown(part.Value, part.Name, "ByteLevel", "TemplateProcessing", "Sequence"); break;
                case "decoder": RequireKnown(part.Value, part.Name, "ByteLevel"); break;
                default: throw Unsupported($"the part \"{part.Name}\"");
            }
        }
        if (!root.TryGetProperty("pre_tokenizer", out JsonElement pre) || pre.ValueKind == JsonValueKind.Null)
            throw Unsupported("no pre_tokenizer (ByteLevel is needed)");
        ReadModel(root.GetProperty("model"));
        if (root.TryGetProperty("added_tokens", out JsonElement added) && added.ValueKind == JsonValueKind.Array)
            foreach (JsonElement token in added.EnumerateArray())
                ReadAddedToken(token);
    }

    private void RequireNoNormalizer(JsonElement part)
    {
        if (part.ValueKind == JsonValueKind.Null)
            return;
        if (TypeOf(part) == "Sequence" && part.GetProperty("normalizers").GetArrayLength() == 0)
            return;
        throw Unsupported($"the normalizer {TypeOf(part)}");
    }

    private void RequireKnown(JsonElement part, string name, params string[] types)
    {
        if (part.ValueKind != JsonValueKind.Null && !types.Contains(TypeOf(part)))
            throw Unsupported($"the {name} {TypeOf(part)}");
    }

    private void ReadPreTokenizer(JsonElement part)
    {
        switch (part.ValueKind == JsonValueKind.Null ? "" : TypeOf(part))
        {
            case "":
                break;
            case "Sequence":
                foreach (JsonElement inner in part.GetProperty("pretokenizers").EnumerateArray())
                    ReadPreTokenizer(inner);
                break;
            case "Split":
                ReadSplit(part);
                break;
            case "ByteLevel":
                if (Flag(part, "add_prefix_space"))
                    throw Unsupported("ByteLevel with add_prefix_space");
                if (!part.TryGetProperty("use_regex", out JsonElement regex) || regex.GetBoolean())
                    splits.Add(RunePattern.Parse(PreTokenizer.ByteLevelExpression));
                break;
            default:
                throw Unsupported($"the pre_tokenizer {TypeOf(part)}");
        }
    }

    private void ReadSplit(JsonElement part)
    {
        if (!part.GetProperty("pattern").TryGetProperty("Regex", out JsonElement expression))
            throw Unsupported("a Split whose pattern is no Regex");
        string behavior = part.GetProperty("behavior").GetString() ?? "";
        if (behavior != "Isolated")
            throw Unsupported($"a Split with the behavior {behavior}");
        if (Flag(part, "invert"))
            throw Unsupported("a Split with invert");
        splits.Add(RunePattern.Parse(expression.GetString() ?? ""));
    }

    private void ReadModel(JsonElement model)
    {
        if (model.TryGetProperty("type", out JsonElement type) && type.GetString() != "BPE")
            throw Unsupported($"the model {type}");
        foreach (JsonProperty part in model.EnumerateObject())
        {
            bool set = part.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False) && !(part.Value.ValueKind == JsonValueKind.String && part.Value.GetString() == "");
            switch (part.Name)
            {
                case "type" or "vocab" or "merges" or "unk_token" or "fuse_unk": break;
                case "ignore_merges": IgnoreMerges = set; break;
                case "dropout" when set && part.Value.GetDouble() != 0: throw Unsupported("BPE with dropout");
                case "dropout": break;
                default:
                    if (set)
                        throw Unsupported($"BPE with {part.Name}");
                    break;
            }
        }
        foreach (JsonProperty entry in model.GetProperty("vocab").EnumerateObject())
            vocabulary[entry.Name] = Id(entry.Value);
        ReadMerges(model.GetProperty("merges"));
        for (int value = 0; value < 256; value++)
            if (!vocabulary.ContainsKey(ByteAlphabet.Character((byte)value).ToString()))
                throw Unsupported($"a vocabulary without an entry for the byte 0x{value:X2}");
    }

    // Merges come as ["a b", ...] (older files) or [["a","b"], ...].
    private void ReadMerges(JsonElement list)
    {
        int rank = 0;
        foreach (JsonElement merge in list.EnumerateArray())
        {
            string[] pair = merge.ValueKind == JsonValueKind.String
                ? merge.GetString()!.Split(' ')
                : [.. merge.EnumerateArray().Select(side => side.GetString() ?? "")];
            if (pair.Length != 2 || !vocabulary.TryGetValue(pair[0], out int left) || !vocabulary.TryGetValue(pair[1], out int right)
                || !vocabulary.TryGetValue(pair[0] + pair[1], out int merged))
                throw new FormatException($"merge {rank} ({merge}) names an entry that the vocabulary lacks.");
            merges[(left, right)] = (rank++, merged);
        }
    }

    private void ReadAddedToken(JsonElement token)
    {
        string content = token.GetProperty("content").GetString() ?? "";
        foreach (string flag in (string[])["single_word", "lstrip", "rstrip"])
            if (Flag(token, flag))
                throw Unsupported($"the added token {content} with {flag}");
        if (content.Length > 0)
            addedTokens.Add(new AddedToken(Id(token.GetProperty("id")), content, Flag(token, "special")));
    }

    // The tables of the engine are as long as the highest id.
    private static int Id(JsonElement value) => value.GetInt32() is var id && id is >= 0 and <= HighestId
        ? id
        : throw new FormatException($"the token id {id} is not within 0 to {HighestId}.");

    private static bool Flag(JsonElement part, string name) => part.TryGetProperty(name, out JsonElement flag) && flag.ValueKind == JsonValueKind.True;

    private static string TypeOf(JsonElement part) => part.TryGetProperty("type", out JsonElement type) ? type.GetString() ?? "" : "without a type";

    private OcrConfigurationException Unsupported(string what) =>
        new([$"{path} holds {what}, which is not supported. This engine reads byte-level BPE with isolated Regex splits; use a checkpoint with such a tokenizer."]);
}
