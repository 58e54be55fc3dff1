using HunyuanOcr.Inference.Output;

namespace HunyuanOcr.Inference.Tests.Output;

public sealed class FieldsParserTests
{
    [Theory]
    [InlineData("""{"name": "Ann", "total": "12.50"}""", "name=Ann;total=12.50")]
    [InlineData("""{"total": 12.50, "name": null}""", "name=(null);total=12.50")]
    [InlineData("""{"name": "Ann"}""", "name=Ann;total=(null)")]
    [InlineData("""{"name": "Ann", "date": "today"}""", "name=Ann;total=(null);date=today")]
    [InlineData("```json\n{\"name\": \"Ann\", \"total\": \"1\"}\n```", "name=Ann;total=1")]
    [InlineData("Here it is: {\"name\": \"Ann\"}", "name=Ann;total=(null)")]
    [InlineData("""{"name": "Ann", "total": "12.""", "name=Ann;total=12.")]
    [InlineData("""{"name": "Ann", "tot""", "name=Ann;total=(null)")]
    [InlineData("""{"name": "Ann", "total":""", "name=Ann;total=(null)")]
    [InlineData("""{"name": {"first": "Ann", "last": "Lee"}, "total": [1, 2, {"x": true}]}""", "name=first: Ann; last: Lee;total=1, 2, x: true")]
    [InlineData("""[{"name": "Ann"}, {"total": "1"}]""", "name=Ann;total=1")]
    [InlineData("""{"name": "say "hi" now", "total": "1"}""", "name=say \"hi\" now;total=1")]
    [InlineData("""{'name': 'Ann', 'total': '1',}""", "name=Ann;total=1")]
    [InlineData("""{"name": "a\u4e2d\n\"b\"", "total": "\frac"}""", "name=a中\n\"b\";total=\frac")]
    [InlineData("""{"name": "\sqrt{2}", "total": "1"}""", "name=\\sqrt{2};total=1")]
    [InlineData("""{"Name ": "Ann", "TOTAL": "1"}""", "name=Ann;total=1")]
    [InlineData("""{"name": null, "name": "Ann", "name": "Bob"}""", "name=Ann;total=(null)")]
    [InlineData("""{"name": "Ann"}{"total": "1"}""", "name=Ann;total=(null)")]
    [InlineData("name: Ann\ntotal：1", "name=Ann;total=1")]
    [InlineData("I cannot see it.", "name=(null);total=(null)")]
    [InlineData("{", "name=(null);total=(null)")]
    [InlineData("", "name=(null);total=(null)")]
    public void Asked_fields_come_in_the_asked_order_with_null_where_they_are_missing(string answer, string fields) => Assert.Equal(fields, Show(answer, "name", "total"));

    [Theory]
    [InlineData("¥12.50", "total=¥12.50")]
    [InlineData("\n 12.50 \n", "total=12.50")]
    [InlineData("total: 12.50", "total=12.50")]
    [InlineData("  ", "total=(null)")]
    public void One_asked_field_may_come_as_the_bare_value(string answer, string fields) => Assert.Equal(fields, Show(answer, "total"));

    [Theory]
    [InlineData("""{"name": "Ann", "total": 12.50}""")]
    [InlineData("name: Ann\ntotal：12.50")]
    public void A_field_knows_where_its_value_stands_in_the_answer(string answer)
    {
        IReadOnlyList<OcrField> fields = FieldsParser.Parse(Answers.Of(answer), ["name", "total", "date"]);
        Assert.All(fields.Take(2), field => Assert.Equal(field.Value, answer.Substring(field.Start, field.Value!.Length)));
        Assert.Equal(-1, fields[2].Start);
    }

    [Fact]
    public void Without_asked_names_whatever_the_answer_holds_is_taken() => Assert.Equal("a=1;b=2", Show("""{"a": 1, "b": "2"}"""));

    [Fact]
    public void Deep_nesting_is_no_harm() => Assert.Equal("name=(null)", Show(new string('{', 5000) + new string('[', 5000), "name").Split(';')[0]);

    [Fact]
    public void Confidence_is_that_of_the_value()
    {
        ConfidenceMap answer = new();
        answer.Append("{\"a\": \"", MathF.Log(0.1f), false);
        answer.Append("xy", MathF.Log(0.8f), false);
        answer.Append("\"}", MathF.Log(0.1f), false);
        Assert.Equal(0.8, Assert.Single(FieldsParser.Parse(answer, ["a"])).Confidence, 1e-5);
        Assert.Equal(0, FieldsParser.Parse(answer, ["b"])[0].Confidence);
    }

    private static string Show(string answer, params string[] asked) =>
        string.Join(';', FieldsParser.Parse(Answers.Of(answer), asked).Select(field => $"{field.Name}={field.Value ?? "(null)"}"));
}
