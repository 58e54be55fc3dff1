using System.Net;
using HunyuanOcr.Web.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Telemetry;

public sealed class StatusSeriesTests
{
    [Fact]
    public void However_long_the_server_runs_it_keeps_fifteen_minutes_and_fifty_errors()
    {
        StatusSeries series = new();
        RecentErrors errors = new(TimeProvider.System);
        FirstTokens first = new();
        for (int i = 0; i < 10_000; i++)
        {
            series.Add(new(i, null, null, 0, 0));
            errors.Add(i % 2 == 0 ? 422 : 500, null, "id");
            first.Add(TimeSpan.FromSeconds(i));
        }
        Assert.Equal((StatusSeries.Length, 9_999), (series.All().Count, series.All()[^1].TokensPerSecond));
        Assert.Equal(TimeSpan.FromMinutes(15), StatusSeries.Step * StatusSeries.Length);
        Assert.Equal(RecentErrors.Kept, errors.All().Count);
        Assert.InRange(first.Spread()!.Value.Median, 9_000, 10_000);
    }

    [Fact]
    public void Errors_alike_in_a_row_are_one_row_with_their_number()
    {
        RecentErrors errors = new(TimeProvider.System);
        for (int i = 0; i < 12; i++)
            errors.Add(429, "queue_full", $"r{i}");
        errors.Add(500, null, "last");
        Assert.Equal([("last", 1), ("r11", 12)], errors.All().Select(error => (error.Request, error.Times)));
    }

    [Fact]
    public async Task A_failed_upload_and_a_failed_answer_stand_among_the_errors_and_a_wrong_address_does_not()
    {
        using TestApp app = new();
        using HttpClient client = await MetricsTests.ReadyAsync(app);
        app.Reader.Script = static (_, cancellationToken) => (ScriptedAnswer.Invoice with { Fail = (1, new InvalidOperationException("broken")) }).PlayAsync(cancellationToken);
        using HttpResponseMessage failed = await client.AskAsync(TestPictures.Png(40, 30)), unknown = await client.GetAsync("/v1/nothing");
        // The error is noted before the answer ends, not before it begins.
        await failed.Content.ReadAsStringAsync();
        RecentError error = Assert.Single(app.Services.GetRequiredService<RecentErrors>().All());
        Assert.Equal((500, "internal_error"), (error.Status, error.Code));
    }

    [Fact]
    public async Task What_a_browser_left_half_said_as_it_closed_a_page_is_nobodys_error()
    {
        using TestApp app = new();
        using HttpClient client = await MetricsTests.ReadyAsync(app);
        using StringContent half = new("half a good-bye", null, "multipart/form-data");
        using HttpResponseMessage refused = await client.PostAsync("/_blazor/disconnect", half);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Empty(app.Services.GetRequiredService<RecentErrors>().All());
    }
}
