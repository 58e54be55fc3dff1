using System.Globalization;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Persistence;

namespace HunyuanOcr.Web.Security;

/// <summary>HunyuanOcr.Web keys create|list|revoke: keys without a browser. Works while the server runs; it takes notice within seconds.</summary>
internal static class KeysCommand
{
    internal const string Name = "keys";

    internal const string Usage = """
        HunyuanOcr.Web keys create --name NAME [--admin]   makes a key and prints it, once
        HunyuanOcr.Web keys list                           shows all keys, without the keys themselves
        HunyuanOcr.Web keys revoke ID                      ends a key
        """;

    private const string Admin = "--admin";

    /// <summary>Splits "keys create --name NAME --admin --Storage:... ..." into the command's own words and the settings.</summary>
    internal static (string[] Words, string? KeyName, bool IsAdmin, string[] Settings) Split(IReadOnlyList<string> arguments)
    {
        List<string> words = [], settings = [];
        string? name = null;
        bool admin = false;
        for (int i = 1; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            bool pair = argument.StartsWith("--", StringComparison.Ordinal) && !argument.Contains('=', StringComparison.Ordinal);
            if (argument == Admin)
                admin = true;
            else if (argument == "--name" && i + 1 < arguments.Count)
                name = arguments[++i];
            else if (argument.StartsWith("--name=", StringComparison.Ordinal))
                name = argument["--name=".Length..];
            else if (!argument.StartsWith("--", StringComparison.Ordinal))
                words.Add(argument);
            else
                settings.AddRange(pair && i + 1 < arguments.Count ? [argument, arguments[++i]] : [argument]);
        }
        return ([.. words], name, admin, [.. settings]);
    }

    /// <summary>Faults of the storage's settings end it, others do not: keys are made before there is a model.</summary>
    internal static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        (string[] words, string? name, bool admin, string[] given) = Split(arguments);
        WebApplicationBuilder builder = WebApplication.CreateBuilder(given);
        StudioOptions options = StudioOptions.Read(builder.Configuration, builder.Environment.ContentRootPath, out IReadOnlyList<string> all);
        string[] faults = [.. CommandLine.Faults(given), .. all.Where(fault => fault.StartsWith("Storage:", StringComparison.Ordinal))];
        if (faults.Length > 0)
        {
            await StartFaults.WriteAsync(errors, faults);
            return StartFaults.ExitCode;
        }
        StudioDatabases databases = new(options);
        try
        {
            await new DatabaseStart(databases, options).StartAsync(cancellationToken);
        }
        catch (DatabaseStartException e)
        {
            await StartFaults.WriteAsync(errors, [e.Message]);
            return StartFaults.ExitCode;
        }
        ApiKeyTable table = new(databases, TimeProvider.System);
        return await RunAsync(words, name, admin, table, output, errors, cancellationToken);
    }

    /// <returns>The exit code: 0 where it was done, 1 where there is no such key, <see cref="StartFaults.ExitCode"/> where the command is not understood.</returns>
    internal static async Task<int> RunAsync(IReadOnlyList<string> words, string? name, bool admin, ApiKeyTable table, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        switch (words)
        {
            case ["create"] when !string.IsNullOrWhiteSpace(name):
                (string id, string secret) = await table.AddAsync(name.Trim(), admin, cancellationToken);
                await output.WriteLineAsync($"{(admin ? "Admin key" : "Key")} {id} for {name.Trim()}, shown this once:");
                await output.WriteLineAsync(secret);
                return 0;
            case ["list"]:
                await ListAsync(table, output, cancellationToken);
                return 0;
            case ["revoke", string revoked]:
                if (await table.RevokeAsync(revoked, cancellationToken))
                {
                    await output.WriteLineAsync($"{revoked} counts no more; running servers take notice within {KeyRing.Fresh.TotalSeconds:0} seconds.");
                    return 0;
                }
                await errors.WriteLineAsync($"There is no key {revoked} that could be revoked. \"keys list\" shows all.");
                return 1;
            default:
                await errors.WriteLineAsync("Not understood. What there is:");
                await errors.WriteLineAsync(Usage);
                return StartFaults.ExitCode;
        }
    }

    private static async Task ListAsync(ApiKeyTable table, TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync($"{"id",-10} {"begins",-14} {"made",-17} {"used last",-17} {"state",-8} name");
        foreach (ApiKey key in await table.ListAsync(cancellationToken))
            await output.WriteLineAsync($"{key.Id,-10} {key.Prefix + "…",-14} {Day(key.CreatedAt),-17} {Day(key.LastUsedAt),-17} {(key.RevokedAt is not null ? "revoked" : key.Admin ? "admin" : "counts"),-8} {key.Name}");
    }

    private static string Day(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "never";
}
