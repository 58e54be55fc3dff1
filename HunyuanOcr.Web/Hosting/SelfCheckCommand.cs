using HunyuanOcr.Inference;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Hosting;

/// <summary>HunyuanOcr.Web --self-check: loads the model, checks it, says what was found and ends.</summary>
internal static class SelfCheckCommand
{
    internal const string Name = "--self-check";

    /// <returns>The exit code: 0 where the model passed, 1 where it did not, <see cref="StartFaults.ExitCode"/> where its folder cannot be used.</returns>
    internal static async Task<int> RunAsync(LoadPageReader load, EngineOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            await using IPageReader reader = await load(options, cancellationToken);
            SelfCheckReport report = await reader.SelfCheckAsync(cancellationToken);
            ModelDescription model = reader.Status.Model;
            await output.WriteLineAsync($"{model.Name}, {model.Precision}, source {model.SourceHash}");
            await output.WriteLineAsync(FormattableString.Invariant($"{report.FilesChecked} files compared, {report.TextsChecked} texts through the tokenizer, built-in page read with a character error rate of {report.CharacterErrorRate:0.000}"));
            foreach (string fault in report.Faults)
                await output.WriteLineAsync("  " + fault);
            await output.WriteLineAsync(report.Passed ? "The self-check passed." : $"The self-check failed: {report.Faults.Count} faults.");
            return report.Passed ? 0 : 1;
        }
        catch (OcrConfigurationException e)
        {
            await StartFaults.WriteAsync(output, e.Faults);
            return StartFaults.ExitCode;
        }
        catch (OcrException e)
        {
            await output.WriteLineAsync($"The self-check could not be finished: {e.Message}");
            return 1;
        }
    }
}
