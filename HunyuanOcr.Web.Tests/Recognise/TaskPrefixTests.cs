using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Tests.Recognise;

public sealed class TaskPrefixTests
{
    [Theory]
    [InlineData("OCR:: only the stamp", TaskKind.Read, "only the stamp")]
    [InlineData("extract::a, b", TaskKind.Fields, "a, b")]
    [InlineData("TRANSLATE：：title", TaskKind.Translate, "title")]
    [InlineData("OCR: one colon", null, "OCR: one colon")]
    [InlineData("read OCR:: later", null, "read OCR:: later")]
    public void A_prefix_switches_the_task_and_leaves_the_text(string typed, TaskKind? kind, string rest) => Assert.Equal((kind, rest), TaskPrefix.Split(typed));

    [Theory]
    [InlineData("number, date，total；buyer、seller", new[] { "number", "date", "total", "buyer", "seller" })]
    [InlineData("['发票号码', '合计']", new[] { "发票号码", "合计" })]
    [InlineData(" , ,", new string[0])]
    [InlineData("Date, date", new[] { "Date" })]
    public void Field_names_stand_between_commas_of_either_width(string text, string[] names) => Assert.Equal(names, TaskPrefix.FieldNames(text));

    [Fact]
    public void Text_behind_extract_names_the_fields()
    {
        ReadingTask task = new ReadingTask { Fields = ["old"] }.Typed("EXTRACT:: 姓名，电话");
        Assert.Equal(TaskKind.Fields, task.Kind);
        Assert.Equal(["姓名", "电话"], task.Fields);
    }

    [Fact]
    public void Extract_alone_keeps_the_fields_that_were_chosen() => Assert.Equal(["old"], new ReadingTask { Fields = ["old"] }.Typed("EXTRACT::").Fields);
}
