using OnnxExport.Configuration;

namespace OnnxExport.Tests.Configuration;

public sealed class GenerationDefaultsTests : IDisposable
{
    private const string Tokenizer = """
        {"added_tokens":[{"id":0,"content":"<｜hy_begin▁of▁sentence｜>"},{"id":3,"content":"<｜hy_User｜>"},{"id":11,"content":"<｜hy_place▁holder▁no▁3｜>"}]}
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Generation_config_wins_over_config()
    {
        File.WriteAllText(folder["tokenizer.json"], Tokenizer);
        File.WriteAllText(folder["generation_config.json"], """{"eos_token_id":[120007,120020],"repetition_penalty":1.08,"do_sample":true,"temperature":0.6,"pad_token_id":-1}""");

        GenerationDefaults defaults = Read();

        Assert.Equal([120007, 120020], defaults.EosTokenIds);
        Assert.Equal((0, 2, 3, 11), (defaults.BosTokenId, defaults.PadTokenId, defaults.UserTokenId, defaults.SystemEndTokenId));
        Assert.Equal((true, 0.6, 50, 1.0, 1.08), (defaults.DoSample, defaults.Temperature, defaults.TopK, defaults.TopP, defaults.RepetitionPenalty));
    }

    [Fact]
    public void Without_generation_config_it_is_greedy_and_ends_where_config_says()
    {
        File.WriteAllText(folder["tokenizer.json"], Tokenizer);

        GenerationDefaults defaults = Read();

        Assert.Equal([5, 1], defaults.EosTokenIds);
        Assert.False(defaults.DoSample);
        Assert.Equal(1, defaults.TopK);
    }

    [Fact]
    public void A_missing_user_token_is_refused()
    {
        File.WriteAllText(folder["tokenizer.json"], """{"added_tokens":[]}""");

        Assert.Equal("tokenizer.json: added_tokens holds no <｜hy_User｜>, which every prompt ends with.", Assert.Throws<ConfigurationException>(Read).Message);
    }

    [Fact]
    public void A_missing_tokenizer_is_refused() =>
        Assert.Equal($"tokenizer.json is missing in {folder.Path}.", Assert.Throws<ConfigurationException>(Read).Message);

    private GenerationDefaults Read() => GenerationDefaults.Read(folder.Path, SmallModel.Configuration.Text);
}
