using System.Collections.Concurrent;
using System.Security.Cryptography;
using HunyuanOcr.Web.Hosting;

namespace HunyuanOcr.Web.Security;

/// <summary>All keys that count, from the configuration and from the database. A request costs no query: the database is read again after a few seconds,
/// so that a key revoked by another server or from the command line stops working within them.</summary>
internal sealed class KeyRing(ApiKeyTable table, StudioOptions options, TimeProvider time) : IDisposable
{
    /// <summary>How long what was read counts.</summary>
    internal static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly KnownKey[] _configured = [.. options.Auth.ApiKeys.Select(Configured)];
    private readonly ConcurrentDictionary<string, DateTimeOffset> _uses = new();
    private readonly SemaphoreSlim _reading = new(1, 1);
    private Snapshot? _snapshot;
    private int _forgotten;

    /// <summary>The caller that a key belongs to; null where there is no such key, or it was revoked.</summary>
    internal async ValueTask<Caller?> FindAsync(string secret, CancellationToken cancellationToken)
    {
        byte[] hash = ApiSecret.Hash(secret);
        Caller? found = null;
        // Every key is looked at in full, whichever matches: the time taken tells nothing.
        foreach (KnownKey key in await KeysAsync(cancellationToken))
            if (CryptographicOperations.FixedTimeEquals(key.Hash, hash))
                found = key.Caller;
        if (found is not null)
            _uses[found.KeyId] = time.GetUtcNow();
        return found;
    }

    /// <summary>As the key stands now, for who signed in with it earlier; null where it was revoked since.</summary>
    internal async ValueTask<Caller?> FindByIdAsync(string id, CancellationToken cancellationToken)
    {
        foreach (KnownKey key in await KeysAsync(cancellationToken))
            if (key.Caller.KeyId == id)
                return key.Caller;
        return null;
    }

    /// <summary>The next request reads the database: a key was made or revoked here.</summary>
    internal void Forget() => Interlocked.Increment(ref _forgotten);

    /// <summary>Writes down when keys were used last.</summary>
    internal async Task SaveUsesAsync(CancellationToken cancellationToken)
    {
        foreach ((string id, DateTimeOffset at) in _uses)
            if (_uses.TryRemove(new(id, at)))
                await table.MarkUsedAsync(id, at, cancellationToken);
    }

    public void Dispose() => _reading.Dispose();

    /// <summary>What was read, as long as it counts: a few seconds, and no key was made or revoked here since the reading began.</summary>
    private KnownKey[]? Known => Volatile.Read(ref _snapshot) is { } snapshot && snapshot.Forgotten == Volatile.Read(ref _forgotten) && time.GetElapsedTime(snapshot.Read) < Fresh ? snapshot.Keys : null;

    private async ValueTask<KnownKey[]> KeysAsync(CancellationToken cancellationToken)
    {
        if (Known is { } known)
            return known;
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (Known is { } read)
                return read;
            (int forgotten, long now) = (Volatile.Read(ref _forgotten), time.GetTimestamp());
            KnownKey[] keys = [.. _configured, .. (await table.ListAsync(cancellationToken)).Where(key => key.RevokedAt is null).Select(key => new KnownKey(Convert.FromHexString(key.Hash), new(key.Id, key.Name, key.Admin)))];
            Volatile.Write(ref _snapshot, new(now, forgotten, keys));
            return keys;
        }
        finally
        {
            _reading.Release();
        }
    }

    private static KnownKey Configured(string entry)
    {
        byte[] hash = entry.StartsWith(AuthOptions.HashMark, StringComparison.OrdinalIgnoreCase) ? Convert.FromHexString(entry[AuthOptions.HashMark.Length..]) : ApiSecret.Hash(entry);
        string id = "config-" + Convert.ToHexStringLower(hash)[..8];
        return new(hash, new(id, "Auth:ApiKeys", Admin: false));
    }

    private sealed record KnownKey(byte[] Hash, Caller Caller);

    private sealed record Snapshot(long Read, int Forgotten, KnownKey[] Keys);
}
