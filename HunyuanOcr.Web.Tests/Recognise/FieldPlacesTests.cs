using HunyuanOcr.Inference;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Tests.Recognise;

public sealed class FieldPlacesTests
{
    private static readonly OcrLine[] _read = [Line("Total due (net), USD 8,477.96", 10), Line("LT-2024-0318", 20), Line("USD", 30), Line("Paid in USD", 40), Line("2024-03-18 / 2024-04-17", 50), Line("Ref 2024-03-18", 60)];

    [Theory]
    [InlineData("8,477.96", 10)]
    [InlineData("lt-2024-0318", 20)]
    [InlineData("USD", 30)]
    [InlineData("2024-04-17", 50)]
    public void A_value_has_the_box_of_the_one_line_that_is_it_or_holds_it(string value, int top) => Assert.Equal(top, Place(value)!.Value.Top);

    [Theory]
    [InlineData("2024-03-18")]
    [InlineData("nowhere")]
    [InlineData("")]
    [InlineData(null)]
    public void A_value_on_several_lines_or_none_has_no_box(string? value) => Assert.Null(Place(value));

    private static OcrBox? Place(string? value) => FieldPlaces.Of([new OcrField("Name", value, 0.9)], _read)[0].Box;

    private static OcrLine Line(string text, int top) => new(text, new OcrBox(0, top, 100, top + 5), 0.9, [], 0);
}
