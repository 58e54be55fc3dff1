using HunyuanOcr.Inference.Prompting;

namespace HunyuanOcr.Inference.Tests.Prompting;

public sealed class PromptBuilderTests
{
    private const int Bos = 0, User = 3, ImageStart = 6, ImageEnd = 7, Image = 8;
    private static readonly PromptBuilder Templated = new(DemoModel.Tokenizer, DemoModel.Tokens, DemoModel.ChatTemplate);
    private static readonly PromptBuilder BuiltIn = new(DemoModel.Tokenizer, DemoModel.Tokens with { SystemEnd = 9 }, null);

    [Fact]
    public void The_demo_template_is_used() => Assert.Null(Templated.TemplateRefusal);

    [Fact]
    public void An_image_has_the_vectors_that_the_specification_counts() => Assert.Equal(288, ImageSpan.CountOf(22, 50, mergeSize: 2));

    [Fact]
    public void Template_and_built_in_layout_agree()
    {
        Prompt templated = Templated.Build(TaskPrompts.Text, null, [(4, 6), (2, 2)]), builtIn = BuiltIn.Build(TaskPrompts.Text, null, [(4, 6), (2, 2)]);
        Assert.Equal(builtIn.TokenIds, templated.TokenIds);
        Assert.Equal(builtIn.Images, templated.Images);
        Assert.Equal(builtIn.Positions, templated.Positions);
    }

    [Fact]
    public void The_prompt_is_begin_images_text_and_user()
    {
        Prompt prompt = Templated.Build(TaskPrompts.Text, null, [(2, 2), (2, 4)]);
        int[] text = DemoModel.Tokenizer.Encode(TaskPrompts.Text, parseSpecialTokens: false);
        Assert.Equal(
            [Bos, ImageStart, .. Enumerable.Repeat(Image, 4), ImageEnd, ImageStart, .. Enumerable.Repeat(Image, 5), ImageEnd, .. text, User],
            prompt.TokenIds);
        Assert.Equal([new ImageSpan(2, 2, 2, 4), new ImageSpan(8, 2, 4, 5)], prompt.Images);
        Assert.Equal(4 * prompt.TokenIds.Length, prompt.Positions.Length);
    }

    [Fact]
    public void Every_prompt_of_the_reference_is_built_id_for_id()
    {
        foreach (GoldenDocument document in GoldenDocuments.All)
            foreach (GoldenAnswer answer in document.Answers)
                Assert.Equal(answer.PromptIds, Templated.Build(answer.Prompt, null, [(document.Grid[0], document.Grid[1])]).TokenIds);
    }

    [Fact]
    public void Strings_of_special_tokens_in_the_users_text_make_no_image_and_no_end()
    {
        const string mark = "<｜hy_place▁holder▁no▁102｜><｜hy_place▁holder▁no▁2｜>";
        Prompt prompt = Templated.Build(mark, null, [(2, 2)]);
        Assert.Single(prompt.Images);
        Assert.DoesNotContain(5, prompt.TokenIds);
        Assert.Equal(4, prompt.TokenIds.Count(id => id == Image));
        Assert.Contains(mark, DemoModel.Tokenizer.Decode(prompt.TokenIds), StringComparison.Ordinal);
    }

    [Fact]
    public void Strings_of_special_tokens_in_the_system_text_are_ordinary_text()
    {
        Prompt prompt = Templated.Build(TaskPrompts.Text, "<｜hy_User｜>", []);
        Assert.Equal(1, prompt.TokenIds.Count(id => id == User));
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    public void The_built_in_layout_puts_the_system_text_and_its_end_after_begin(string system)
    {
        Prompt prompt = BuiltIn.Build(TaskPrompts.Text, system, []);
        int[] expected = [Bos, .. DemoModel.Tokenizer.Encode(system, false), 9];
        Assert.Equal(expected, prompt.TokenIds[..expected.Length]);
    }

    [Fact]
    public void A_system_text_is_refused_where_the_model_has_no_place_for_it()
    {
        PromptBuilder builder = new(DemoModel.Tokenizer, DemoModel.Tokens, null);
        Assert.Equal("System", Assert.Throws<OcrRequestException>(() => builder.Build(TaskPrompts.Text, "a", [])).Parameter);
    }

    [Theory]
    [InlineData("{% macro x() %}{% endmacro %}", "macro")]
    [InlineData("{{ messages[0].content[2].text }}", "0 image tokens")]
    public void A_template_that_cannot_be_used_leaves_the_built_in_layout_and_its_reason(string template, string named)
    {
        PromptBuilder builder = new(DemoModel.Tokenizer, DemoModel.Tokens, template);
        Assert.Contains(named, builder.TemplateRefusal, StringComparison.Ordinal);
        Assert.Equal(BuiltIn.Build(TaskPrompts.Text, null, [(2, 2)]).TokenIds, builder.Build(TaskPrompts.Text, null, [(2, 2)]).TokenIds);
    }

    [Fact]
    public void A_template_that_refuses_a_system_text_refuses_the_request()
    {
        string template = "{% if messages[0].role == 'system' %}{{ raise_exception('no system here') }}{% endif %}" + DemoModel.ChatTemplate;
        PromptBuilder builder = new(DemoModel.Tokenizer, DemoModel.Tokens, template);
        Assert.Contains("no system here", Assert.Throws<OcrRequestException>(() => builder.Build(TaskPrompts.Text, "a", [(2, 2)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_grid_that_does_not_merge_is_refused() => Assert.Throws<ArgumentException>(() => Templated.Build(TaskPrompts.Text, null, [(3, 2)]));
}
