using HunyuanOcr.Inference.Prompting;
using HunyuanOcr.Inference.Tokenization;

namespace HunyuanOcr.Inference.Tests.Prompting;

public sealed class ChatTemplateTests
{
    // Written as templates of this family are: system text gathered first, namespaces, tests, comments and line breaks between tags.
    private const string PublishedStyle = """
        {%- if not add_generation_prompt is defined %}
            {%- set add_generation_prompt = false %}
        {%- endif %}
        {# system first #}
        {%- set ns = namespace(system_prompt='', is_first_sp=true) %}
        {%- for message in messages %}
            {%- if message['role'] == 'system' %}
                {%- if ns.is_first_sp %}
                    {%- set ns.system_prompt = ns.system_prompt + message['content'] %}
                    {%- set ns.is_first_sp = false %}
                {%- else %}
                    {% set ns.system_prompt = ns.system_prompt + '\n\n' + message['content'] %}
                {%- endif %}
            {%- endif %}
        {%- endfor %}
        {{- bos_token }}
        {{- ns.system_prompt }}
        {%- if ns.system_prompt != '' or tools %}
            {{- '<end>' }}
        {%- endif %}
        {%- set image_count = namespace(value=0) %}
        {%- for message in messages %}
            {%- if message['role'] == 'user' %}
                {%- if message.content is string %}
                    {{- message.content }}
                {%- else %}
                    {%- for content in message.content %}
                        {%- if content.type == 'image' or 'image' in content or 'image_url' in content %}
                            {%- set image_count.value = image_count.value + 1 %}
                            {%- if add_vision_id %}Picture {{ image_count.value }}: {% endif -%}
                            <image>
                        {%- elif 'text' in content %}
                            {{- content.text }}
                        {%- endif %}
                    {%- endfor %}
                {%- endif %}
                {{- '<user>' }}
            {%- endif %}
        {%- endfor %}
        """;

    [Fact]
    public void The_demo_template_writes_begin_images_text_and_user()
    {
        string text = Render(DemoModel.ChatTemplate, [new ChatMessage("user", 2, "读")]);
        const string image = "<｜hy_place▁holder▁no▁100｜><｜hy_place▁holder▁no▁102｜><｜hy_place▁holder▁no▁101｜>";
        Assert.Equal($"<｜hy_begin▁of▁sentence｜>{image}{image}读<｜hy_User｜>", text);
    }

    [Fact]
    public void A_template_with_namespaces_tests_and_comments_is_rendered()
    {
        Assert.Equal("<bos><image><image>read<user>", Render(PublishedStyle, [new ChatMessage("user", 2, "read")]));
        Assert.Equal("<bos>be brief<end>read<user>", Render(PublishedStyle, [new ChatMessage("system", null, "be brief"), new ChatMessage("user", 0, "read")]));
    }

    [Fact]
    public void What_the_user_wrote_stays_marked_as_such()
    {
        IReadOnlyList<TextPiece> pieces = ChatTemplate.Parse("{{ '<a>' + messages[0].content | trim ~ '<b>' }}").Render([new ChatMessage("user", null, " <b> ")], new Dictionary<string, string>());
        Assert.Equal([new TextPiece("<a>", false), new TextPiece("<b>", true), new TextPiece("<b>", false)], pieces);
    }

    [Theory]
    [InlineData("a\n  {% if true %}\n  b\n  {% endif %}\nc\n", "a\n  b\nc")]
    [InlineData("a {%- if true -%} b {%- endif %} c", "ab c")]
    [InlineData("a {{- 'x' -}} b", "axb")]
    [InlineData("a\n {{ 'x' }}\nb", "a\n x\nb")]
    [InlineData("{# gone #}\na", "a")]
    [InlineData("  {%+ if true %}b{% endif %}", "  b")]
    public void White_space_round_tags_follows_trim_blocks_and_lstrip_blocks(string template, string text) => Assert.Equal(text, Render(template, []));

    [Theory]
    [InlineData("{% for x in [1, 2, 3] if x != 2 %}{{ loop.index }}{{ x }}{{ '' if loop.last else ',' }}{% endfor %}", "11,23")]
    [InlineData("{% for x in [] %}a{% else %}none{% endfor %}", "none")]
    [InlineData("{% for x in range(3) %}{{ x % 2 }}{% endfor %}", "010")]
    [InlineData("{{ 'b' in ['a', 'b'] and not 'c' in 'ab' and 'c' not in 'ab' }}", "True")]
    [InlineData("{{ nothing is defined }} {{ nothing | default('x') }} {{ none is none }}", "False x True")]
    [InlineData("{{ [1, 2, 3][1:] | length }}{{ 'abc'[-1] }}{{ 'abc'[:2] }}", "2cab")]
    [InlineData("{{ 'a,b' | upper }}{{ ' x '.strip() }}{{ 'ab'.startswith('a') }}", "A,BxTrue")]
    [InlineData("{{ ['a', 'b'] | join('-') }}{{ 1 + 2 * 3 }}{{ 2 - -1 }}", "a-b73")]
    [InlineData("{% set n = namespace(v=1) %}{% for x in [1, 2] %}{% set n.v = n.v + x %}{% endfor %}{{ n.v }}", "4")]
    [InlineData("{% if 1 > 2 %}a{% elif 'x' %}b{% else %}c{% endif %}", "b")]
    [InlineData(@"{{ 'it\'s\n' ~ ""\u4e2d"" }}", "it's\n中")]
    public void Expressions_mean_what_they_mean_in_jinja(string template, string text) => Assert.Equal(text, Render(template, []));

    [Theory]
    [InlineData("{% macro m() %}{% endmacro %}", "macro")]
    [InlineData("{{ x | tojson }}", "tojson")]
    [InlineData("{{ x | selectattr('a') }}", "selectattr")]
    [InlineData("{{ x is divisibleby }}", "divisibleby")]
    [InlineData("{{ x.split(',') }}", "split")]
    [InlineData("{{ strftime_now('%d') }}", "strftime_now")]
    [InlineData("{% include 'a' %}", "include")]
    [InlineData("{% set x %}a{% endset %}", "set")]
    [InlineData("{% if x %}a", "if is not closed")]
    [InlineData("{% for x in y %}a", "for")]
    [InlineData("{{ {'a': 1} }}", "{")]
    [InlineData("{{ 'a }}", "string")]
    [InlineData("{% set n = namespace(v=1, v=2) %}", "v is given twice")]
    public void What_is_not_supported_is_refused_by_name_when_it_is_parsed(string template, string named) =>
        Assert.Contains(named, Assert.Throws<FormatException>(() => ChatTemplate.Parse(template)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_would_take_the_stack_is_refused_when_it_is_parsed()
    {
        static string Times(int count, string text) => string.Concat(Enumerable.Repeat(text, count));
        string[] templates =
        [
            $"{{{{ {Times(300, "(")}1{Times(300, ")")} }}}}", $"{{{{ 1{Times(100_000, " + 1")} }}}}",
            $"{{{{ {Times(100_000, "not ")}1 }}}}", $"{{{{ {Times(100_000, "- ")}1 }}}}", Times(100_000, "{% if 1 %}"), "{% if 0 %}" + Times(100_000, "{% elif 0 %}"),
        ];
        foreach (string template in templates)
            Assert.Contains("not supported", Assert.Throws<FormatException>(() => ChatTemplate.Parse(template)).Message, StringComparison.Ordinal);
        Assert.Equal("50", Render($"{{{{ {Times(50, "(")}1{Times(49, ") + 1")}) }}}}", []));
    }

    [Theory]
    [InlineData("{{ 99999999999999999999 }}")]
    [InlineData("{{ 9223372036854775807 + 1 }}")]
    [InlineData("{{ 9223372036854775807 * 2 }}")]
    [InlineData("{{ -9223372036854775807 - 2 }}")]
    [InlineData("{% for i in range(-9223372036854775807, 9223372036854775807) %}{% endfor %}")]
    public void Numbers_beyond_64_bits_are_refused(string template) => Refused(template);

    [Theory]
    [InlineData("{{ (-9223372036854775807 - 1) % -1 }}", "0")]
    [InlineData("{{ -7 % 3 }}", "2")]
    [InlineData("{{ 9223372036854775807 }}", "9223372036854775807")]
    public void Numbers_of_64_bits_are_reckoned_as_in_jinja(string template, string text) => Assert.Equal(text, Render(template, []));

    [Theory]
    [InlineData("{% for a in range(10000) %}{% for b in range(10000) %}{% endfor %}{% endfor %}")]
    [InlineData("{% for a in range(1000) %}{% for b in range(1000) %}{{ '' }}{% endfor %}{% endfor %}")]
    [InlineData("{% set n = namespace(s='ab') %}{% for a in range(60) %}{% set n.s = n.s ~ n.s %}{% endfor %}")]
    [InlineData("{% set n = namespace(s=[1]) %}{% for a in range(60) %}{% set n.s = n.s + n.s %}{% endfor %}")]
    [InlineData("{% set n = namespace(s='a') %}{% for a in range(16) %}{% set n.s = n.s ~ n.s %}{% endfor %}{% for a in range(10000) %}{{ 'x' in n.s }}{% endfor %}")]
    [InlineData("{% set n = namespace(s='a', l=[]) %}{% for a in range(16) %}{% set n.s = n.s ~ n.s %}{% endfor %}{% for a in range(12) %}{% set n.l = n.l + [n.s] %}{% endfor %}{% for a in range(6) %}{% set n.l = n.l + n.l %}{% endfor %}{{ n.l | join }}")]
    public void A_template_that_works_without_end_is_refused(string template) => Refused(template);

    [Fact]
    public void A_long_text_of_the_user_is_no_work_without_end()
    {
        string text = new('a', 2_000_000);
        Assert.Equal($"<bos>{text}<user>", Render(PublishedStyle, [new ChatMessage("user", 0, text)]));
    }

    [Fact]
    public void An_error_that_the_template_raises_is_passed_on() =>
        Assert.Equal("no system", Assert.Throws<FormatException>(() => Render("{{ raise_exception('no system') }}", [])).Message);

    private static void Refused(string template) =>
        Assert.Contains("not supported", Assert.Throws<FormatException>(() => Render(template, [])).Message, StringComparison.Ordinal);

    private static string Render(string template, IReadOnlyList<ChatMessage> messages) =>
        string.Concat(ChatTemplate.Parse(template).Render(messages, new Dictionary<string, string> { ["bos_token"] = "<bos>" }).Select(piece => piece.Text));
}
