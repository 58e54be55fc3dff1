using System.Net;
using System.Net.Sockets;

namespace HunyuanOcr.Web.Api;

/// <summary>Looks a host's addresses up.</summary>
internal delegate Task<IPAddress[]> LookUpHost(string host, CancellationToken cancellationToken);

/// <summary>Opens a connection.</summary>
internal delegate ValueTask<Stream> ConnectTo(IPEndPoint place, CancellationToken cancellationToken);

/// <summary>Fetches pictures from the hosts that the operator allows; off where none is named.</summary>
/// <remarks>A name is looked up once, its addresses are checked, and the connection goes to a checked address: a name that points elsewhere
/// a moment later changes nothing. No redirects, no proxy, no cookies, one time limit from look-up to last byte.</remarks>
internal sealed class RemotePictures : IDisposable
{
    private readonly ApiOptions _options;
    private readonly HttpClient _client;

    public RemotePictures(ApiOptions options)
        : this(options, static (host, cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken), ConnectAsync)
    {
    }

    internal RemotePictures(ApiOptions options, LookUpHost lookUp, ConnectTo connect)
    {
        _options = options;
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 32,
            // A connection serves one picture: what was checked for it is never taken for another.
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = async (context, cancellationToken) =>
                await ConnectAnyAsync(connect, await CheckedAsync(lookUp, context.DnsEndPoint.Host, cancellationToken), context.DnsEndPoint.Port, cancellationToken),
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Fetches one picture.</summary>
    /// <param name="source">Where it lies.</param>
    /// <param name="maxBytes">Most bytes that it may have.</param>
    /// <exception cref="ApiFaultException">Its host is not allowed, it could not be had, or it is too large; 400 or 413.</exception>
    internal async Task<byte[]> FetchAsync(PictureSource source, long maxBytes, CancellationToken cancellationToken)
    {
        Uri address = source.Address ?? throw new ArgumentException("The picture has no address.", nameof(source));
        RequireAllowed(address, source.Path);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.FetchTimeout);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, address) { Version = HttpVersion.Version11 };
            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                throw Failed(source.Path, (int)response.StatusCode is >= 300 and < 400 ? "its host sends elsewhere, and redirects are not followed" : $"its host answers with status {(int)response.StatusCode}");
            if (response.Content.Headers.ContentLength > maxBytes)
                throw TooLarge(source.Path, maxBytes);
            await using Stream body = await response.Content.ReadAsStreamAsync(limit.Token);
            return await ReadAsync(body, source.Path, maxBytes, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(source.Path, FormattableString.Invariant($"it did not arrive within {_options.FetchTimeout.TotalSeconds:0.#} s"));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            // The handler wraps what the check of addresses says.
            for (Exception? cause = e; cause is not null; cause = cause.InnerException)
                if (cause is ForbiddenAddressException)
                    throw Forbidden(source.Path, cause.Message);
            throw Failed(source.Path, "its host does not answer as it should");
        }
    }

    public void Dispose() => _client.Dispose();

    private void RequireAllowed(Uri address, string path)
    {
        if (_options.AllowedHosts.Count == 0)
            throw Forbidden(path, "this server fetches no pictures");
        if (address.UserInfo.Length > 0 || address.Scheme is not ("http" or "https"))
            throw Forbidden(path, "only plain http(s) addresses without a user name are fetched");
        if (!_options.AllowedHosts.Any(entry => Matches(entry, address)))
            throw Forbidden(path, "this server does not fetch from its host");
    }

    private static bool Matches(string entry, Uri address)
    {
        int colon = entry.LastIndexOf(':');
        bool hasPort = colon > 0 && entry[^1] != ']' && int.TryParse(entry.AsSpan(colon + 1), out int _);
        string host = hasPort ? entry[..colon] : entry;
        if (hasPort ? address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture) != entry[(colon + 1)..] : !address.IsDefaultPort)
            return false;
        return host.StartsWith("*.", StringComparison.Ordinal)
            ? address.IdnHost.EndsWith(host[1..], StringComparison.OrdinalIgnoreCase)
            : address.IdnHost.Equals(host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<IPAddress[]> CheckedAsync(LookUpHost lookUp, string host, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? literal) ? [literal] : await lookUp(host, cancellationToken);
        // One private address among public ones is a trap as well.
        if (addresses.Length == 0 || !addresses.All(PublicAddress.IsPublic))
            throw new ForbiddenAddressException("its host is not on the public internet");
        return addresses;
    }

    private static async ValueTask<Stream> ConnectAnyAsync(ConnectTo connect, IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                return await connect(new IPEndPoint(addresses[i], port), cancellationToken);
            }
            catch (SocketException) when (i + 1 < addresses.Length)
            {
                // Many machines have a name with an IPv6 address and no way to it.
            }
        }
    }

    private static async Task<byte[]> ReadAsync(Stream body, string path, long maxBytes, CancellationToken cancellationToken)
    {
        using MemoryStream read = new();
        byte[] buffer = new byte[81_920];
        int count;
        while ((count = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (read.Length + count > maxBytes)
                throw TooLarge(path, maxBytes);
            read.Write(buffer, 0, count);
        }
        return read.ToArray();
    }

    private static async ValueTask<Stream> ConnectAsync(IPEndPoint place, CancellationToken cancellationToken)
    {
        Socket socket = new(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(place, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static ApiFaultException Forbidden(string path, string why) =>
        new(ApiFault.BadRequest($"{path} is not fetched: {why}. Send the picture as a data URL instead.", path, "image_url_not_allowed"));

    private static ApiFaultException Failed(string path, string why) =>
        new(ApiFault.BadRequest($"{path} could not be fetched: {why}. Send the picture as a data URL instead.", path, "image_fetch_failed"));

    private static ApiFaultException TooLarge(string path, long maxBytes) => new(new ApiFault(StatusCodes.Status413PayloadTooLarge,
        FormattableString.Invariant($"{path} is larger than the {maxBytes:N0} bytes that are left for pictures of this request."), ApiFaultType.InvalidRequest, path, "image_too_large"));

    private sealed class ForbiddenAddressException(string message) : Exception(message);
}
