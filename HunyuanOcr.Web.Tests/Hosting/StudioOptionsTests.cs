using HunyuanOcr.Web.Hosting;
using Microsoft.Extensions.Configuration;

namespace HunyuanOcr.Web.Tests.Hosting;

public sealed class StudioOptionsTests
{
    [Fact]
    public void All_faults_are_named_at_once_with_key_value_and_remedy()
    {
        _ = Read(out IReadOnlyList<string> faults, ("Model:Folder", "/no/such/folder"), ("Engine:MaxSequences", "0"), ("Engine:Device", "tpu"), ("Limits:MaxUploadMegabytes", "lots"), ("Urls", "7860"));
        Assert.Equal(5, faults.Count);
        Assert.Contains(faults, fault => fault.Contains("Model:Folder", StringComparison.Ordinal) && fault.Contains("/no/such/folder", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("Engine:MaxSequences is \"0\": give sequences from 1 to 256", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("auto, cpu, cuda", StringComparison.Ordinal));
    }

    [Fact]
    public void A_slip_in_a_settings_name_is_a_fault_that_lists_the_known_names()
    {
        _ = Read(out IReadOnlyList<string> faults, ("Model:Folder", AppContext.BaseDirectory), ("Engine:MaxSequenses", "8"));
        Assert.Contains("Engine:MaxSequences", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_model_the_message_says_how_to_get_one()
    {
        _ = Read(out IReadOnlyList<string> faults);
        Assert.Contains("run.sh", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void It_listens_on_this_machine_only_unless_told_otherwise()
    {
        StudioOptions options = Read(out IReadOnlyList<string> faults, ("Model:Folder", AppContext.BaseDirectory));
        Assert.Empty(faults);
        Assert.Equal("http://localhost:7860", Assert.Single(options.Listen.Urls));
        Assert.Equal(20 * 1024 * 1024, options.Limits.MaxUploadBytes);
        Assert.Equal(50_000_000, options.Engine.MaxPixels);
    }

    private static StudioOptions Read(out IReadOnlyList<string> faults, params (string Key, string Value)[] settings) =>
        StudioOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value))).Build(), AppContext.BaseDirectory, out faults);
}
