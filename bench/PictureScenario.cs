using System.Diagnostics;
using System.Security.Cryptography;
using HunyuanOcr.Inference;
using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Imaging.Jpeg;

namespace HunyuanOcr.Bench;

/// <summary>A picture's file to its patches, without a model: what each piece of it takes.</summary>
internal static unsafe class PictureScenario
{
    private const int WarmUpRuns = 40;
    private const int RowBytes = 8 << 20;

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
        Piece identify = new(), hash = new(), read = new(), libvips = new(), codes = new(), cut = new();
        float[] patches = [];
        byte[] room = GC.AllocateUninitializedArray<byte>(picture.Bytes.Length + ScanReader.Padding + RowBytes, pinned: true);
        PictureIdentity? identity = null;
        for (int run = -WarmUpRuns; run < repeat; run++)
        {
            bool counts = run >= 0;
            identity = identify.Time(counts, () => reader.Identify(picture));
            hash.Time(counts, () => SHA256.HashData(picture.Bytes.Span));
            libvips.Time(counts, () => DecodeByLibvips(picture, reader.Pool)).Dispose();
            codes.Time(counts, () => ReadCodes(picture.Bytes.Span, room));
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
            DecodeByLibvips = libvips.Result,
            CodesOfPlainJpeg = codes.Result,
            Cut = cut.Result,
        };
    }

    private static RgbImage DecodeByLibvips(OcrPicture picture, PixelPool pool)
    {
        ImageLimits limits = ImageLimits.From(new EngineOptions { ModelFolder = "" });
        using OpenedPicture opened = OpenedPicture.Open(picture, limits.MaxPixels);
        using DecodeDeadline deadline = new(opened.Image, limits.Timeout, CancellationToken.None);
        return ImageDecoder.DecodeByLibvips(opened, limits, pool, deadline);
    }

    /// <summary>What one thread has to do alone, however many others help; false where there is no plain JPEG.</summary>
    private static bool ReadCodes(ReadOnlySpan<byte> file, byte[] room)
    {
        if (JpegHeader.Read(file) is not { } header)
            return false;
        int units = JpegPlanes.UnitsAcross(header), blocks = units * JpegPlanes.BlocksOf(header);
        fixed (byte* memory = room)
        {
            short* coefficients = (short*)memory;
            byte* last = (byte*)(coefficients + (blocks * BlockOrder.Count)), data = memory + RowBytes;
            int length = last + blocks > data ? -1 : ScanReader.Unstuff(file[header.ScanStart..], new Span<byte>(data, room.Length - RowBytes));
            if (length < 0)
                return false;
            var reader = new ScanReader(header, data, length);
            for (int row = 0; row < JpegPlanes.UnitsDown(header); row++)
                if (!reader.ReadRow(units, coefficients, last))
                    return false;
            return reader.IsDone;
        }
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
