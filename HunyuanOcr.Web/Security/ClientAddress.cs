using System.Net;
using System.Net.Sockets;

namespace HunyuanOcr.Web.Security;

/// <summary>Where a request comes from, as far as limits look at it.</summary>
internal static class ClientAddress
{
    /// <summary>An IPv4 address, or the /64 network of an IPv6 address: every customer of a provider has that many addresses and could take a new one for each request.</summary>
    internal static string Of(HttpContext context) => context.Connection.RemoteIpAddress is { } address ? Of(address) : "unknown";

    internal static string Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address.ToString();
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes) + "/64";
    }
}
