namespace HunyuanOcr.Web.Hosting;

/// <summary>How a start that cannot succeed ends: every fault on a line of its own, then exit code 2.</summary>
internal static class StartFaults
{
    internal const int ExitCode = 2;

    internal static async Task WriteAsync(TextWriter output, IReadOnlyList<string> faults)
    {
        await output.WriteLineAsync(faults.Count == 1 ? "HunyuanOCR cannot start:" : $"HunyuanOCR cannot start, {faults.Count} settings are wrong:");
        foreach (string fault in faults)
            await output.WriteLineAsync("  " + fault);
    }
}
