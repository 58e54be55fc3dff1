using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Execution.OnnxRuntime;
using HunyuanOcr.Inference.Prompting;
using HunyuanOcr.Inference.Sampling;

namespace HunyuanOcr.Inference.Checkpoints;

/// <summary>A folder that onnx-export wrote: what the model is and where its parts are. Opening it reads the two JSON files and looks at the sizes of the others.</summary>
internal sealed record ModelFolder
{
    public const string ConfigurationName = "genai_config.json";

    /// <summary>What most faults need.</summary>
    public const string Remedy = "Export the model again.";

    /// <summary>Tokens that a cache block may hold.</summary>
    public static readonly int[] BlockSizes = [16, 32, 64, 128, 256];

    private const string ModelType = "hunyuan_vl";

    private static readonly string[] DecoderInputs =
        ["inputs_embeds", "cos", "sin", "logits_indices", "cumulative_lengths", "past_lengths", "block_table", "key_cache", "value_cache"];

    private static readonly string[] DecodeInputs =
        ["input_ids", "positions", "cumulative_lengths", "past_lengths", "block_table", "slot_mapping", "attention_metadata", "key_cache", "value_cache"];

    private static readonly string[] CardOutputs = ["token_ids", "token_logprobs", "top_ids", "top_logprobs", "key_cache_out", "value_cache_out"];

    /// <summary>Full path.</summary>
    public required string Location { get; init; }

    public required ExportRecord Export { get; init; }

    public required ModelShape Shape { get; init; }

    public required SpecialTokens Tokens { get; init; }

    /// <summary>How the checkpoint's makers sample.</summary>
    public required SamplingDefaults Sampling { get; init; }

    /// <summary>Tokens in one cache block where the operator leaves it to the model.</summary>
    public required int BlockSize { get; init; }

    public required GraphFile Vision { get; init; }

    public required GraphFile Decoder { get; init; }

    /// <summary>The graph of steps in which every sequence takes one token; null where the decoder runs these as well.</summary>
    public GraphFile? Decode { get; init; }

    /// <summary>The same for some sequences, multiplied by kernels of our own; null where the model was exported without it.</summary>
    public GraphFile? DecodeMedium { get; init; }

    /// <summary>The same for a few sequences, multiplied by kernels of our own; null where the model was exported without it.</summary>
    public GraphFile? DecodeSmall { get; init; }

    /// <summary>Which operators of the graphs for a card are our own.</summary>
    public IReadOnlyList<string> Kernels { get; init; } = [];

    public required EmbeddingFile Embedding { get; init; }

    /// <summary>Opens a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="target">What the engine runs on: cpu or cuda.</param>
    /// <exception cref="OcrConfigurationException">It cannot be used; lists every fault with its remedy.</exception>
    public static ModelFolder Open(string path, string target = "cpu")
    {
        string location = Path.GetFullPath(path);
        RequireWhole(location, target);
        List<string> faults = [];
        ExportRecord export = ExportRecord.Read(location, faults);
        if (export.Target.Length > 0 && export.Target != target)
            faults.Add($"The model in {location} was exported for {export.Target}; this engine runs on {target}. Export it with --target {target}, or choose the device {export.Target}.");
        faults.AddRange(export.MissingFiles(location));
        ModelFolder folder = Read(location, export, faults);
        return faults.Count == 0 ? folder : throw new OcrConfigurationException(faults);
    }

    /// <summary>Full path of a file of the folder.</summary>
    public string PathOf(string fileName) => Path.Combine(Location, fileName);

    private static void RequireWhole(string location, string target)
    {
        if (File.Exists(Path.Combine(location, ExportRecord.FileName)))
            return;
        string command = $"onnx-export --checkpoint DIR --output {location} --target {target} --precision fp32";
        string fault = !Directory.Exists(location) ? $"The model folder {location} does not exist. Make it from a Hugging Face folder DIR with: {command}"
            : Directory.EnumerateFiles(location, "*.safetensors").Any() ? $"{location} is a Hugging Face folder, not an exported model. Export it into another folder with: onnx-export --checkpoint {location} --output FOLDER --target {target} --precision fp32"
            : $"{location} is not a whole model: it has no {ExportRecord.FileName}, so its export was interrupted or never made. Remove it and run: {command}";
        throw new OcrConfigurationException([fault]);
    }

    private static ModelFolder Read(string location, ExportRecord export, List<string> faults)
    {
        JsonSection root = JsonSection.Read(location, ConfigurationName, faults), model = root.Section("model");
        JsonSection vision = model.Section("vision"), decoder = model.Section("decoder");
        if (model.Text("type") is { Length: > 0 } type && type != ModelType)
            model.Fault("type", $"is {type}; this engine runs {ModelType}");
        bool onCard = export.Target == DeviceChoice.Cuda;
        IReadOnlyList<string> kernels = onCard ? decoder.Texts("kernels") : [];
        ModelFolder folder = new()
        {
            Location = location,
            Export = export,
            Shape = ReadShape(model, vision, decoder),
            Tokens = ReadTokens(model),
            Sampling = ReadSampling(root.Section("search")),
            BlockSize = ReadBlockSize(root.Section("engine").Section("dynamic_batching")),
            Vision = GraphFile.Read(vision, ["patches", "grid"], ["image_embeds"]),
            Decoder = onCard
                ? GraphFile.Read(decoder, [.. DecoderInputs, "slot_mapping", "attention_metadata"], ["logits", .. CardOutputs])
                : GraphFile.Read(decoder, DecoderInputs, ["logits"]),
            Decode = onCard ? GraphFile.Read(decoder, DecodeInputs, ["logits", .. CardOutputs], "decode_") : null,
            DecodeMedium = kernels.Contains("products") ? GraphFile.Read(decoder, DecodeInputs, ["logits", .. CardOutputs], "decode_medium_") : null,
            DecodeSmall = kernels.Contains("matvec") ? GraphFile.Read(decoder, DecodeInputs, ["logits", .. CardOutputs], "decode_small_") : null,
            Kernels = kernels,
            Embedding = EmbeddingFile.Read(model.Section("embedding")),
        };
        if (faults.Count == 0)
            Compare(folder, model, faults);
        return folder;
    }

    private static ModelShape ReadShape(JsonSection model, JsonSection vision, JsonSection decoder)
    {
        JsonSection rope = decoder.Section("rope");
        int headSize = decoder.Count("head_size"), heads = decoder.Count("num_attention_heads"), keyValueHeads = decoder.Count("num_key_value_heads");
        IReadOnlyList<int> sections = rope.Integers("sections");
        if (headSize is < 16 or > 1024 || headSize % 16 != 0)
            decoder.Fault("head_size", $"is {headSize}, not a multiple of 16 up to 1024");
        if (heads % keyValueHeads != 0)
            decoder.Fault("num_attention_heads", $"is {heads}, not a multiple of num_key_value_heads {keyValueHeads}");
        if (sections.Count != 4 || sections.Sum(section => (long)section) * 2 != headSize || sections.Any(section => section < 0))
            rope.Fault("sections", $"is [{string.Join(", ", sections)}], not four numbers that add up to half of head_size {headSize}");
        return new ModelShape
        {
            VocabularySize = model.Count("vocab_size"),
            HiddenSize = decoder.Count("hidden_size"),
            Layers = decoder.Count("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadSize = headSize,
            ContextLength = model.Count("context_length"),
            PatchSize = vision.Count("patch_size"),
            MergeSize = vision.Count("spatial_merge_size"),
            RmsNormEpsilon = (float)decoder.Number("rms_norm_eps"),
            RopeBase = XdRope.Base(rope.Positive("theta"), rope.Positive("alpha"), headSize),
            RopeSections = sections,
        };
    }

    private static SpecialTokens ReadTokens(JsonSection model)
    {
        IReadOnlyList<int> ends = model.Integers("eos_token_id");
        if (ends.Count == 0)
            model.Fault("eos_token_id", "is empty, so that no answer would ever end");
        return new SpecialTokens(
            model.Index("bos_token_id"),
            ends,
            model.Index("image_token_id"),
            model.Index("image_start_token_id"),
            model.Index("image_end_token_id"),
            model.Index("user_token_id"),
            model.Optional("system_end_token_id"));
    }

    // Without sampling the likeliest token is taken, whatever temperature, top-k and top-p stand beside it.
    private static SamplingDefaults ReadSampling(JsonSection search)
    {
        SamplingDefaults greedy = new(RepetitionPenalty: search.Positive("repetition_penalty", 1, required: false));
        return !search.Flag("do_sample", otherwise: false) ? greedy : greedy with
        {
            Temperature = search.Number("temperature", 1, required: false),
            TopK = search.Optional("top_k") ?? 0,
            TopP = search.Number("top_p", 1, required: false),
        };
    }

    private static int ReadBlockSize(JsonSection batching)
    {
        int size = batching.Count("block_size");
        if (!batching.Unreadable && !BlockSizes.Contains(size))
            batching.Fault("block_size", $"is {size}, not one of {string.Join(", ", BlockSizes)}");
        return size;
    }

    /// <summary>What two places say must agree.</summary>
    private static void Compare(ModelFolder folder, JsonSection model, List<string> faults)
    {
        ModelShape shape = folder.Shape;
        EmbeddingFile table = folder.Embedding;
        if (table.Rows != shape.VocabularySize || table.Columns != shape.HiddenSize)
            model.Fault("embedding", $"is {table.Rows} x {table.Columns}, not vocab_size x hidden_size = {shape.VocabularySize} x {shape.HiddenSize}");
        SpecialTokens tokens = folder.Tokens;
        foreach (int id in (ReadOnlySpan<int>)[tokens.Begin, .. tokens.Ends, tokens.Image, tokens.ImageStart, tokens.ImageEnd, tokens.User, tokens.SystemEnd ?? tokens.User])
            if (id >= shape.VocabularySize)
                model.Fault("vocab_size", $"is {shape.VocabularySize}, and token id {id} is not below it");
        IEnumerable<GraphFile> graphs = new[] { folder.Vision, folder.Decoder, folder.Decode, folder.DecodeMedium, folder.DecodeSmall }.OfType<GraphFile>();
        foreach (string name in (IEnumerable<string>)[.. graphs.Select(graph => graph.FileName), table.FileName, "tokenizer.json", "preprocessor_config.json"])
            if (!folder.Export.Files.Any(file => file.Name == name))
                faults.Add($"{name} is not among the files of {ExportRecord.FileName} in {folder.Location}. {Remedy}");
        if (folder.Export.Files.FirstOrDefault(file => file.Name == table.FileName) is { } stored && stored.Bytes != table.Bytes)
            faults.Add($"{table.FileName} has {stored.Bytes} bytes; {table.Rows} x {table.Columns} numbers of {table.Type.Bytes()} bytes need {table.Bytes}. {Remedy}");
    }
}
