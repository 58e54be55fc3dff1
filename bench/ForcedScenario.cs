using System.Runtime.InteropServices;
using System.Text.Json;
using HunyuanOcr.Inference;
using HunyuanOcr.Inference.Engine;
using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Prompting;
using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Bench;

/// <summary>Feeds the tokens of a reference one by one and compares vision vectors, logits and the token that would have been chosen at every place.</summary>
/// <remarks>The folder is what bench/cuda/reference.py writes: forced.json, and raw little-endian floats beside it.</remarks>
internal static class ForcedScenario
{
    private const float WideGap = 0.05f;

    public static object Run(Arguments arguments)
    {
        string folder = arguments.Required("reference");
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "forced.json")));
        using LoadedModel model = LoadedModel.Open(BenchEngine.Options(arguments));
        model.Runner.Prepare();
        var pool = new BlockPool(model.Runner.BlockCount, model.Runner.BlockSize);
        Page[] pages = [.. reference.RootElement.GetProperty("pages").EnumerateArray().Select(page => Compare(model, pool, folder, page))];
        return new
        {
            model.Description,
            model.Runner.Device,
            Places = pages.Sum(page => page.Places),
            SameToken = pages.Sum(page => page.SameToken),
            OtherTokenAtAWideGap = pages.Sum(page => page.OtherAtWideGap),
            CardAndHostChooseOtherwise = pages.Sum(page => page.CardDiffers),
            LogitsErrorPercentMost = pages.Max(page => page.LogitsErrorPercentMost),
            VisionCosineLeast = pages.Min(page => page.VisionCosineLeast),
            Pages = pages,
        };
    }

    private static Page Compare(LoadedModel model, BlockPool pool, string folder, JsonElement page)
    {
        string file = page.GetProperty("file").GetString()!;
        int[] prompt = Integers(page, "prompt_ids"), tokens = Integers(page, "tokens");
        float[] logits = Floats(folder, page, "logits"), vision = Floats(folder, page, "vision");
        using ScaledPicture picture = model.Pictures.Read(new OcrPicture(File.ReadAllBytes(Path.Combine(folder, file)), file), CancellationToken.None);
        VisionVectors vectors = model.Runner.Encode(picture);
        ImageSpan[] images = [new(Array.IndexOf(prompt, model.Folder.Tokens.Image), picture.GridHeight, picture.GridWidth, vectors.Count)];
        var sequence = new Sequence(new Prompt(prompt, images, RopePositions.Build(prompt.Length, images, model.Folder.Shape.MergeSize)), [vectors]) { NeedsLogits = true };
        sequence.Start();
        int vocabulary = model.Folder.Shape.VocabularySize, same = 0, wide = 0, card = 0;
        double worst = 0, sum = 0;
        var plan = new StepPlan();
        for (int place = 0; place < tokens.Length; place++)
        {
            ReadOnlySpan<float> expected = logits.AsSpan(place * vocabulary, vocabulary);
            StepResult result = Step(model, pool, plan, sequence);
            ReadOnlySpan<float> row = result.Row(0);
            int best = Best(row, out _), wanted = Best(expected, out float gap);
            same += best == wanted ? 1 : 0;
            wide += best != wanted && gap > WideGap ? 1 : 0;
            card += !result.Likeliest.IsEmpty && result.Likeliest[0].Id != best ? 1 : 0;
            double error = 100 * Distance(row, expected);
            (worst, sum) = (Math.Max(worst, error), sum + error);
            sequence.Append(tokens[place]);
        }
        sequence.Blocks.ReleaseAll(pool);
        return new Page(file, $"{picture.GridHeight}x{picture.GridWidth}", prompt.Length, tokens.Length, same, wide, card, Math.Round(worst, 4), Math.Round(sum / tokens.Length, 4),
            LeastCosine(Values(model, vectors), vision, model.Folder.Shape.HiddenSize));
    }

    private static StepResult Step(LoadedModel model, BlockPool pool, StepPlan plan, Sequence sequence)
    {
        while (sequence.Blocks.Count * pool.BlockSize < sequence.TokenCount)
        {
            int block = pool.Reserve();
            pool.Own(block);
            sequence.Blocks.Append(block);
        }
        plan.Clear();
        plan.Add(new StepSlice(sequence, sequence.CachedCount, sequence.UncachedCount, WantsLogits: true));
        StepResult result = model.Runner.Run(plan);
        sequence.MarkCached(sequence.UncachedCount);
        return result;
    }

    private static int Best(ReadOnlySpan<float> row, out float gap)
    {
        int best = 0;
        float second = float.NegativeInfinity;
        for (int i = 1; i < row.Length; i++)
        {
            if (row[i] > row[best])
                (second, best) = (row[best], i);
            else if (row[i] > second)
                second = row[i];
        }
        gap = row[best] - second;
        return best;
    }

    // ||a - b|| / ||b||.
    private static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double difference = 0, norm = 0;
        for (int i = 0; i < a.Length; i++)
        {
            difference += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
            norm += (double)b[i] * b[i];
        }
        return Math.Sqrt(difference / norm);
    }

    private static double LeastCosine(float[] ours, float[] theirs, int width)
    {
        double least = 1;
        for (int row = 0; row < theirs.Length / width; row++)
        {
            double product = 0, a = 0, b = 0;
            for (int i = row * width; i < (row + 1) * width; i++)
                (product, a, b) = (product + ((double)ours[i] * theirs[i]), a + ((double)ours[i] * ours[i]), b + ((double)theirs[i] * theirs[i]));
            least = Math.Min(least, product / Math.Sqrt(a * b));
        }
        return least;
    }

    private static float[] Values(LoadedModel model, VisionVectors vectors) => vectors.Halves.Length == 0
        ? vectors.Values
        : [.. vectors.Halves.Select(bits => model.Folder.Export.Precision == "bf16" ? BitConverter.UInt32BitsToSingle((uint)bits << 16) : (float)BitConverter.UInt16BitsToHalf(bits))];

    private static int[] Integers(JsonElement page, string key) => [.. page.GetProperty(key).EnumerateArray().Select(value => value.GetInt32())];

    private static float[] Floats(string folder, JsonElement page, string key) =>
        MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(folder, page.GetProperty(key).GetString()!))).ToArray();

    private sealed record Page(string File, string Grid, int PromptTokens, int Places, int SameToken, int OtherAtWideGap, int CardDiffers,
        double LogitsErrorPercentMost, double LogitsErrorPercentMean, double VisionCosineLeast);
}
