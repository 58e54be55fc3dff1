using System.Text.Json.Nodes;
using OnnxExport.Checkpoints;
using OnnxExport.CommandLine;
using OnnxExport.Configuration;
using OnnxExport.RandomCheckpoint;

namespace OnnxExport.Tests.RandomCheckpoint;

public sealed class RandomCheckpointWriterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_public_sizes_add_up_to_0_996_billion_parameters()
    {
        ModelConfiguration model = ConfigurationReader.Read(JsonSection.Parse("public-config.json", RandomCheckpointCommand.PublicConfiguration()));

        Assert.Equal(996_208_112, WeightList.Of(model).Sum(weight => weight.Shape.Aggregate(1L, (product, size) => product * size)));
    }

    [Fact]
    public void Flat_layout_uses_the_older_names_and_shards_have_an_index()
    {
        SmallModel.Checkpoint(folder["flat"], ConfigurationLayout.Flat, shards: 3);

        JsonObject map = JsonNode.Parse(File.ReadAllText(Path.Combine(folder["flat"], "model.safetensors.index.json")))!["weight_map"]!.AsObject();
        Assert.Equal("model-00001-of-00003.safetensors", (string)map["model.embed_tokens.weight"]!);
        Assert.All(map, entry => Assert.True(File.Exists(Path.Combine(folder["flat"], (string)entry.Value!))));
        Assert.Contains("vit.perceive.proj.0.weight", map.Select(entry => entry.Key));
    }

    [Fact]
    public void Norm_weights_lie_around_one_and_others_around_zero()
    {
        SmallModel.Checkpoint(folder["nested"]);
        using Checkpoint checkpoint = Checkpoint.Open(folder["nested"]);

        Assert.InRange(Mean(checkpoint, "model.language_model.norm.weight", 40), 0.98, 1.02);
        Assert.InRange(Mean(checkpoint, "model.language_model.embed_tokens.weight", 300, 40), -0.002, 0.002);
    }

    [Fact]
    public void Another_seed_gives_other_weights()
    {
        var one = new ushort[100];
        var two = new ushort[100];
        new RandomWeights("lm_head.weight", 1).Fill(one);
        new RandomWeights("lm_head.weight", 2).Fill(two);

        Assert.NotEqual(one, two);
    }

    private static double Mean(Checkpoint checkpoint, string name, params long[] shape)
    {
        StoredTensor tensor = checkpoint.Get(name, shape);
        var bytes = new byte[tensor.ByteLength];
        tensor.Read(0, bytes);
        var values = new float[tensor.Elements];
        tensor.Type.ToSingles(bytes, values);
        return values.Average();
    }
}
