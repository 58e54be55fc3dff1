using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Tests.Recognise;

public sealed class PageSidesTests
{
    [Fact]
    public void The_models_own_side_comes_first_and_smaller_ones_behind()
    {
        Assert.Equal([2048, 1536, 1024, 768, 512], PageSides.Of(2048 * 2048, null));
        Assert.Equal([768, 512, 384, 256], PageSides.Of(768 * 768, null));
    }

    [Fact]
    public void A_side_that_was_chosen_with_another_model_stays_in_the_list() => Assert.Equal([768, 1024, 512, 384, 256], PageSides.Of(768 * 768, 1024));

    [Fact]
    public void A_larger_side_than_the_models_does_not_make_it_see_more() =>
        Assert.Equal((589_824, 512 * 512, 589_824), (PageSides.Pixels(589_824, 1024), PageSides.Pixels(589_824, 512), PageSides.Pixels(589_824, null)));
}
