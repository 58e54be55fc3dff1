using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Scheduling;
using HunyuanOcr.Inference.Tests.Imaging;

namespace HunyuanOcr.Inference.Tests.Execution.Cpu;

/// <summary>The demo model in fp32 on every document of demo-model/golden: what goes into the vision tower, what comes out, and the first logits.</summary>
public sealed class ReferenceVectorsTests(ReferenceVectorsTests.OneModel one) : IClassFixture<ReferenceVectorsTests.OneModel>
{
    private const double Tolerance = 1e-3;

    public static TheoryData<string> Files => [.. GoldenDocuments.All.Select(document => document.File)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Patches_vision_vectors_and_first_logits_are_those_of_the_reference(string file)
    {
        GoldenDocument document = GoldenDocuments.Of(file);
        using ScaledPicture picture = one.Model.Picture(document);
        Assert.Equal((document.Grid[0], document.Grid[1]), (picture.GridHeight, picture.GridWidth));
        Assert.Equal(document.PatchesSha256, Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(TestPictures.Patches(picture).AsSpan()))));

        VisionVectors vectors = one.Model.Runner.Encode(picture);
        Assert.Equal(document.VisionCount, vectors.Count);
        float[][] rows = [.. vectors.Values.Chunk(vectors.Values.Length / vectors.Count)];
        AssertClose("the vision vectors", GoldenDocuments.Values(document.Vision), [.. document.VisionRows.SelectMany(row => rows[row])]);
        AssertClose("the lengths of the vision vectors", GoldenDocuments.Values(document.VisionNorms), [.. rows.Select(Length)]);

        foreach (GoldenAnswer answer in document.Answers)
        {
            Sequence sequence = one.Model.Sequence(document, answer, vectors);
            AssertClose($"the first logits of {answer.Task}", GoldenDocuments.Values(answer.FirstLogits), one.Model.Step((sequence, sequence.TokenCount)).ToArray());
            sequence.Blocks.ReleaseAll(one.Model.Pool);
        }
    }

    private static float Length(float[] vector) => (float)Math.Sqrt(vector.Sum(value => (double)value * value));

    private static void AssertClose(string what, float[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        double[] differences = [.. expected.Zip(found, (a, b) => Math.Abs((double)a - b))];
        // Not "greater than": that would let NaN pass.
        Assert.True(Array.TrueForAll(differences, difference => difference <= Tolerance), $"{what} differ by up to {differences.Max()}, not at most {Tolerance}");
    }

    /// <summary>Loaded once.</summary>
    public sealed class OneModel : IDisposable
    {
        internal RunningModel Model { get; } = new();

        public void Dispose() => Model.Dispose();
    }
}
