using System.Text.Json.Nodes;
using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution.Cpu;
using HunyuanOcr.Inference.Sampling;

namespace HunyuanOcr.Inference.Tests.Checkpoints;

public sealed class ModelFolderTests : IDisposable
{
    private readonly ModelFolderCopy copy = new();

    public void Dispose() => copy.Dispose();

    [Fact]
    public void The_exported_demo_model_opens_with_its_sizes_and_ids()
    {
        ModelFolder folder = ModelFolder.Open(copy.Path);
        Assert.Equal((5504, 256, 5, 4, 2, 64), (folder.Shape.VocabularySize, folder.Shape.HiddenSize, folder.Shape.Layers, folder.Shape.Heads, folder.Shape.KeyValueHeads, folder.Shape.HeadSize));
        Assert.Equal((4096, 16, 2, 1e-5f), (folder.Shape.ContextLength, folder.Shape.PatchSize, folder.Shape.MergeSize, folder.Shape.RmsNormEpsilon));
        Assert.Equal([8, 8, 8, 8], folder.Shape.RopeSections);
        Assert.Equal(10000 * Math.Pow(1000, 64 / 62.0), folder.Shape.RopeBase, 6);
        Assert.Equal((0, 8, 6, 7, 3), (folder.Tokens.Begin, folder.Tokens.Image, folder.Tokens.ImageStart, folder.Tokens.ImageEnd, folder.Tokens.User));
        Assert.Equal([5, 1], folder.Tokens.Ends);
        Assert.Null(folder.Tokens.SystemEnd);
        Assert.Equal(new SamplingDefaults(), folder.Sampling);
        Assert.Equal(("cpu", "fp32", "demo"), (folder.Export.Target, folder.Export.Precision, folder.Export.SourceName));
        Assert.Equal("key_cache.3\0"u8, folder.Decoder.Native("key_cache", 3));
    }

    [Theory]
    [InlineData(true, 0.7, 20, 0.9, 1.08)]
    [InlineData(false, 0, 0, 1, 1.08)]
    public void Temperature_top_k_and_top_p_are_defaults_only_where_the_checkpoint_samples(bool samples, double temperature, int topK, double topP, double penalty)
    {
        copy.Edit("genai_config.json", root => root["search"] = new JsonObject
        {
            ["do_sample"] = samples, ["temperature"] = 0.7, ["top_k"] = 20, ["top_p"] = 0.9, ["repetition_penalty"] = 1.08,
        });
        Assert.Equal(new SamplingDefaults(temperature, topK, topP, penalty), ModelFolder.Open(copy.Path).Sampling);
    }

    [Fact]
    public void A_block_size_that_no_cache_has_is_refused()
    {
        Assert.Equal(64, ModelFolder.Open(copy.Path).BlockSize);
        copy.Edit("genai_config.json", root => root["engine"]!["dynamic_batching"]!["block_size"] = 48);
        Assert.Contains("engine.dynamic_batching.block_size is 48, not one of 16, 32, 64, 128, 256", Assert.Single(Faults()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_without_a_padding_token_opens()
    {
        copy.Edit("genai_config.json", root => root["model"]!["pad_token_id"] = null);
        Assert.Equal(0, ModelFolder.Open(copy.Path).Tokens.Begin);
    }

    [Fact]
    public void A_token_id_that_no_vocabulary_holds_is_refused()
    {
        copy.Edit("genai_config.json", root => root["model"]!["image_token_id"] = 1L << 32);
        Assert.Contains("model.image_token_id is 4294967296", Assert.Single(Faults()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_is_refused_with_the_command_that_makes_it()
    {
        string missing = Path.Combine(copy.Path, "nothing");
        string fault = Assert.Single(Faults(missing));
        Assert.Contains($"{missing} does not exist", fault, StringComparison.Ordinal);
        Assert.Contains($"onnx-export --checkpoint DIR --output {missing} --target cpu", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_half_written_folder_is_refused()
    {
        File.Delete(copy.PathOf("export.json"));
        Assert.Contains("not a whole model", Assert.Single(Faults()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hugging_face_folder_is_told_from_an_exported_one() =>
        Assert.Contains("is a Hugging Face folder", Assert.Single(Faults(Path.Combine(ExportedDemoModel.Repository, "demo-model", "checkpoint"))), StringComparison.Ordinal);

    [Fact]
    public void Every_fault_is_named_at_once()
    {
        File.Delete(copy.PathOf("decoder.onnx.data"));
        File.AppendAllText(copy.PathOf("tokenizer.json"), " ");
        copy.Edit("export.json", export =>
        {
            export["target"] = "cuda";
            export["exporter"] = "7.0.0";
        });
        copy.Edit("genai_config.json", root =>
        {
            JsonObject decoder = root["model"]!["decoder"]!.AsObject();
            decoder.Remove("hidden_size");
            decoder["head_size"] = 63;
            decoder["rope"]!["sections"] = "none";
            root["model"]!["vocab_size"] = "many";
        });
        IReadOnlyList<string> faults = Faults();
        foreach (string expected in (string[])["decoder.onnx.data is missing", "tokenizer.json has ", "exported for cuda; this engine runs on cpu", "exporter is 7.0.0", "model.decoder.hidden_size is missing", "model.decoder.head_size is 63", "model.decoder.rope.sections must be", "model.vocab_size is \"many\", not a whole number"])
            Assert.Contains(faults, fault => fault.Contains(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{\n \"model\": {]", "line 2")]
    [InlineData("[]", "holds no JSON object")]
    [InlineData("", "is not JSON")]
    public void Damaged_json_is_refused_with_its_place(string content, string message)
    {
        copy.Replace("genai_config.json", System.Text.Encoding.UTF8.GetBytes(content));
        string fault = Assert.Single(Faults());
        Assert.StartsWith("genai_config.json is damaged", fault, StringComparison.Ordinal);
        Assert.Contains(message, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_record_of_the_export_is_refused()
    {
        File.WriteAllText(copy.PathOf("export.json"), "{ \"exporter\": ");
        Assert.Contains(Faults(), fault => fault.StartsWith("export.json is damaged", StringComparison.Ordinal));
    }

    [Fact]
    public void An_embedding_of_another_shape_is_refused()
    {
        copy.Edit("genai_config.json", root => root["model"]!["embedding"]!["rows"] = 5503);
        Assert.Contains(Faults(), fault => fault.Contains("5503 x 256, not vocab_size x hidden_size = 5504 x 256", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("fp32", "operators", "cpu", "vision.onnx")]
    [InlineData("fp16", "operators", "cuda", "decode.onnx")]
    [InlineData("fp16", "ours", "cuda", "decode_medium.onnx")]
    [InlineData("fp16", "ours", "cuda", "decode_small.onnx")]
    public void A_graph_that_the_record_of_the_export_does_not_list_is_named(string precision, string kernels, string target, string graph)
    {
        using var other = new ModelFolderCopy(precision, kernels);
        other.Edit("export.json", export => export["files"]!.AsArray().Remove(ModelFolderCopy.Entry(export, graph)));
        string fault = Assert.Single(Assert.Throws<OcrConfigurationException>(() => ModelFolder.Open(other.Path, target)).Faults);
        Assert.StartsWith($"{graph} is not among the files of export.json", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.decoder.rope", "sections", "[2147483647, 1, 1, 1]", "model.decoder.rope.sections is [2147483647, 1, 1, 1]")]
    [InlineData("model.decoder.rope", "theta", "0", "model.decoder.rope.theta is 0, not above 0")]
    [InlineData("model.decoder.rope", "alpha", "-1", "model.decoder.rope.alpha is -1, not above 0")]
    [InlineData("model", "eos_token_id", "[]", "model.eos_token_id is empty")]
    [InlineData("model", "system_end_token_id", "5504", "vocab_size is 5504, and token id 5504 is not below it")]
    [InlineData("search", "repetition_penalty", "0", "search.repetition_penalty is 0, not above 0")]
    public void A_number_that_no_model_has_is_refused(string section, string key, string value, string fault)
    {
        copy.Edit("genai_config.json", root => section.Split('.').Aggregate((JsonNode)root, (node, name) => node[name]!)[key] = JsonNode.Parse(value));
        Assert.Contains(Faults(), found => found.Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public void A_list_of_files_that_holds_no_objects_is_refused()
    {
        copy.Edit("export.json", export => export["files"]!.AsArray().Add(1));
        Assert.Contains("files[", Assert.Single(Faults()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_name_that_leaves_the_folder_is_refused()
    {
        copy.Edit("export.json", export => ModelFolderCopy.Entry(export, "vision.onnx")["name"] = "../vision.onnx");
        Assert.Contains(Faults(), fault => fault.Contains("not a file of this folder", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("vision.onnx")]
    [InlineData("decoder.onnx")]
    public void A_damaged_graph_is_refused_with_its_name_when_the_runner_opens(string graph)
    {
        copy.Replace(graph, File.ReadAllBytes(copy.PathOf(graph))[..2000]);
        OcrConfigurationException fault = Assert.Throws<OcrConfigurationException>(() =>
            CpuModelRunner.Open(new EngineOptions { ModelFolder = copy.Path, BlockSize = 64 }, ModelFolder.Open(copy.Path)));
        Assert.Contains($"{copy.PathOf(graph)} cannot be loaded", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_check_finds_one_changed_byte()
    {
        ModelFolder folder = ModelFolder.Open(copy.Path);
        Assert.Empty(await FileCheck.RunAsync(folder, CancellationToken.None));
        byte[] tokenizer = File.ReadAllBytes(copy.PathOf("tokenizer.json"));
        tokenizer[1000] ^= 1;
        File.WriteAllBytes(copy.PathOf("tokenizer.json"), tokenizer);
        string fault = Assert.Single(await FileCheck.RunAsync(folder, CancellationToken.None));
        Assert.StartsWith("tokenizer.json in", fault, StringComparison.Ordinal);
    }

    private IReadOnlyList<string> Faults(string? path = null) => Assert.Throws<OcrConfigurationException>(() => ModelFolder.Open(path ?? copy.Path)).Faults;
}
