using System.Runtime.InteropServices;
using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Prompting;
using HunyuanOcr.Inference.Tests.Execution.Cpu;
using HunyuanOcr.Inference.Tests.Imaging;

namespace HunyuanOcr.Inference.Tests.Execution.Cuda;

/// <summary>The demo model's graphs for a card, in float16 on the CPU, beside its graphs for a CPU in fp32: the same numbers but for rounding.</summary>
public sealed class CudaGraphsOnCpuTests : IDisposable
{
    /// <summary>Distance over length, of logits.</summary>
    private const double Rounding = 0.005;

    private const int BlockSize = 64;
    private const int Blocks = 3;

    // The first sequence lies in the last block, the second in the first.
    private static readonly int[] Table = [2, 0];
    private static readonly int[] Lengths = [37, 20];

    private readonly string twins = Path.Combine(Path.GetTempPath(), "twins-" + Path.GetRandomFileName());
    private readonly ModelFolder folder = ModelFolder.Open(ExportedDemoModel.Folder());
    private readonly Half[] table;

    public CudaGraphsOnCpuTests() =>
        table = MemoryMarshal.Cast<byte, Half>(File.ReadAllBytes(folder.PathOf(folder.Embedding.FileName))).ToArray();

    private ModelShape Shape => folder.Shape;

    public void Dispose()
    {
        if (Directory.Exists(twins))
            Directory.Delete(twins, recursive: true);
    }

    [Theory]
    [InlineData(8, 12, "operators")]
    [InlineData(22, 50, "operators")]
    [InlineData(8, 12, "tower")]
    [InlineData(22, 50, "tower")]
    public void Vision_vectors_in_float16_point_where_those_in_fp32_do(int rows, int columns, string kernels)
    {
        using ScaledPicture picture = RunningModel.MadeUpPicture(rows, columns);
        using RunningModel model = new();
        VisionVectors expected = model.Runner.Encode(picture);
        using GraphOnCpu vision = new(Path.Combine(ExportedDemoModel.Folder("fp16", kernels), "vision.onnx"), kernels == "operators" ? [] : ReferenceOperators.All);

        vision.Input<float>("patches", TestPictures.Patches(picture), rows * columns, 768).Input<long>("grid", [rows, columns], 2)
            .Output<Half>("image_embeds", expected.Count, Shape.HiddenSize).Run();

        float[][] found = [.. vision.Values<Half>("image_embeds").Select(value => (float)value).Chunk(Shape.HiddenSize)];
        float[][] wanted = [.. expected.Values.Chunk(Shape.HiddenSize)];
        Assert.Equal(wanted.Length, found.Length);
        Assert.All(wanted.Zip(found), pair => Assert.InRange(Cosine(pair.First, pair.Second), 0.9999, 1.0001));
    }

    [Theory]
    [InlineData("operators", "decode")]
    [InlineData("ours", "decode")]
    [InlineData("ours", "decode_medium")]
    [InlineData("ours", "decode_small")]
    [InlineData("attention,attentionofmany", "decode")]
    [InlineData("rotation,products", "decode_medium")]
    public void Prompts_and_decoded_tokens_have_the_logits_of_fp32_and_the_choice_that_follows_from_them(string kernels, string step)
    {
        int[] ids = Ids(Lengths.Sum());
        (float[] cos, float[] sin) = Angles(ids.Length, equal: false);
        using GraphOnCpu reference = new(folder.PathOf(folder.Decoder.FileName));
        using GraphOnCpu decoder = Twin(kernels, "decoder");
        float[] wanted = RunReference(reference, ids, cos, sin, [0, 0]);
        EmptyCaches(decoder);
        Page(decoder.Input<Half>("inputs_embeds", Rows(ids), ids.Length, Shape.HiddenSize).Input<float>("cos", cos, ids.Length, Shape.HeadSize)
            .Input<float>("sin", sin, ids.Length, Shape.HeadSize).Input<long>("logits_indices", [Lengths[0] - 1, ids.Length - 1], 2), ids.Length, [0, 0], [0, Lengths[0], ids.Length]);
        Outputs(decoder).Run();

        AssertClose(wanted, decoder.Values<float>("logits"));
        long[] chosen = AssertChoice(decoder, decoder.Values<float>("logits"));

        using GraphOnCpu decode = Twin(kernels, step);
        int[] tokens = [.. chosen.Select(id => (int)id)];
        (cos, sin) = Angles(2, equal: true);
        wanted = RunReference(reference, tokens, cos, sin, Lengths);
        TakeCaches(decode, decoder);
        Page(decode.Input<long>("input_ids", chosen, 2).Input<long>("positions", [.. Lengths.Select(length => (long)length)], 2), 2, Lengths, [0, 1, 2]);
        Outputs(decode).Run();

        AssertClose(wanted, decode.Values<float>("logits"));
        AssertChoice(decode, decode.Values<float>("logits"));
    }

    private GraphOnCpu Twin(string kernels, string graph)
    {
        string path = CpuTwin.Write(ExportedDemoModel.Folder("fp16", kernels), graph + ".onnx", twins);
        return kernels == "operators" ? new GraphOnCpu(path) : new GraphOnCpu(path, ReferenceOperators.All);
    }

    private int[] Ids(int count) => [.. Enumerable.Range(0, count).Select(i => (int)((i * 2654435761L) % Shape.VocabularySize))];

    private Half[] Rows(int[] ids) => [.. ids.SelectMany(id => table[(id * Shape.HiddenSize)..((id + 1) * Shape.HiddenSize)])];

    /// <summary>Angles of tokens whose axes differ as those of a picture do, or of the two decoded tokens.</summary>
    private (float[] Cos, float[] Sin) Angles(int tokens, bool equal)
    {
        XdRope rope = new(Shape.HeadSize, Shape.RopeBase, Shape.RopeSections);
        float[] cos = new float[tokens * Shape.HeadSize], sin = new float[tokens * Shape.HeadSize];
        for (int token = 0; token < tokens; token++)
        {
            Span<float> cosines = cos.AsSpan(token * Shape.HeadSize, Shape.HeadSize), sines = sin.AsSpan(token * Shape.HeadSize, Shape.HeadSize);
            if (equal)
                rope.FillRow(Lengths[token], Lengths[token], Lengths[token], Lengths[token], cosines, sines);
            else
                rope.FillRow(token, token % 7, token / 7, token % 2, cosines, sines);
        }

        return (cos, sin);
    }

    private float[] RunReference(GraphOnCpu reference, int[] ids, float[] cos, float[] sin, int[] past)
    {
        bool first = past[0] == 0;
        if (first)
            EmptyCaches(reference);
        int middle = first ? Lengths[0] : 1;
        reference.Input<float>("inputs_embeds", [.. Rows(ids).Select(value => (float)value)], ids.Length, Shape.HiddenSize)
            .Input<float>("cos", cos, ids.Length, Shape.HeadSize).Input<float>("sin", sin, ids.Length, Shape.HeadSize)
            .Input<long>("logits_indices", [middle - 1, ids.Length - 1], 2).Input<int>("cumulative_lengths", [0, middle, ids.Length], 3)
            .Input<int>("past_lengths", past, 2).Input<int>("block_table", Table, 2, 1).Output<float>("logits", 2, Shape.VocabularySize).Run();
        return reference.Values<float>("logits");
    }

    private void EmptyCaches(GraphOnCpu graph)
    {
        float[] empty = new float[Blocks * Shape.KeyValueHeads * BlockSize * Shape.HeadSize];
        for (int layer = 0; layer < Shape.Layers; layer++)
            foreach (string cache in (string[])[$"key_cache.{layer}", $"value_cache.{layer}"])
                graph.Input<float>(cache, empty, Blocks, Shape.KeyValueHeads, BlockSize, Shape.HeadSize);
    }

    private void TakeCaches(GraphOnCpu graph, GraphOnCpu from)
    {
        for (int layer = 0; layer < Shape.Layers; layer++)
            foreach (string cache in (string[])[$"key_cache.{layer}", $"value_cache.{layer}"])
                graph.Input<float>(cache, from.Values<float>(cache), Blocks, Shape.KeyValueHeads, BlockSize, Shape.HeadSize);
    }

    private void Page(GraphOnCpu graph, int tokens, int[] past, int[] cumulative)
    {
        float[] ones = new float[tokens * Shape.HeadSize];
        Array.Fill(ones, 1);
        graph.Input<int>("past_lengths", past, 2).Input<int>("cumulative_lengths", cumulative, 3).Input<int>("block_table", Table, 2, 1)
            .Input<float>("no_cos", ones, tokens, Shape.HeadSize).Input<float>("no_sin", new float[tokens * Shape.HeadSize], tokens, Shape.HeadSize);
    }

    private GraphOnCpu Outputs(GraphOnCpu graph) => graph.Output<float>("logits", 2, Shape.VocabularySize)
        .Output<long>("token_ids", 2).Output<float>("token_logprobs", 2).Output<int>("top_ids", 2, 5).Output<float>("top_logprobs", 2, 5);

    private static void AssertClose(float[] wanted, float[] found)
    {
        double difference = wanted.Zip(found, (a, b) => (double)(a - b) * (a - b)).Sum(), length = wanted.Sum(a => (double)a * a);
        Assert.InRange(Math.Sqrt(difference / length), 0, Rounding);
    }

    private long[] AssertChoice(GraphOnCpu graph, float[] logits)
    {
        for (int row = 0; row < 2; row++)
        {
            float[] own = logits[(row * Shape.VocabularySize)..((row + 1) * Shape.VocabularySize)];
            double total = Math.Log(own.Sum(value => Math.Exp(value)));
            int[] likeliest = [.. Enumerable.Range(0, own.Length).OrderByDescending(id => own[id]).Take(5)];
            int[] ids = graph.Values<int>("top_ids")[(row * 5)..((row + 1) * 5)];
            float[] logprobs = graph.Values<float>("top_logprobs")[(row * 5)..((row + 1) * 5)];
            // Equal logits, which rounding makes, may stand in either order.
            Assert.Equal(likeliest.Select(id => own[id]), ids.Select(id => own[id]));
            Assert.All(ids.Zip(logprobs), pair => Assert.Equal(own[pair.First] - total, pair.Second, 1e-3));
            Assert.Equal((ids[0], logprobs[0]), ((int)graph.Values<long>("token_ids")[row], graph.Values<float>("token_logprobs")[row]));
        }

        return graph.Values<long>("token_ids");
    }

    private static double Cosine(float[] a, float[] b) =>
        a.Zip(b, (x, y) => (double)x * y).Sum() / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(x => (double)x * x));
}
