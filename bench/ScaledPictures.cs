using HunyuanOcr.Inference;
using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Imaging.Vips;

namespace HunyuanOcr.Bench;

/// <summary>Pictures of random sizes, scaled from a few pages and packed as PNG.</summary>
internal static class ScaledPictures
{
    public static IEnumerable<OcrPicture> Make(IReadOnlyList<string> pages, int count, Random random)
    {
        VipsLibrary.Load(nativeFolder: null);
        for (int i = 0; i < count; i++)
        {
            var page = new OcrPicture(File.ReadAllBytes(pages[i % pages.Count]), pages[i % pages.Count]);
            int width = random.Next(220, 760), height = random.Next(220, 760);
            using RgbImage source = ImageDecoder.Decode(page, ImageLimits.From(new EngineOptions { ModelFolder = "" }), CancellationToken.None);
            using RgbImage scaled = BicubicResampler.Resize(source, width, height, CancellationToken.None);
            yield return new OcrPicture(PngFile.Write(scaled), $"{width}x{height}-{i}.png");
        }
    }
}
