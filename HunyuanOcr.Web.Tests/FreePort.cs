using System.Net;
using System.Net.Sockets;

namespace HunyuanOcr.Web.Tests;

/// <summary>
/// Ports for programs that take a number. They lie below those that systems hand out by themselves (Linux from 32768, others from 49152): while a program starts, no connection
/// and no other listener of this machine gets its port by chance. None is given twice.
/// </summary>
internal static class FreePort
{
    private const int First = 12_000, Behind = 32_000;

    private static readonly Lock _gate = new();
    private static int _next = Random.Shared.Next(First, Behind);

    internal static int Next()
    {
        lock (_gate)
        {
            for (int tries = First; tries < Behind; tries++)
            {
                _next = _next + 1 < Behind ? _next + 1 : First;
                if (IsFree(_next))
                    return _next;
            }
        }
        throw new InvalidOperationException($"No port from {First} to {Behind} is free.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using TcpListener listener = new(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
