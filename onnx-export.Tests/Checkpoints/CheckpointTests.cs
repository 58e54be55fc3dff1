using System.Security.Cryptography;
using System.Text;
using OnnxExport.Checkpoints;
using OnnxExport.RandomCheckpoint;

namespace OnnxExport.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_without_weights_is_refused()
    {
        var fault = Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path));

        Assert.Equal($"{folder.Path} holds no weights: neither model.safetensors nor model.safetensors.index.json is there.", fault.Message);
    }

    [Fact]
    public void A_missing_tensor_is_named_in_both_ways_with_its_shape()
    {
        using Checkpoint checkpoint = Single("vit.layers.0.mlp.dense_h_to_4h.bias", "[4]");

        var fault = Assert.Throws<CheckpointException>(() => checkpoint.Get("model.vision_tower.layers.0.mlp.fc1.weight", 4, 8));

        Assert.Equal("The checkpoint has no tensor model.vision_tower.layers.0.mlp.fc1.weight (older name vit.layers.0.mlp.dense_h_to_4h.weight); expected with shape [4, 8].", fault.Message);
    }

    [Fact]
    public void A_wrong_shape_is_named_with_both_shapes_and_the_file()
    {
        using Checkpoint checkpoint = Single("model.norm.weight", "[2,2]");

        var fault = Assert.Throws<CheckpointException>(() => checkpoint.Get("model.language_model.norm.weight", 4));

        Assert.Equal("model.safetensors: tensor model.norm.weight has shape [2, 2], config.json asks for [4].", fault.Message);
    }

    [Fact]
    public void A_shard_that_is_missing_is_named()
    {
        Index("""{"weight_map":{"model.norm.weight":"model-00002-of-00002.safetensors"}}""");

        var fault = Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path));

        Assert.Equal($"model.safetensors.index.json names the file model-00002-of-00002.safetensors, which is missing in {folder.Path}.", fault.Message);
    }

    [Fact]
    public void A_tensor_that_its_shard_does_not_hold_is_named()
    {
        TensorFile.Write(folder["one.safetensors"], TensorFile.Header("model.norm.weight", "F32", "[4]", 0, 16), 16);
        Index("""{"weight_map":{"model.norm.weight":"one.safetensors","lm_head.weight":"one.safetensors"}}""");

        var fault = Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path));

        Assert.Equal("model.safetensors.index.json says that tensor lm_head.weight is in one.safetensors, which does not hold it.", fault.Message);
    }

    [Fact]
    public void A_shard_outside_the_folder_is_refused()
    {
        Index("""{"weight_map":{"model.norm.weight":"../one.safetensors"}}""");

        Assert.Contains("outside the folder", Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_weight_under_both_names_is_refused()
    {
        TensorFile.Write(folder["one.safetensors"], TensorFile.Header("model.norm.weight", "F32", "[4]", 0, 16), 16);
        TensorFile.Write(folder["two.safetensors"], TensorFile.Header("model.language_model.norm.weight", "F32", "[4]", 0, 16), 16);
        Index("""{"weight_map":{"model.norm.weight":"one.safetensors","model.language_model.norm.weight":"two.safetensors"}}""");

        Assert.Contains("are the same weight, model.language_model.norm.weight", Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hash_of_a_single_file_is_what_sha256sum_prints()
    {
        using Checkpoint checkpoint = Single("model.norm.weight", "[4]");

        Assert.Equal(Sha256(File.ReadAllBytes(folder["model.safetensors"])), checkpoint.Hash(CancellationToken.None));
    }

    [Fact]
    public void The_hash_of_shards_is_that_of_the_lines_that_sha256sum_prints()
    {
        SmallModel.Checkpoint(folder["sharded"], ConfigurationLayout.Nested, shards: 3);
        using Checkpoint checkpoint = Checkpoint.Open(folder["sharded"]);
        string[] lines = [.. Directory.GetFiles(folder["sharded"], "*.safetensors").Order(StringComparer.Ordinal)
            .Select(file => $"{Sha256(File.ReadAllBytes(file))}  {Path.GetFileName(file)}\n")];

        Assert.Equal(3, lines.Length);
        Assert.Equal(Sha256(Encoding.UTF8.GetBytes(string.Concat(lines))), checkpoint.Hash(CancellationToken.None));
    }

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private Checkpoint Single(string tensor, string shape)
    {
        TensorFile.Write(folder["model.safetensors"], TensorFile.Header(tensor, "F32", shape, 0, 16), 16);
        return Checkpoint.Open(folder.Path);
    }

    private void Index(string json) => File.WriteAllText(folder["model.safetensors.index.json"], json);
}
