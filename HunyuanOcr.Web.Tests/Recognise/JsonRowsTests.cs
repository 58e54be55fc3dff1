using System.Text;
using System.Text.Json.Nodes;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Tests.Recognise;

public sealed class JsonRowsTests
{
    private const string Json = """{"file":"a \"b\".png","page":{"width":3,"height":4},"lines":[{"text":"<b>珠海","box":[1,2,3,4],"confidence":0.5},{"text":""}],"fields":[],"empty":{},"answer":null}""";

    [Fact]
    public void The_rows_are_the_same_json()
    {
        string rows = string.Join('\n', Rows());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Json), JsonNode.Parse(rows)), rows);
    }

    [Fact]
    public void A_line_of_the_answer_stands_in_one_row() =>
        Assert.Equal(
        [
            "{", """  "file": "a \"b\".png",""", """  "page": { "width": 3, "height": 4 },""", """  "lines": [""", """    { "text": "<b>珠海", "box": [1,2,3,4], "confidence": 0.5 },""", """    { "text": "" }""",
            "  ],", """  "fields": [],""", """  "empty": { },""", """  "answer": null""", "}",
        ], Rows());

    private static IEnumerable<string> Rows() => JsonRows.Of(Encoding.UTF8.GetBytes(Json)).Select(row => string.Concat(row.Select(piece => piece.Text)));
}
