using System.Diagnostics;
using System.Security.Cryptography;
using HunyuanOcr.Inference;
using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Imaging;

namespace HunyuanOcr.Bench;

/// <summary>A picture's file to its patches, without a model: what each piece of it takes.</summary>
internal static class PictureScenario
{
    private const int WarmUpRuns = 40;

    public static object Run(Arguments arguments)
    {
        int repeat = arguments.Number("repeat", 200);
        OcrPicture[] pictures = [.. arguments.Files("pages").Select(file => new OcrPicture(File.ReadAllBytes(file), Path.GetFileName(file)))];
        var options = new EngineOptions { ModelFolder = "" };
        NativeHeap.Steady();
        using var reader = new PictureReader(new PreprocessorOptions(), options);
        return pictures.Select(picture => Measure(reader, picture, repeat)).ToArray();
    }

    private static object Measure(PictureReader reader, OcrPicture picture, int repeat)
    {
        Piece identify = new(), hash = new(), read = new(), cut = new();
        float[] patches = [];
        PictureIdentity? identity = null;
        for (int run = -WarmUpRuns; run < repeat; run++)
        {
            bool counts = run >= 0;
            identity = identify.Time(counts, () => reader.Identify(picture));
            hash.Time(counts, () => SHA256.HashData(picture.Bytes.Span));
            using ScaledPicture scaled = read.Time(counts, () => reader.Read(picture, CancellationToken.None));
            Array.Resize(ref patches, scaled.Length);
            cut.Time(counts, () =>
            {
                scaled.Cut(patches);
                return true;
            });
        }
        return new
        {
            picture.Name,
            Bytes = picture.Bytes.Length,
            identity!.Page,
            Identify = identify.Result,
            Hash = hash.Result,
            Read = read.Result,
            Cut = cut.Result,
        };
    }

    /// <summary>Wall and processor time of one piece in milliseconds.</summary>
    private sealed class Piece
    {
        private readonly List<double> wall = [];
        private readonly List<double> processor = [];

        public object Result => new { WallMilliseconds = Spread.Of(wall, 3), ProcessorMilliseconds = Math.Round(processor.Average(), 3) };

        public T Time<T>(bool counts, Func<T> work)
        {
            TimeSpan used = Environment.CpuUsage.TotalTime;
            long started = Stopwatch.GetTimestamp();
            T result = work();
            if (!counts)
                return result;
            wall.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            processor.Add((Environment.CpuUsage.TotalTime - used).TotalMilliseconds);
            return result;
        }
    }
}
