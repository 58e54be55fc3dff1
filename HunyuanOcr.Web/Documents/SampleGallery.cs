using System.Text.Json;
using System.Text.Json.Serialization;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Language;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Documents;

/// <summary>One picture of the gallery, as index.json names it.</summary>
/// <param name="File">File name in the sample folder.</param>
/// <param name="TitleEn">What it is, in English.</param>
/// <param name="TitleZh">What it is, in Chinese.</param>
/// <param name="Task">"spotting", "fields" or "translation"; spotting where nothing is said.</param>
/// <param name="Fields">Field names to ask for.</param>
/// <param name="Target">Language to translate into, "en" or "zh".</param>
public sealed record Sample(
    [property: JsonPropertyName("file")] string File,
    [property: JsonPropertyName("title_en")] string TitleEn,
    [property: JsonPropertyName("title_zh")] string TitleZh,
    [property: JsonPropertyName("task")] string? Task = null,
    [property: JsonPropertyName("fields")] IReadOnlyList<string>? Fields = null,
    [property: JsonPropertyName("target")] string? Target = null)
{
    /// <summary>Its title in a language.</summary>
    public string Title(PageLanguage language) => language == PageLanguage.Chinese ? TitleZh : TitleEn;

    /// <summary>What is asked of it.</summary>
    public TaskKind Kind => Task?.ToLowerInvariant() switch { "fields" or "extract" => TaskKind.Fields, "translation" or "translate" => TaskKind.Translate, _ => TaskKind.Read };
}

/// <summary>The samples that come with the model: only what index.json names is ever served.</summary>
internal sealed partial class SampleGallery
{
    private readonly string _folder;

    public SampleGallery(StudioOptions options, ILogger<SampleGallery> logger)
    {
        _folder = options.SampleFolder;
        string index = Path.Combine(_folder, "index.json");
        if (!File.Exists(index))
            return;
        try
        {
            Samples = [.. (JsonSerializer.Deserialize<List<Sample>>(File.ReadAllBytes(index)) ?? []).Where(sample => Path.GetFileName(sample.File) == sample.File && File.Exists(Path.Combine(_folder, sample.File)))];
        }
        catch (JsonException e)
        {
            Log.Unreadable(logger, index, e);
        }
    }

    /// <summary>In the order of index.json; empty where there is none.</summary>
    internal IReadOnlyList<Sample> Samples { get; } = [];

    internal Stream Open(Sample sample) => File.OpenRead(Path.Combine(_folder, sample.File));

    /// <summary>GET /samples/{file}.</summary>
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/samples/{file}", static (string file, SampleGallery gallery) =>
    {
        if (gallery.Samples.FirstOrDefault(sample => sample.File == file) is not { } sample)
            return (IResult)TypedResults.NotFound();
        byte[] lead = new byte[FileKind.Lead];
        Stream picture = gallery.Open(sample);
        int count = picture.ReadAtLeast(lead, lead.Length, throwOnEndOfStream: false);
        picture.Position = 0;
        string kind = FileKind.Of(lead.AsSpan(0, count));
        if (FileKind.IsShownByBrowsers(kind))
            return TypedResults.Stream(picture, kind);
        picture.Dispose();
        return TypedResults.NotFound();
    });

    private static partial class Log
    {
        [LoggerMessage(2201, LogLevel.Warning, "The list of samples {Path} cannot be read; the gallery stays empty.")]
        internal static partial void Unreadable(ILogger logger, string path, Exception exception);
    }
}
