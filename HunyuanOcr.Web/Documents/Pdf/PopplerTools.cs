using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace HunyuanOcr.Web.Documents.Pdf;

/// <summary>How a run of a tool ended.</summary>
/// <param name="ExitCode">Its exit code; negative or above 128 where a signal ended it.</param>
/// <param name="Output">What it wrote.</param>
/// <param name="Errors">What it complained of, cut after a few thousand characters.</param>
/// <param name="TimedOut">Whether it was ended for taking too long.</param>
/// <param name="Overflowed">Whether it was ended for writing too much.</param>
internal sealed record ToolOutcome(int ExitCode, byte[] Output, string Errors, bool TimedOut, bool Overflowed);

/// <summary>Runs pdfinfo and pdftoppm as child processes behind prlimit, which sets the limits of memory, processor time and open files
/// and then becomes the tool: one process each, ended with whatever it started when the caller cancels or the time is up.</summary>
/// <remarks>The file is hostile input to a large parser: the child sees none of the server's environment but the search path, gets nothing
/// on its standard input, leaves no core dump and writes to a pipe instead of the disk. pdftoppm runs no JavaScript and opens no addresses.</remarks>
internal sealed class PopplerTools
{
    private const int LongestComplaint = 4096;

    private readonly string? _prlimit;
    private readonly string? _pdfinfo;
    private readonly string? _pdftoppm;
    private readonly string _path;
    private int _running;

    /// <param name="path">Folders to look for the tools in, separated by colons.</param>
    internal PopplerTools(string path)
    {
        _path = path;
        _prlimit = Find("prlimit");
        _pdfinfo = Find("pdfinfo");
        _pdftoppm = Find("pdftoppm");
        Missing = [.. new[] { (_prlimit, "prlimit (package util-linux)"), (_pdfinfo, "pdfinfo (package poppler-utils)"), (_pdftoppm, "pdftoppm (package poppler-utils)") }
            .Where(tool => tool.Item1 is null).Select(tool => tool.Item2)];
    }

    /// <summary>Tools that this machine lacks, with the Debian packages that bring them.</summary>
    internal IReadOnlyList<string> Missing { get; }

    /// <summary>Processes that run now.</summary>
    internal int Running => Volatile.Read(ref _running);

    internal static PopplerTools OfMachine() => new(Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin");

    internal Task<ToolOutcome> InfoAsync(IReadOnlyList<string> arguments, PdfLimits limits, long mostBytes, CancellationToken cancellationToken) =>
        RunAsync(_pdfinfo!, arguments, limits, mostBytes, cancellationToken);

    internal Task<ToolOutcome> RenderAsync(IReadOnlyList<string> arguments, PdfLimits limits, long mostBytes, CancellationToken cancellationToken) =>
        RunAsync(_pdftoppm!, arguments, limits, mostBytes, cancellationToken);

    private async Task<ToolOutcome> RunAsync(string tool, IReadOnlyList<string> arguments, PdfLimits limits, long mostBytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using Process process = new() { StartInfo = Describe(tool, arguments, limits) };
        process.Start();
        Interlocked.Increment(ref _running);
        try
        {
            using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            end.CancelAfter(limits.Time);
            process.StandardInput.Close();
            Task<string> errors = ComplaintsAsync(process.StandardError, end.Token);
            try
            {
                byte[]? output = await OutputAsync(process.StandardOutput.BaseStream, mostBytes, end.Token);
                if (output is null)
                    return new(-1, [], "", TimedOut: false, Overflowed: true);
                string complaints = await errors;
                await process.WaitForExitAsync(end.Token);
                return new(process.ExitCode, output, complaints, TimedOut: false, Overflowed: false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new(-1, [], "", TimedOut: true, Overflowed: false);
            }
        }
        finally
        {
            await EndAsync(process);
            Interlocked.Decrement(ref _running);
        }
    }

    private ProcessStartInfo Describe(string tool, IReadOnlyList<string> arguments, PdfLimits limits)
    {
        ProcessStartInfo start = new(_prlimit!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--as={limits.MemoryBytes}"));
        start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--cpu={(long)Math.Ceiling(limits.Time.TotalSeconds) + 1}"));
        start.ArgumentList.Add("--core=0");
        start.ArgumentList.Add("--nofile=64");
        start.ArgumentList.Add(tool);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        start.Environment["PATH"] = _path;
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    /// <summary>What it writes; null where that is more than allowed.</summary>
    private static async Task<byte[]?> OutputAsync(Stream output, long mostBytes, CancellationToken cancellationToken)
    {
        using MemoryStream kept = new();
        byte[] buffer = new byte[65_536];
        for (int count; (count = await output.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (kept.Length + count > mostBytes)
                return null;
            kept.Write(buffer, 0, count);
        }
        return kept.ToArray();
    }

    /// <summary>The pipe is drained to its end, or the tool would wait for it.</summary>
    private static async Task<string> ComplaintsAsync(StreamReader errors, CancellationToken cancellationToken)
    {
        StringBuilder kept = new();
        char[] buffer = new char[2048];
        for (int count; (count = await errors.ReadAsync(buffer, cancellationToken)) > 0;)
            if (kept.Length < LongestComplaint)
                kept.Append(buffer, 0, Math.Min(count, LongestComplaint - kept.Length));
        return kept.ToString();
    }

    private static async Task EndAsync(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private string? Find(string tool) => _path.Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Where(Path.IsPathRooted)
        .Select(folder => Path.Combine(folder, tool))
        .FirstOrDefault(File.Exists);
}
