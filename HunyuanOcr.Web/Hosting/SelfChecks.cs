using System.Text.Json;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Hosting;

/// <summary>Checks a model when it is loaded for the first time, and remembers in the document folder that it passed.</summary>
internal sealed partial class SelfChecks(StudioOptions options, ILogger<SelfChecks> logger)
{
    private readonly string _folder = Path.Combine(options.Storage.DocumentFolder, "self-checks");

    /// <summary>Faults of the model, empty where it passed now or before. A model that failed is checked again at every start: it may have been exported anew.</summary>
    /// <exception cref="OcrEngineException">The engine died over the check.</exception>
    internal async Task<IReadOnlyList<string>> RunAsync(IPageReader reader, CancellationToken cancellationToken)
    {
        string marker = MarkerOf(reader.Status.Model);
        if (File.Exists(marker))
            return [];
        SelfCheckReport report;
        try
        {
            report = await reader.SelfCheckAsync(cancellationToken);
        }
        catch (OcrException e) when (e is not OcrEngineException { EngineDead: true })
        {
            string fault = $"The self-check could not be finished: {e.Message}";
            Log.Failed(logger, reader.Status.Model.Name, fault);
            return [fault];
        }
        if (report.Passed)
        {
            Log.Passed(logger, reader.Status.Model.Name, report.FilesChecked, report.TextsChecked, report.CharacterErrorRate);
            Remember(marker, report);
        }
        else
        {
            Log.Failed(logger, reader.Status.Model.Name, string.Join(Environment.NewLine, report.Faults));
        }
        return report.Faults;
    }

    /// <summary>One file for each checkpoint, precision and exporter.</summary>
    private string MarkerOf(ModelDescription model)
    {
        string name = $"{model.SourceHash}-{model.Precision}-{model.ExporterVersion}";
        // These come from a file that somebody brought; what is no plain name must not lead out of the folder.
        return Path.Combine(_folder, string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' ? letter : '_')) + ".json");
    }

    private void Remember(string marker, SelfCheckReport report)
    {
        try
        {
            Directory.CreateDirectory(_folder);
            string incoming = marker + ".new";
            File.WriteAllBytes(incoming, JsonSerializer.SerializeToUtf8Bytes(report));
            File.Move(incoming, marker, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotKept(logger, marker, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Information, "{Model} passed its self-check: {Files} files, {Texts} texts, character error rate {Rate:0.000} on the built-in page.")]
        internal static partial void Passed(ILogger logger, string model, int files, int texts, double rate);

        [LoggerMessage(1102, LogLevel.Error, "{Model} did not pass its self-check; what it reads may be wrong. {Faults}")]
        internal static partial void Failed(ILogger logger, string model, string faults);

        [LoggerMessage(1103, LogLevel.Warning, "{Path} cannot be written; the model will be checked again at the next start.")]
        internal static partial void NotKept(ILogger logger, string path, Exception exception);
    }
}
