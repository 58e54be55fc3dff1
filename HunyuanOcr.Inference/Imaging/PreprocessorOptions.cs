using System.Text.Json;

namespace HunyuanOcr.Inference.Imaging;

/// <summary>How the checkpoint wants its pictures, from preprocessor_config.json. Its "resample" is not read: the reference always resizes bicubically.</summary>
internal sealed record PreprocessorOptions
{
    internal const string FileName = "preprocessor_config.json";

    private const long MostPixels = 1L << 28;

    /// <summary>A picture of fewer pixels is enlarged.</summary>
    internal long MinPixels { get; init; } = 512 * 512;

    /// <summary>A picture of more pixels is scaled down.</summary>
    internal long MaxPixels { get; init; } = 2048 * 2048;

    /// <summary>Side of a patch in pixels.</summary>
    internal int PatchSize { get; init; } = 16;

    /// <summary>Patches across and down that become one image token.</summary>
    internal int MergeSize { get; init; } = 2;

    /// <summary>What a level of 0 to 255 is multiplied with.</summary>
    internal double RescaleFactor { get; init; } = 1.0 / 255;

    /// <summary>Taken from each channel after scaling; OpenAI CLIP's by default.</summary>
    internal IReadOnlyList<double> Mean { get; init; } = [0.48145466, 0.4578275, 0.40821073];

    /// <summary>Then each channel is divided by this; OpenAI CLIP's by default.</summary>
    internal IReadOnlyList<double> StandardDeviation { get; init; } = [0.26862954, 0.26130258, 0.27577711];

    /// <summary>Reads the file of a model folder; what it does not name keeps its default, as does everything where there is no file.</summary>
    /// <exception cref="OcrConfigurationException">The file cannot be used; lists every fault.</exception>
    internal static PreprocessorOptions Load(string modelFolder)
    {
        string path = Path.Combine(modelFolder, FileName);
        if (!File.Exists(path))
            return new();
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Read(document.RootElement, path);
        }
        catch (JsonException broken)
        {
            throw new OcrConfigurationException([$"{path}: this is not JSON ({broken.Message}). Export the model again."], broken);
        }
        catch (IOException unreadable)
        {
            throw new OcrConfigurationException([$"{path}: cannot be read ({unreadable.Message})."], unreadable);
        }
    }

    private static PreprocessorOptions Read(JsonElement root, string path)
    {
        PreprocessorReader reader = new(root, path);
        PreprocessorOptions defaults = new();
        reader.Require("do_resize", true);
        reader.Require("do_rescale", true);
        reader.Require("do_normalize", true);
        reader.Require("temporal_patch_size", 1);
        PreprocessorOptions options = new()
        {
            // The older names win over "size", one by one.
            MinPixels = reader.Whole(MostPixels, "min_pixels") ?? reader.Whole(MostPixels, "size", "shortest_edge") ?? defaults.MinPixels,
            MaxPixels = reader.Whole(MostPixels, "max_pixels") ?? reader.Whole(MostPixels, "size", "longest_edge") ?? defaults.MaxPixels,
            PatchSize = (int)(reader.Whole(256, "patch_size") ?? defaults.PatchSize),
            MergeSize = (int)(reader.Whole(16, "merge_size") ?? defaults.MergeSize),
            RescaleFactor = reader.Positive("rescale_factor") ?? defaults.RescaleFactor,
            Mean = reader.Channels("image_mean", zero: true) ?? defaults.Mean,
            StandardDeviation = reader.Channels("image_std", zero: false) ?? defaults.StandardDeviation,
        };
        if (options.MinPixels > options.MaxPixels)
            reader.Fault($"min_pixels {options.MinPixels} is more than max_pixels {options.MaxPixels}");
        reader.ThrowOnFaults();
        return options;
    }
}
