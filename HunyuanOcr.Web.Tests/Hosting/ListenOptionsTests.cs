using HunyuanOcr.Web.Hosting;
using Microsoft.Extensions.Configuration;

namespace HunyuanOcr.Web.Tests.Hosting;

public sealed class ListenOptionsTests
{
    [Theory]
    [InlineData(null, null, "http://localhost:7860", false)]
    [InlineData(null, "8000", "http://localhost:8000", false)]
    [InlineData("127.0.0.1", "8000", "http://127.0.0.1:8000", false)]
    [InlineData("::1", null, "http://[::1]:7860", false)]
    [InlineData("0.0.0.0", "8000", "http://0.0.0.0:8000", true)]
    [InlineData("::", null, "http://[::]:7860", true)]
    [InlineData("ocr.example.org", null, "http://ocr.example.org:7860", true)]
    public void Host_and_port_make_the_address_and_a_key_is_required_beyond_this_machine(string? host, string? port, string url, bool required)
    {
        StudioOptions options = Read(out IReadOnlyList<string> faults, ("Listen:Host", host), ("Listen:Port", port));
        Assert.Empty(faults);
        Assert.Equal([url], options.Listen.Urls);
        Assert.Equal(required, options.Auth.RequireKey);
        Assert.Equal(required, options.RateLimit.PerAddress > 0);
    }

    [Theory]
    [InlineData("http://localhost:1;http://*:80", true)]
    [InlineData("http://+:80", true)]
    [InlineData("http://localhost:1;http://127.0.0.2:80", false)]
    public void One_address_that_others_reach_is_enough_to_require_a_key(string urls, bool required) =>
        Assert.Equal(required, Read(out _, ("Urls", urls)).Auth.RequireKey);

    [Fact]
    public void Endpoints_of_Kestrel_count_as_they_take_the_place_of_Urls() =>
        Assert.True(Read(out _, ("Urls", "http://localhost:1"), ("Kestrel:Endpoints:Web:Url", "https://*:443")).Auth.RequireKey);

    [Fact]
    public void RequireKey_can_be_set_by_hand_either_way()
    {
        Assert.True(Read(out _, ("Auth:RequireKey", "true")).Auth.RequireKey);
        Assert.False(Read(out _, ("Auth:RequireKey", "false"), ("Listen:Host", "0.0.0.0")).Auth.RequireKey);
    }

    [Fact]
    public void Urls_and_a_port_together_are_a_fault_as_one_would_be_ignored()
    {
        _ = Read(out IReadOnlyList<string> faults, ("Urls", "http://localhost:1"), ("Listen:Port", "2"));
        Assert.Contains("--port", Assert.Single(faults), StringComparison.Ordinal);
    }

    private static StudioOptions Read(out IReadOnlyList<string> faults, params (string Key, string? Value)[] settings) =>
        StudioOptions.Read(new ConfigurationBuilder().AddInMemoryCollection([new("Model:Folder", AppContext.BaseDirectory), .. settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value))]).Build(), AppContext.BaseDirectory, out faults);
}
