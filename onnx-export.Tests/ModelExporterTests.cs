using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OnnxExport.Checkpoints;
using OnnxExport.Configuration;
using OnnxExport.Graphs;
using OnnxExport.Output;
using OnnxExport.RandomCheckpoint;
using OnnxExport.Weights;

namespace OnnxExport.Tests;

public sealed class ModelExporterTests : IDisposable
{
    private static readonly DiskSpace Endless = new(_ => long.MaxValue);

    private readonly TemporaryFolder folder = new();
    private readonly WorkingMemory memory = new(1 << 20);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(Precision.Fp32)]
    [InlineData(Precision.Int8)]
    [InlineData(Precision.Fp16)]
    [InlineData(Precision.Bf16)]
    internal void Shards_and_older_names_give_the_same_bytes_as_one_file(Precision precision)
    {
        Export(SmallModel.Checkpoint(folder["single"]), "a", precision);
        Export(SmallModel.Checkpoint(folder["sharded"], ConfigurationLayout.Nested, shards: 4), "b", precision);
        Export(SmallModel.Checkpoint(folder["flat"], ConfigurationLayout.Flat, shards: 2), "c", precision);

        string[] decode = precision is Precision.Fp16 or Precision.Bf16 ? ["decode.onnx", "decode_medium.onnx", "decode_small.onnx"] : [];
        foreach (string name in (string[])["vision.onnx", "vision.onnx.data", "decoder.onnx", "decoder.onnx.data", "embedding.bin", "genai_config.json", "tokenizer.json", .. decode])
        {
            byte[] expected = File.ReadAllBytes(Path.Combine(folder["a"], name));
            Assert.Equal(expected, File.ReadAllBytes(Path.Combine(folder["b"], name)));
            Assert.Equal(expected, File.ReadAllBytes(Path.Combine(folder["c"], name)));
        }
    }

    [Fact]
    public void The_manifest_lists_every_file_with_its_size_and_hash()
    {
        Export(SmallModel.Checkpoint(folder["checkpoint"]), "model", Precision.Int8);

        JsonNode manifest = ReadJson("export.json");
        Dictionary<string, JsonNode> listed = manifest["files"]!.AsArray().ToDictionary(file => (string)file!["name"]!, file => file!);
        Assert.Equal(Directory.GetFiles(folder["model"]).Select(Path.GetFileName).Where(name => name != "export.json").Order(), listed.Keys.Order());
        foreach ((string name, JsonNode file) in listed)
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(folder["model"], name));
            Assert.Equal(bytes.Length, (long)file["bytes"]!);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), (string)file["sha256"]!);
        }
        Assert.Equal(("0.1.0", "small", "cpu", "int8", "2026-11-22T08:30:00Z"), ((string)manifest["exporter"]!, (string)manifest["source"]!["name"]!,
            (string)manifest["target"]!, (string)manifest["precision"]!, (string)manifest["created"]!));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder["checkpoint"], "model.safetensors")))), (string)manifest["source"]!["sha256"]!);
    }

    [Fact]
    public void The_configuration_tells_an_engine_all_it_needs()
    {
        Export(SmallModel.Checkpoint(folder["checkpoint"]), "model", Precision.Fp32);

        JsonNode model = ReadJson("genai_config.json")["model"]!;
        Assert.Equal(
            """{"type":"hunyuan_vl","context_length":512,"bos_token_id":0,"eos_token_id":[5,1],"pad_token_id":2,"vocab_size":300,"image_token_id":8,"image_start_token_id":6,"image_end_token_id":7,"user_token_id":3,"system_end_token_id":null,"vision":{"filename":"vision.onnx","inputs":{"patches":"patches","grid":"grid"},"outputs":{"image_embeds":"image_embeds"},"patch_size":16,"spatial_merge_size":2,"num_channels":3},"embedding":{"filename":"embedding.bin","dtype":"bfloat16","rows":300,"columns":40},"decoder":{"filename":"decoder.onnx","inputs":{"inputs_embeds":"inputs_embeds","cos":"cos","sin":"sin","logits_indices":"logits_indices","cumulative_lengths":"cumulative_lengths","past_lengths":"past_lengths","block_table":"block_table","key_cache":"key_cache.%d","value_cache":"value_cache.%d"},"outputs":{"logits":"logits"},"hidden_size":40,"num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":2,"head_size":16,"rms_norm_eps":1E-05,"rope":{"theta":10000,"alpha":1000,"sections":[2,2,2,2]}}}""",
            model.ToJsonString());
    }

    [Fact]
    public void The_configuration_of_a_card_names_its_decode_graphs_format_and_kernels()
    {
        Export(SmallModel.Checkpoint(folder["checkpoint"]), "model", Precision.Bf16);

        JsonNode model = ReadJson("genai_config.json")["model"]!;
        Assert.Equal(("decode.onnx", "decode_medium.onnx", "bfloat16"),
            ((string)model["decoder"]!["decode_filename"]!, (string)model["decoder"]!["decode_medium_filename"]!, (string)model["decoder"]!["dtype"]!));
        Assert.Equal(["rotation", "swiglu", "choice", "matvec", "products", "attention", "attentionofmany", "tower"], model["decoder"]!["kernels"]!.AsArray().Select(name => (string)name!));
        Assert.Equal(("decode_small.onnx", "key_cache_out.%d"), ((string)model["decoder"]!["decode_small_filename"]!, (string)model["decoder"]!["decode_outputs"]!["key_cache_out"]!));
        Assert.Equal(256, (int)ReadJson("genai_config.json")["engine"]!["dynamic_batching"]!["block_size"]!);
    }

    [Fact]
    public void The_list_of_shared_weights_says_what_lies_where_for_which_graph()
    {
        ModelConfiguration wordy = SmallModel.Changed(json => json["text_config"]!["vocab_size"] = 3000) with { TiedHead = true };
        RandomCheckpointWriter.Write(folder["checkpoint"], wordy, ConfigurationLayout.Nested, 1, 7, SmallModel.Quiet, CancellationToken.None);
        Export(folder["checkpoint"], "model", Precision.Bf16);

        JsonNode list = ReadJson("weights.json");
        JsonNode embedding = list["tensors"]!.AsArray().Single(tensor => (string)tensor!["name"]! == "embed_tokens.weight")!;
        byte[] data = File.ReadAllBytes(Path.Combine(folder["model"], (string)list["file"]!));
        int offset = (int)embedding["offset"]!, bytes = (int)embedding["bytes"]!;
        Assert.Equal(("bfloat16", "[3000,40]", 3000 * 40 * 2), ((string)embedding["dtype"]!, embedding["shape"]!.ToJsonString(), bytes));
        Assert.Equal(["decoder.onnx", "decode.onnx", "decode_medium.onnx", "decode_small.onnx"], embedding["graphs"]!.AsArray().Select(name => (string)name!));
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder["model"], "embedding.bin")), data[offset..(offset + bytes)]);
    }

    [Fact]
    public void The_embedding_table_is_the_source_s_own_bytes()
    {
        Export(SmallModel.Checkpoint(folder["checkpoint"]), "model", Precision.Int8);
        using Checkpoint checkpoint = Checkpoint.Open(folder["checkpoint"]);
        StoredTensor table = checkpoint.Get("model.language_model.embed_tokens.weight", 300, 40);
        var expected = new byte[table.ByteLength];
        table.Read(0, expected);

        Assert.Equal(expected, File.ReadAllBytes(Path.Combine(folder["model"], "embedding.bin")));
    }

    [Theory]
    [InlineData(Precision.Fp32)]
    [InlineData(Precision.Bf16)]
    internal void Memory_stays_under_twice_the_largest_tensor(Precision precision)
    {
        // The two largest, the patch embedding and the merger's first matrix, have 24 x 768 and 48 x 96 numbers.
        const long Largest = 24 * 768 * sizeof(float);
        var narrow = new WorkingMemory(2 * Largest);
        var wide = new WorkingMemory(16 << 20);
        SmallModel.Checkpoint(folder["checkpoint"]);

        new ModelExporter(SmallModel.Quiet, Endless, narrow, TimeProvider.System).Export(SmallModel.Options(folder["checkpoint"], folder["narrow"], precision), CancellationToken.None);
        new ModelExporter(SmallModel.Quiet, Endless, wide, TimeProvider.System).Export(SmallModel.Options(folder["checkpoint"], folder["wide"], precision), CancellationToken.None);

        Assert.InRange(narrow.PeakBytes, 1, 2 * Largest);
        Assert.True(wide.PeakBytes > narrow.PeakBytes);
        foreach (string name in (string[])["vision.onnx.data", "decoder.onnx.data", "embedding.bin"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder["wide"], name)), File.ReadAllBytes(Path.Combine(folder["narrow"], name)));
    }

    [Fact]
    public void An_export_interrupted_at_any_line_of_its_progress_leaves_nothing()
    {
        SmallModel.Checkpoint(folder["checkpoint"]);
        var lines = new StringWriter();
        new ModelExporter(new ExportProgress(lines, isTerminal: false), Endless, memory, TimeProvider.System)
            .Export(SmallModel.Options(folder["checkpoint"], folder["model"]), CancellationToken.None);
        Directory.Delete(folder["model"], recursive: true);
        int count = lines.ToString().Count(letter => letter == '\n');
        Assert.InRange(count, 3, 11);
        for (int line = 0; line < count; line++)
        {
            using var interrupted = new CancellationTokenSource();
            var progress = new ExportProgress(new Trigger(line, interrupted.Cancel), isTerminal: false);
            var exporter = new ModelExporter(progress, Endless, memory, TimeProvider.System);

            Assert.Throws<OperationCanceledException>(() => exporter.Export(SmallModel.Options(folder["checkpoint"], folder["model"]), interrupted.Token));

            Assert.Equal(["checkpoint"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
        }
    }

    [Fact]
    public void An_interrupted_replacement_leaves_the_model_that_was_there()
    {
        Export(SmallModel.Checkpoint(folder["checkpoint"]), "model", Precision.Int8);
        byte[] before = File.ReadAllBytes(Path.Combine(folder["model"], "export.json"));
        using var interrupted = new CancellationTokenSource();
        var exporter = new ModelExporter(new ExportProgress(new Trigger(2, interrupted.Cancel), isTerminal: false), Endless, memory, TimeProvider.System);

        Assert.Throws<OperationCanceledException>(() => exporter.Export(SmallModel.Options(folder["checkpoint"], folder["model"], force: true), interrupted.Token));

        Assert.Equal(before, File.ReadAllBytes(Path.Combine(folder["model"], "export.json")));
        Assert.Equal(["checkpoint", "model"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Too_little_disk_is_told_before_anything_is_written()
    {
        SmallModel.Checkpoint(folder["checkpoint"]);
        var exporter = new ModelExporter(SmallModel.Quiet, new DiskSpace(_ => 1000), memory, TimeProvider.System);

        var fault = Assert.Throws<ExportException>(() => exporter.Export(SmallModel.Options(folder["checkpoint"], folder["model"]), CancellationToken.None));

        Assert.Matches(@"^Not enough disk space in [^ ]*: the export needs [\d,]+ bytes \([\d.]+ MB\), 1,000 bytes \(0\.0 MB\) are free\.$", fault.Message);
        Assert.Equal(["checkpoint"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_disk_that_fills_up_is_told_and_nothing_stays()
    {
        SmallModel.Checkpoint(folder["checkpoint"]);
        var full = new Trigger(2, () => throw new IOException("No space left on device", 28));
        var exporter = new ModelExporter(new ExportProgress(full, isTerminal: false), Endless, memory, TimeProvider.System);

        var fault = Assert.Throws<ExportException>(() => exporter.Export(SmallModel.Options(folder["checkpoint"], folder["model"]), CancellationToken.None));

        Assert.StartsWith($"The disk became full while writing to {folder.Path}: ", fault.Message, StringComparison.Ordinal);
        Assert.Equal(["checkpoint"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_missing_tensor_is_told_and_nothing_stays()
    {
        SmallModel.Checkpoint(folder["checkpoint"], ConfigurationLayout.Flat);
        ReplaceInWeights("vit.perceive.after_rms.weight", "vit.perceive.after_rms.height");

        var fault = Assert.Throws<CheckpointException>(() => Export(folder["checkpoint"], "model", Precision.Fp32));

        Assert.Equal("The checkpoint has no tensor model.vision_tower.patch_merger.after_rms.weight (older name vit.perceive.after_rms.weight); expected with shape [40].", fault.Message);
        Assert.Equal(["checkpoint"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void An_existing_model_is_replaced_only_by_force()
    {
        Export(SmallModel.Checkpoint(folder["checkpoint"]), "model", Precision.Fp32);

        var fault = Assert.Throws<ExportException>(() => Export(folder["checkpoint"], "model", Precision.Int8));
        Assert.Equal($"{folder["model"]} holds an exported model already; --force replaces it.", fault.Message);

        Export(folder["checkpoint"], "model", Precision.Int8, force: true);
        Assert.Equal("int8", (string)ReadJson("export.json")["precision"]!);
    }

    [Fact]
    public void A_model_that_a_killed_export_had_moved_away_counts_as_existing()
    {
        SmallModel.Checkpoint(folder["checkpoint"]);
        Export(folder["checkpoint"], "model", Precision.Fp32);
        Directory.Move(folder["model"], folder["model.onnx-export-replaced-0000"]);

        Assert.Throws<ExportException>(() => Export(folder["checkpoint"], "model", Precision.Int8));

        Assert.Equal("fp32", (string)ReadJson("export.json")["precision"]!);
    }

    [Fact]
    public void A_folder_of_something_else_is_not_replaced_even_by_force()
    {
        SmallModel.Checkpoint(folder["checkpoint"]);
        Directory.CreateDirectory(folder["model"]);
        File.WriteAllText(Path.Combine(folder["model"], "letter.txt"), "dear");

        var fault = Assert.Throws<ExportException>(() => Export(folder["checkpoint"], "model", Precision.Fp32, force: true));

        Assert.Equal($"{folder["model"]} exists and is no exported model; choose another --output.", fault.Message);
    }

    [Fact]
    public void A_checkpoint_folder_that_does_not_exist_is_named() =>
        Assert.Equal($"The checkpoint folder {folder["nowhere"]} does not exist.",
            Assert.Throws<ConfigurationException>(() => Export(folder["nowhere"], "model", Precision.Fp32)).Message);

    private void Export(string checkpoint, string output, Precision precision, bool force = false) =>
        new ModelExporter(SmallModel.Quiet, Endless, memory, new Morning())
            .Export(SmallModel.Options(checkpoint, folder[output], precision, force), CancellationToken.None);

    private JsonNode ReadJson(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder["model"], name)))!;

    private void ReplaceInWeights(string name, string other)
    {
        string path = Path.Combine(folder["checkpoint"], "model.safetensors");
        byte[] bytes = File.ReadAllBytes(path);
        int place = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(name));
        Encoding.UTF8.GetBytes(other).CopyTo(bytes, place);
        File.WriteAllBytes(path, bytes);
    }

    private sealed class Morning : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 22, 8, 30, 0, TimeSpan.Zero);
    }

    /// <summary>Does something when so many lines of progress have been written.</summary>
    private sealed class Trigger(int line, Action action) : StringWriter
    {
        private int lines;

        public override void WriteLine(string? value)
        {
            if (lines++ == line)
                action();
        }
    }
}
