using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Prompting;
using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Tests.Engine;

/// <summary>A model whose next token is a hash of everything that stands in the sequence's cache blocks, so that a wrong block table,
/// a lost chunk or a neighbour's write changes the text.</summary>
internal sealed class FakeModelRunner(int blocks = 64, int blockSize = 16, int vocabulary = 64) : IModelRunner
{
    public const int EndToken = 1;

    private readonly int[] cache = new int[blocks * blockSize];
    private float[] logits = [];
    private int running, encoding;

    public ModelShape Shape { get; } = new()
    {
        VocabularySize = vocabulary, HiddenSize = 2, Layers = 1, Heads = 1, KeyValueHeads = 1, HeadSize = 8, ContextLength = 4096,
        PatchSize = 16, MergeSize = 2, RmsNormEpsilon = 1e-5f, RopeBase = 10000, RopeSections = [1, 1, 1, 1],
    };

    public string Device => "fake";

    public TimeSpan ModelTime => Clock();

    public int BlockCount => blocks;

    public int BlockSize => blockSize;

    /// <summary>Called at the start of every step with its number, from 0; may throw or wait.</summary>
    public Action<int>? BeforeStep { get; set; }

    /// <summary>Called at the start of every pass of the vision tower; may throw or wait.</summary>
    public Action<ScaledPicture>? BeforeEncode { get; set; }

    /// <summary>Whose rows of logits hold no numbers.</summary>
    public Func<Sequence, bool> HasNoNumbers { get; set; } = _ => false;

    /// <summary>Asked by the engine's bookkeeping, outside of what a step may fail in; may throw.</summary>
    public Func<TimeSpan> Clock { get; set; } = () => TimeSpan.Zero;

    /// <summary>How likely an answer ends at a token, in 1/1000.</summary>
    public int EndPerMille { get; set; } = 20;

    /// <summary>Tokens of each step's slices.</summary>
    public List<int[]> Steps { get; } = [];

    public int EncodeCount { get; private set; }

    public bool IsDisposed { get; private set; }

    public VisionVectors Encode(ScaledPicture picture)
    {
        Assert.Equal(1, Interlocked.Increment(ref encoding));
        try
        {
            EncodeCount++;
            BeforeEncode?.Invoke(picture);
            int count = ImageSpan.CountOf(picture.GridHeight, picture.GridWidth, Shape.MergeSize);
            return new VisionVectors([.. Enumerable.Range(0, count * 2).Select(i => (picture.Pixels[0] * 1000f) + i)], count);
        }
        finally
        {
            Interlocked.Decrement(ref encoding);
        }
    }

    public StepResult Run(StepPlan plan)
    {
        Assert.Equal(1, Interlocked.Increment(ref running));
        try
        {
            Steps.Add([.. plan.Slices.Select(slice => slice.Count)]);
            BeforeStep?.Invoke(Steps.Count - 1);
            logits = new float[plan.LogitsCount * vocabulary];
            int row = 0;
            foreach (StepSlice slice in plan.Slices)
            {
                Write(slice);
                if (!slice.WantsLogits)
                    continue;
                Span<float> wanted = logits.AsSpan(row++ * vocabulary, vocabulary);
                Fill(wanted, HashOf(slice.Sequence));
                if (HasNoNumbers(slice.Sequence))
                    wanted.Fill(float.NaN);
            }
            return new StepResult(logits, vocabulary);
        }
        finally
        {
            Interlocked.Decrement(ref running);
        }
    }

    public void Dispose() => IsDisposed = true;

    private void Write(StepSlice slice)
    {
        for (int i = slice.Start; i < slice.Start + slice.Count; i++)
            cache[Slot(slice.Sequence, i)] = Embedding(slice.Sequence, i);
    }

    private int Slot(Sequence sequence, int token) => (sequence.Blocks[token / blockSize] * blockSize) + (token % blockSize);

    private static int Embedding(Sequence sequence, int token)
    {
        for (int i = 0; i < sequence.Prompt.Images.Length; i++)
        {
            ImageSpan span = sequence.Prompt.Images[i];
            if (token >= span.Start && token < span.Start + span.Count)
                return (int)sequence.Images[i].Values[(token - span.Start) * 2] + 1_000_000;
        }
        return sequence.Tokens[token];
    }

    private ulong HashOf(Sequence sequence)
    {
        ulong hash = 14695981039346656037;
        for (int i = 0; i < sequence.TokenCount; i++)
            hash = Mix(hash ^ (uint)cache[Slot(sequence, i)]);
        return hash;
    }

    private void Fill(Span<float> row, ulong hash)
    {
        for (int v = 0; v < row.Length; v++)
            row[v] = (Mix(hash + (ulong)v) >> 40) / (float)(1 << 24);
        row[EndToken] = Mix(~hash) % 1000 < (ulong)EndPerMille ? 2 : -1;
    }

    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
