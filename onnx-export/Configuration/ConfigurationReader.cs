namespace OnnxExport.Configuration;

/// <summary>
/// Reads config.json in both of its layouts: nested (text_config and vision_config, as transformers 5 writes it) and the older
/// flat one (text fields at the top level, attention_head_dim, rope_scaling with xdrope_section, rope_theta). What the graphs
/// cannot express is refused here, by key.
/// </summary>
internal static class ConfigurationReader
{
    /// <exception cref="ConfigurationException">config.json is missing, damaged, of an unknown layout or asks for something unsupported.</exception>
    public static ModelConfiguration Read(string checkpointFolder) =>
        Read(JsonSection.Read(Path.Combine(checkpointFolder, "config.json")));

    /// <summary>Reads the root of a config.json.</summary>
    public static ModelConfiguration Read(JsonSection root)
    {
        if (root.Text("model_type") is { } type && type != "hunyuan_vl")
            throw root.Fault($"model_type is \"{type}\"; only \"hunyuan_vl\" can be exported");
        JsonSection vision = root.Section("vision_config") ?? throw UnknownLayout(root);
        JsonSection text = root.Section("text_config") ?? (root.Has("hidden_size") ? root : throw UnknownLayout(root));
        return new ModelConfiguration
        {
            Text = ReadText(root, text),
            Vision = ReadVision(vision),
            ImageTokenId = root.Integer("image_token_id") ?? throw root.Missing("image_token_id"),
            ImageStartTokenId = root.Integer("im_start_id", "image_start_token_id") ?? throw root.Missing("im_start_id"),
            ImageEndTokenId = root.Integer("im_end_id", "image_end_token_id") ?? throw root.Missing("im_end_id"),
            TiedHead = root.Flag("tie_word_embeddings") ?? text.Flag("tie_word_embeddings") ?? true,
        };
    }

    private static ConfigurationException UnknownLayout(JsonSection root) => root.Fault(
        "the layout is unknown: expected text_config and vision_config, or vision_config beside the text fields (hidden_size, num_hidden_layers, ...) at the top level");

    private static TextConfiguration ReadText(JsonSection root, JsonSection text)
    {
        Demand(text, "hidden_act", "silu");
        if (text.Flag("attention_bias") == true)
            throw text.Fault("attention_bias is true; the decoder of this model has no biases");
        int hidden = text.Size("hidden_size");
        int heads = text.Size("num_attention_heads");
        int keyValueHeads = text.Has("num_key_value_heads") ? text.Size("num_key_value_heads") : heads;
        if (heads % keyValueHeads != 0)
            throw text.Fault($"num_attention_heads ({heads}) is no multiple of num_key_value_heads ({keyValueHeads})");
        int headSize = text.Has("head_dim") || text.Has("attention_head_dim") ? text.Size("head_dim", "attention_head_dim") : hidden / heads;
        if (headSize % 2 != 0)
            throw text.Fault($"head_dim is {headSize}; rotary embedding needs an even number");
        return new TextConfiguration
        {
            VocabularySize = text.Size("vocab_size", "org_vocab_size"),
            HiddenSize = hidden,
            IntermediateSize = text.Size("intermediate_size"),
            Layers = text.Size("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadSize = headSize,
            RmsNormEpsilon = (float)(text.Number("rms_norm_eps") ?? 1e-5),
            ContextLength = text.Size("max_position_embeddings"),
            Rope = ReadRope(text, headSize),
            BosTokenId = text.Integer("bos_token_id") ?? root.Integer("bos_token_id"),
            EosTokenIds = text.Has("eos_token_id") ? text.Integers("eos_token_id") : root.Integers("eos_token_id"),
            // Older files say pad_token_id -1 and keep the real one in pad_id.
            PadTokenId = text.Integer("pad_token_id") is { } pad and >= 0 ? pad : text.Integer("pad_id"),
        };
    }

    private static RopeConfiguration ReadRope(JsonSection text, int headSize)
    {
        JsonSection rope = text.Section("rope_parameters") ?? text.Section("rope_scaling") ?? throw text.Missing("rope_parameters");
        string type = rope.Text("rope_type") ?? rope.Text("type") ?? "default";
        double alpha = rope.Number("alpha") ?? 0;
        if (type is not ("xdrope" or "dynamic" or "default"))
            throw rope.Fault($"rope type \"{type}\" is unknown; supported are xdrope, dynamic and default");
        if (type != "default" && alpha <= 0)
            throw rope.Fault($"rope type \"{type}\" needs an alpha above 0");
        IReadOnlyList<int> sections = rope.Has("mrope_section") ? rope.Integers("mrope_section") : rope.Integers("xdrope_section");
        if (sections.Count != 4 || sections.Any(s => s < 0) || sections.Sum(section => (long)section) != headSize / 2)
            throw rope.Fault($"xdrope_section must be four numbers that add up to half of head_dim, {headSize / 2}; it is [{string.Join(", ", sections)}]");
        double theta = rope.Number("rope_theta") ?? text.Number("rope_theta") ?? 10000;
        if (theta <= 0)
            throw rope.Fault(FormattableString.Invariant($"rope_theta is {theta}; it must be above 0"));
        return new RopeConfiguration(theta, type == "default" ? 1 : alpha, sections);
    }

    private static VisionConfiguration ReadVision(JsonSection vision)
    {
        Demand(vision, "hidden_act", "gelu");
        Demand(vision, "interpolate_mode", "bilinear");
        if ((vision.Integer("temporal_patch_size") ?? 1) != 1)
            throw vision.Fault("vision_config.temporal_patch_size must be 1");
        var read = new VisionConfiguration
        {
            HiddenSize = vision.Size("hidden_size"),
            IntermediateSize = vision.Size("intermediate_size"),
            Layers = vision.Size("num_hidden_layers"),
            Heads = vision.Size("num_attention_heads", "attention_heads"),
            Channels = vision.Has("num_channels") ? vision.Size("num_channels") : 3,
            PatchSize = vision.Size("patch_size"),
            MergeSize = vision.Has("spatial_merge_size") ? vision.Size("spatial_merge_size") : 2,
            MaxImageSize = vision.Size("max_image_size"),
            NormEpsilon = (float)(vision.Number("rms_norm_eps", "layer_norm_eps") ?? 1e-5),
        };
        if (read.HiddenSize % read.Heads != 0)
            throw vision.Fault($"vision_config.hidden_size ({read.HiddenSize}) is no multiple of num_attention_heads ({read.Heads})");
        return read;
    }

    private static void Demand(JsonSection section, string key, string wanted)
    {
        if (section.Text(key) is { } value && value != wanted)
            throw section.Fault($"{key} is \"{value}\"; only \"{wanted}\" can be exported");
    }
}
