namespace HunyuanOcr.Web.Security;

/// <summary>Makes the admin key at the first start and prints it, once: to the console itself, as logs are collected and kept. Starts after the database.</summary>
internal sealed class FirstAdminKey(ApiKeyTable table) : IHostedService
{
    /// <summary>A fixed id: of several servers that start on one new database at the same time, one alone can add it.</summary>
    private const string Id = "admin";

    public Task StartAsync(CancellationToken cancellationToken) => EnsureAsync(table, Console.Out, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    internal static async Task EnsureAsync(ApiKeyTable table, TextWriter output, CancellationToken cancellationToken)
    {
        if ((await table.ListAsync(cancellationToken)).Any(key => key.Admin))
            return;
        if (await table.TryAddAsync(Id, "first start", admin: true, cancellationToken) is not { } secret)
            return;
        await output.WriteLineAsync($"""

            Admin key, shown this once: {secret}
            It opens the page of keys at {OpenRoutes.Admin}/keys. Lost? "HunyuanOcr.Web keys create --name NAME --admin" makes another.

            """);
    }
}
