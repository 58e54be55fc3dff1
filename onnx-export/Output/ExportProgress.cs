using System.Globalization;

namespace OnnxExport.Output;

/// <summary>
/// Shows how far an export is: a bar that redraws itself on a terminal, one line for every tenth where the output goes to a file.
/// </summary>
internal sealed class ExportProgress(TextWriter output, bool isTerminal)
{
    private const int BarWidth = 30;

    private long total = 1;
    private long done;
    private int shown;
    private int lineLength;

    public void Start(long totalBytes)
    {
        total = Math.Max(1, totalBytes);
        done = 0;
        shown = -1;
    }

    public void Add(long bytes, string file)
    {
        done += bytes;
        int percent = (int)Math.Min(100, done * 100 / total);
        if (isTerminal ? percent == shown : percent / 10 == shown / 10 && shown >= 0)
            return;
        shown = percent;
        string amounts = string.Create(CultureInfo.InvariantCulture, $"{percent,3} %  {done / 1e6:N0} of {total / 1e6:N0} MB  {file}");
        if (!isTerminal)
        {
            output.WriteLine(amounts);
            return;
        }
        int filled = percent * BarWidth / 100;
        Redraw($"[{new string('#', filled)}{new string('.', BarWidth - filled)}] {amounts}");
    }

    /// <summary>Takes the bar off the terminal.</summary>
    public void Clear()
    {
        if (isTerminal && lineLength > 0)
            Redraw("");
    }

    private void Redraw(string line)
    {
        output.Write("\r" + line.PadRight(lineLength) + (line.Length == 0 ? "\r" : ""));
        output.Flush();
        lineLength = line.Length;
    }
}
