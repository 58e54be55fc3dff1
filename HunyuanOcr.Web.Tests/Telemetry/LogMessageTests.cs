using System.Reflection;
using Microsoft.Extensions.Logging;

namespace HunyuanOcr.Web.Tests.Telemetry;

public sealed class LogMessageTests
{
    [Fact]
    public void Every_message_has_an_id_of_its_own()
    {
        int[] ids = [.. typeof(HunyuanOcr.Web.Components.App).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId).OfType<int>()];
        Assert.NotEmpty(ids);
        Assert.Empty(ids.GroupBy(id => id).Where(same => same.Count() > 1).Select(same => same.Key));
    }
}
