using System.Security.Cryptography;
using HunyuanOcr.Web.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HunyuanOcr.Web.Security;

/// <summary>Keys in the database: their hashes, never the keys.</summary>
internal sealed class ApiKeyTable(IDbContextFactory<StudioDatabase> databases, TimeProvider time)
{
    /// <summary>All keys, revoked ones too, the newest first.</summary>
    internal async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken)
    {
        await using StudioDatabase database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.ApiKeys.AsNoTracking().OrderByDescending(key => key.CreatedAt).ToListAsync(cancellationToken);
    }

    /// <summary>Makes a key.</summary>
    /// <returns>Its id, and the key itself, which is kept nowhere.</returns>
    internal async Task<(string Id, string Secret)> AddAsync(string name, bool admin, CancellationToken cancellationToken)
    {
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        return await TryAddAsync(id, name, admin, cancellationToken) is { } secret ? (id, secret) : await AddAsync(name, admin, cancellationToken);
    }

    /// <summary>Makes a key with a given id.</summary>
    /// <returns>The key itself; null where the id is taken.</returns>
    internal async Task<string?> TryAddAsync(string id, string name, bool admin, CancellationToken cancellationToken)
    {
        string secret = ApiSecret.New();
        await using StudioDatabase database = await databases.CreateDbContextAsync(cancellationToken);
        if (await database.ApiKeys.AnyAsync(key => key.Id == id, cancellationToken))
            return null;
        database.ApiKeys.Add(new ApiKey
        {
            Id = id,
            Name = name,
            Prefix = ApiSecret.Prefix(secret),
            Hash = Convert.ToHexStringLower(ApiSecret.Hash(secret)),
            Admin = admin,
            CreatedAt = time.GetUtcNow(),
        });
        try
        {
            await database.SaveChangesAsync(cancellationToken);
            return secret;
        }
        catch (DbUpdateException) when (Exists(id))
        {
            // Another server was quicker by a moment.
            return null;
        }
    }

    /// <returns>False where there is no such key, or it was revoked before.</returns>
    internal async Task<bool> RevokeAsync(string id, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        await using StudioDatabase database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.ApiKeys.Where(key => key.Id == id && key.RevokedAt == null).ExecuteUpdateAsync(set => set.SetProperty(key => key.RevokedAt, now), cancellationToken) == 1;
    }

    internal async Task MarkUsedAsync(string id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using StudioDatabase database = await databases.CreateDbContextAsync(cancellationToken);
        await database.ApiKeys.Where(key => key.Id == id).ExecuteUpdateAsync(set => set.SetProperty(key => key.LastUsedAt, at), cancellationToken);
    }

    private bool Exists(string id)
    {
        using StudioDatabase database = databases.CreateDbContext();
        return database.ApiKeys.Any(key => key.Id == id);
    }
}
