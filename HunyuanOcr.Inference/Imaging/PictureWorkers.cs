namespace HunyuanOcr.Inference.Imaging;

/// <summary>How many processors work on one picture beside the thread that reads it.</summary>
internal static class PictureWorkers
{
    private const int ProcessorsOfAWorker = 4;

    /// <summary>A JPEG's codes are read by one, and what follows takes about as long: more than a few would wait for them.</summary>
    private const int Most = 8;

    /// <summary>0 on a small machine, where all have other things to do.</summary>
    internal static int Count { get; } = Environment.ProcessorCount < 2 * ProcessorsOfAWorker ? 0 : Math.Min(Most, Environment.ProcessorCount / ProcessorsOfAWorker);
}
