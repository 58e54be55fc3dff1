using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Execution.Cpu;
using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Prompting;
using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Tests.Execution.Cpu;

/// <summary>The demo model on the CPU with a block pool, driven token by token.</summary>
internal sealed class RunningModel : IDisposable
{
    private readonly StepPlan plan = new();

    public RunningModel(string precision = "fp32", int blockSize = 64, int threads = 0)
    {
        Folder = ModelFolder.Open(ExportedDemoModel.Folder(precision));
        Runner = CpuModelRunner.Open(new EngineOptions { ModelFolder = Folder.Location, BlockSize = blockSize, CacheMegabytes = 128, Threads = threads }, Folder);
        Pool = new BlockPool(Runner.BlockCount, blockSize);
    }

    public ModelFolder Folder { get; }

    public CpuModelRunner Runner { get; }

    public BlockPool Pool { get; }

    public int Vocabulary => Folder.Shape.VocabularySize;

    /// <summary>A document as the vision tower takes it.</summary>
    public ScaledPicture Picture(GoldenDocument document)
    {
        using PictureReader reader = new(PreprocessorOptions.Load(Folder.Location), new EngineOptions { ModelFolder = Folder.Location });
        return reader.Read(GoldenDocuments.Picture(document), CancellationToken.None);
    }

    /// <summary>Levels that look random.</summary>
    public static ScaledPicture MadeUpPicture(int rows, int columns, int patchSize = 16)
    {
        RgbImage image = new(columns * patchSize, rows * patchSize);
        for (int i = 0; i < image.Length; i++)
            image.Pixels[i] = (byte)((((ulong)i * 2654435761) & 0xFFFFFFFF) >> 24);
        return new ScaledPicture(image, new PatchExtractor(new PreprocessorOptions { PatchSize = patchSize }));
    }

    /// <summary>begin, image start, image, image end, text, user.</summary>
    public Sequence Sequence(ScaledPicture? picture, params IEnumerable<int> text)
    {
        SpecialTokens tokens = Folder.Tokens;
        if (picture is null)
            return Started(new Sequence(new Prompt([tokens.Begin, .. text, tokens.User], [], RopePositions.Build(text.Count() + 2, [], 2)), []));
        VisionVectors vectors = Runner.Encode(picture);
        int[] ids = [tokens.Begin, tokens.ImageStart, .. Enumerable.Repeat(tokens.Image, vectors.Count), tokens.ImageEnd, .. text, tokens.User];
        ImageSpan[] images = [new(2, picture.GridHeight, picture.GridWidth, vectors.Count)];
        return Started(new Sequence(new Prompt(ids, images, RopePositions.Build(ids.Length, images, 2)), [vectors]));
    }

    /// <summary>The prompt that the reference was given about a document.</summary>
    public Sequence Sequence(GoldenDocument document, GoldenAnswer answer, VisionVectors vectors)
    {
        ImageSpan[] images = [new(Array.IndexOf(answer.PromptIds, Folder.Tokens.Image), document.Grid[0], document.Grid[1], vectors.Count)];
        return Started(new Sequence(new Prompt(answer.PromptIds, images, RopePositions.Build(answer.PromptIds.Length, images, 2)), [vectors]));
    }

    /// <summary>Runs slices of sequences as one step; they want logits where they reach their last token.</summary>
    public ReadOnlySpan<float> Step(params ReadOnlySpan<(Sequence Sequence, int Count)> slices)
    {
        plan.Clear();
        foreach ((Sequence sequence, int count) in slices)
        {
            while (sequence.Blocks.Count * Pool.BlockSize < sequence.CachedCount + count)
            {
                int block = Pool.Reserve();
                Pool.Own(block);
                sequence.Blocks.Append(block);
            }

            plan.Add(new StepSlice(sequence, sequence.CachedCount, count, sequence.CachedCount + count == sequence.TokenCount));
        }

        ReadOnlySpan<float> logits = Runner.Run(plan).Logits;
        foreach ((Sequence sequence, int count) in slices)
            sequence.MarkCached(count);
        return logits;
    }

    /// <summary>Runs what is left of the prompt, then greedy tokens one by one.</summary>
    public int[] Greedy(Sequence sequence, int tokens)
    {
        List<int> answer = [];
        for (int i = 0; i < tokens; i++)
        {
            answer.Add(Best(Step((sequence, sequence.UncachedCount))));
            sequence.Append(answer[^1]);
        }

        return [.. answer];
    }

    public static int Best(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
            if (logits[i] > logits[best])
                best = i;
        return best;
    }

    public void Dispose() => Runner.Dispose();

    private static Sequence Started(Sequence sequence)
    {
        sequence.Start();
        return sequence;
    }
}
