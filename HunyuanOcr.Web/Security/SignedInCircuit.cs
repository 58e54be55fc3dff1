using HunyuanOcr.Web.Hosting;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace HunyuanOcr.Web.Security;

/// <summary>An open page ends with the key that it was opened with: at its next click after the key was revoked.</summary>
internal sealed class SignedInCircuit(AuthenticationStateProvider states, KeyRing ring, StudioOptions options) : CircuitHandler
{
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => async activity =>
    {
        AuthenticationState state = await states.GetAuthenticationStateAsync();
        Caller? caller = Caller.Of(state.User);
        if (caller is null ? options.Auth.RequireKey : await ring.FindByIdAsync(caller.KeyId, CancellationToken.None) is null)
            throw new UnauthorizedAccessException("The key that this page was opened with counts no more.");
        await next(activity);
    };
}
