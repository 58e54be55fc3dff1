using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Imaging.Vips;

namespace HunyuanOcr.Inference.Tests.Imaging;

/// <summary>The files of Data/pictures and the options they are read with.</summary>
internal static class TestPictures
{
    internal static readonly EngineOptions Options = new() { ModelFolder = "none" };

    internal static readonly ImageLimits Limits = ImageLimits.From(Options);

    /// <summary>The limits of the demo checkpoint.</summary>
    internal static readonly PreprocessorOptions Demo = new() { MinPixels = 65536, MaxPixels = 589824 };

    private static readonly string _folder = Path.Combine(AppContext.BaseDirectory, "Data", "pictures");

    static TestPictures() => VipsLibrary.Load(null);

    internal static IEnumerable<string> Names =>
        Directory.EnumerateFiles(_folder).Select(path => Path.GetFileName(path)!).Where(name => Path.GetExtension(name) is ".jpg" or ".png" or ".webp" or ".tif" or ".gif").Order(StringComparer.Ordinal);

    internal static string PathOf(string name) => Path.Combine(_folder, name);

    internal static byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name));

    internal static OcrPicture Load(string name) => new(Bytes(name), name);

    internal static RgbImage Decode(OcrPicture picture) => ImageDecoder.Decode(picture, Limits, CancellationToken.None);

    /// <summary>[patches, 3 * size * size].</summary>
    internal static float[] Patches(ScaledPicture picture)
    {
        float[] patches = new float[picture.Length];
        picture.Cut(patches);
        return patches;
    }
}
