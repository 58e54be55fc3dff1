using System.Globalization;
using HunyuanOcr.Inference.Output;

namespace HunyuanOcr.Inference.Tests.Output;

public sealed class RepetitionWatchTests
{
    private const string Before = "甲方应当在合同签订后三十日内支付全部款项。The quick brown fox jumps over the lazy dog.\n";

    public static TheoryData<string, string> Legitimate => new()
    {
        { "dot leaders", Times(12, row => $"Chapter {row} {new string('.', 70)} {row * 7}\n") },
        { "one long dot leader", "Total " + new string('.', 400) + " 12" },
        { "a rule of dashes", "Name\n" + new string('-', 200) + "\nAnn\n" },
        { "a Markdown table's rule", "|a|b|\n" + Times(60, _ => "|---") + "|\n|1|2|\n" },
        { "empty cells", "<table>" + Times(12, _ => "<tr>" + Times(10, _ => "<td></td>") + "</tr>") + "</table>" },
        { "empty Markdown rows", Times(20, _ => "|  |  |  |  |  |\n") },
        { "equal cells", "<tr>" + Times(40, _ => "<td>0.00</td>") + "</tr>" },
        { "equal rows of cells", Times(15, _ => "<tr><td>是</td><td>否</td></tr>") },
        { "equal words in a row", Times(20, _ => "Yes ") },
        { "a column of equal words", Times(25, _ => "N/A\n") },
        { "numbered lines", Times(60, row => $"{row}. \n") },
        { "a numbered list with equal texts", Times(40, row => $"{row}. to be decided\n") },
        { "boxes to tick", Times(60, _ => "□") },
        { "lines to fill in", Times(12, _ => new string('_', 60) + "\n") },
        { "a masked number", new string('X', 60) + new string('*', 60) },
        { "zeros", new string('0', 100) },
        { "laughter", "哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈" },
        { "a zero matrix", "\\begin{matrix}" + Times(8, _ => Times(8, _ => "0 & ") + "\\\\ ") + "\\end{matrix}" },
        { "machine readable lines", "P<UTOERIKSSON<<ANNA<MARIA" + new string('<', 44) + "\n" },
        { "a column of equal cells with boxes", Times(30, row => $"0.00(800,{30 * row}),(850,{30 * row + 20})") },
        { "equal rows of cells with boxes", Times(25, row => $"是(100,{35 * row}),(150,{35 * row + 22})否(300,{35 * row}),(350,{35 * row + 22})") },
        { "equal labels as JSON", "[" + Times(20, row => $"{{\"box\": [10, {row * 40}, 90, {row * 40 + 30}], \"text\": \"易碎物品\"}}, ") },
        { "a verse repeated seven times", Times(7, _ => "Row, row, row your boat, gently down the stream.\n") },
        { "alternating cells", Times(60, row => $"<td>{row}</td><td></td>") },
        { "short ascending numbers", Times(150, row => $"{row} ") },
    };

    public static TheoryData<string, string> Loops => new()
    {
        { "one Han character", Times(400, _ => "的") },
        { "one digit", Times(400, _ => "0") },
        { "two characters", Times(300, _ => "ab") },
        { "a word", Times(120, _ => "the ") },
        { "a sentence", Times(12, _ => "The parties agree to the terms set out above. ") },
        { "a paragraph", Times(9, _ => "本合同自双方签字盖章之日起生效，一式两份，双方各执一份，具有同等法律效力。如有争议，双方应当协商解决；协商不成的，提交仲裁。\n") },
        { "lines that alternate", Times(14, _ => "First line of text\nSecond line of text\n") },
        { "blank lines", Times(400, _ => "\n") },
        { "endless dots", new string('.', 1500) },
        { "endless rules", Times(1200, _ => "-") },
        { "endless empty cells", "<tr>" + Times(600, _ => "<td></td>") },
        { "endless table rules", "|a|\n" + Times(1500, _ => "|---") },
        { "endless equal cells", "<tr>" + Times(500, _ => "<td>合计</td>") },
        { "equal rows with much text", Times(20, _ => "<tr><td>Transport of goods by road</td><td>Not subject to the reduced rate</td></tr>") },
        { "a formula", Times(60, _ => "\\quad ") },
        { "a repeated key", Times(30, _ => "\"地址\": \"北京市\", ") },
        { "spotting in one place", Times(14, _ => "合计(100,200),(300,240)") },
        { "spotting two lines in turn", Times(14, _ => "甲方(100,200),(300,240)乙方(500,200),(700,240)") },
        { "spotting that creeps", Times(30, row => $"text(100,{200 + row}),(300,{240 + row})") },
        { "spotting at the edge", Times(20, _ => "end(900,1000),(1000,1000)") },
        { "spotting beyond the edge", Times(60, row => $"row(10,{900 + 30 * row}),(90,{920 + 30 * row})") },
        { "spotting without end", Times(160, row => $"x({row * 6},{row * 6}),({row * 6 + 4},{row * 6 + 4})") },
        { "JSON in one place", Times(14, _ => "{\"box\": [10, 20, 90, 40], \"text\": \"合计\"}, ") },
        { "boxes ahead in one place", Times(14, _ => "<pos_1><pos_2><pos_30><pos_4>合计") },
    };

    [Theory]
    [MemberData(nameof(Legitimate))]
    public void What_pages_really_hold_goes_on(string what, string text)
    {
        RepetitionWatch watch = Watch(Before + text, out int seen);
        Assert.False(watch.Fired, $"{what} fired after {seen}");
        Assert.Null(watch.Finish());
    }

    [Theory]
    [MemberData(nameof(Loops))]
    public void A_loop_is_stopped_and_one_repeat_kept(string what, string text)
    {
        RepetitionWatch watch = Watch(Before + text, out int seen);
        Assert.True(watch.Fired, what);
        Assert.InRange(watch.KeptLength!.Value, Before.Length, seen);
        string kept = (Before + text)[..watch.KeptLength.Value];
        Assert.StartsWith(Before, kept, StringComparison.Ordinal);
        Assert.False(Watch(kept, out _).Fired);
    }

    [Fact]
    public void The_kept_text_ends_with_the_first_repeat()
    {
        const string unit = "The parties agree to the terms set out above.\n";
        Assert.Equal(Before.Length + unit.Length, Watch(Before + Times(20, _ => unit), out _).KeptLength);
    }

    [Fact]
    public void The_kept_text_of_a_spotting_loop_ends_with_a_whole_box()
    {
        string text = "first(1,2),(3,4)" + Times(30, _ => "合计(100,200),(300,240)");
        RepetitionWatch watch = Watch(text, out _);
        Assert.Equal("first(1,2),(3,4)合计(100,200),(300,240)", text[..watch.KeptLength!.Value]);
    }

    [Fact]
    public void An_answer_that_ended_by_itself_is_trimmed_from_ten_repeats_on()
    {
        const string unit = "This sentence comes again and again. ";
        Assert.Null(Watch(Times(7, _ => unit), out _).Finish());
        RepetitionWatch watch = new();
        watch.Append(Before);
        watch.Append(Times(10, _ => unit));
        Assert.NotNull(watch.Finish());
    }

    [Fact]
    public void It_does_not_matter_how_the_text_is_cut()
    {
        string text = Before + Times(30, _ => "合计(100,200),(300,240)");
        foreach (int size in new[] { 1, 3, 7, 50 })
        {
            RepetitionWatch watch = new();
            foreach (char[] part in text.Chunk(size))
                watch.Append(new string(part));
            Assert.Equal(Before.Length + "合计(100,200),(300,240)".Length, watch.KeptLength);
        }
    }

    private static RepetitionWatch Watch(string text, out int seen)
    {
        RepetitionWatch watch = new();
        seen = 0;
        foreach (char letter in text)
        {
            seen++;
            if (watch.Append(letter.ToString()))
                break;
        }
        return watch;
    }

    private static string Times(int count, Func<int, string> part) => string.Concat(Enumerable.Range(1, count).Select(row => string.Create(CultureInfo.InvariantCulture, $"{part(row)}")));
}
