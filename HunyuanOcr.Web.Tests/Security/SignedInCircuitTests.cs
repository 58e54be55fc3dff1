using System.Security.Claims;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Security;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Security;

public sealed class SignedInCircuitTests
{
    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task A_circuit_loses_its_rights_when_its_key_is_revoked_whether_or_not_others_need_a_key(string requireKey)
    {
        using TestApp app = KeyedApp.Start(("Auth:RequireKey", requireKey));
        (string id, _) = await app.AddKeyAsync();
        int clicks = 0;
        Func<CircuitInboundActivityContext, Task> click = Circuit(app, new Caller(id, "test", Admin: false).ToPrincipal(SignIn.SchemeName), () => clicks++);
        await click(null!);
        Assert.Equal(1, clicks);
        await app.Services.GetRequiredService<ApiKeyTable>().RevokeAsync(id, CancellationToken.None);
        app.Services.GetRequiredService<KeyRing>().Forget();
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => click(null!));
        Assert.Equal(1, clicks);
    }

    [Fact]
    public async Task A_circuit_that_nobody_signed_in_for_lives_only_where_no_key_is_needed()
    {
        using TestApp open = new(), closed = KeyedApp.Start();
        int clicks = 0;
        await Circuit(open, new ClaimsPrincipal(), () => clicks++)(null!);
        Assert.Equal(1, clicks);
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Circuit(closed, new ClaimsPrincipal(), () => clicks++)(null!));
        Assert.Equal(1, clicks);
    }

    private static Func<CircuitInboundActivityContext, Task> Circuit(TestApp app, ClaimsPrincipal user, Action click) =>
        new SignedInCircuit(new SignedIn(user), app.Services.GetRequiredService<KeyRing>(), app.Services.GetRequiredService<StudioOptions>()).CreateInboundActivityHandler(_ =>
        {
            click();
            return Task.CompletedTask;
        });

    private sealed class SignedIn(ClaimsPrincipal user) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(user));
    }
}
