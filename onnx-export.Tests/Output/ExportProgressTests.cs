using OnnxExport.Output;

namespace OnnxExport.Tests.Output;

public class ExportProgressTests
{
    [Fact]
    public void Into_a_file_goes_one_line_for_every_tenth()
    {
        var output = new StringWriter();
        var progress = new ExportProgress(output, isTerminal: false);

        progress.Start(1000);
        for (int i = 0; i < 1000; i++)
            progress.Add(1, "a.bin");
        progress.Clear();

        string[] lines = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(11, lines.Length);
        Assert.Equal("100 %  0 of 0 MB  a.bin", lines[^1]);
    }

    [Fact]
    public void On_a_terminal_one_line_is_redrawn_and_taken_away()
    {
        var output = new StringWriter();
        var progress = new ExportProgress(output, isTerminal: true);

        progress.Start(2_000_000);
        progress.Add(1_000_000, "a.bin");
        string drawn = output.ToString();
        progress.Clear();

        Assert.Equal("\r[###############...............]  50 %  1 of 2 MB  a.bin", drawn);
        Assert.EndsWith("\r", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\n", output.ToString(), StringComparison.Ordinal);
    }
}
