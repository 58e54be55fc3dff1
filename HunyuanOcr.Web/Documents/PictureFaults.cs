using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Documents;

/// <summary>The engine's refusal of a picture as a refusal that the page has words for.</summary>
internal static class PictureFaults
{
    internal static DocumentRefusal Refusal(OcrPictureException refused, string name, long bytes, long maxPixels) => refused.Fault switch
    {
        OcrPictureFault.Empty => new(RefusalCode.Empty, name, bytes),
        OcrPictureFault.UnknownType => new(RefusalCode.NotAPicture, name, bytes, Kind: "unknown", Detail: refused.Message),
        OcrPictureFault.TooLarge => new(RefusalCode.TooManyPixels, name, bytes, Limit: maxPixels, Detail: refused.Message),
        OcrPictureFault.AspectRatio => new(RefusalCode.AspectRatio, name, bytes, Detail: refused.Message),
        OcrPictureFault.TimedOut => new(RefusalCode.TooSlow, name, bytes, Detail: refused.Message),
        _ => new(RefusalCode.Damaged, name, bytes, Detail: refused.Message),
    };
}
