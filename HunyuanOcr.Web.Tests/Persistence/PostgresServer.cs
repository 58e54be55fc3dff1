using System.Diagnostics;
using Npgsql;

namespace HunyuanOcr.Web.Tests.Persistence;

/// <summary>A real PostgreSQL of this machine in a folder of its own, for one class of tests. Its server refuses to run as root, so root hands it to the user that Debian's package made.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private string _folder = "";
    private int _port;
    private int _databases;

    /// <summary>Why there is none; null where it runs.</summary>
    internal string? Missing { get; private set; }

    public async Task InitializeAsync()
    {
        if (Binaries() is not { } binaries)
        {
            Missing = "PostgreSQL is not on this machine: install Debian's package postgresql.";
            return;
        }
        _folder = Directory.CreateTempSubdirectory("hunyuanocr-postgres-").FullName;
        _port = FreePort.Next();
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", "postgres", _folder);
        string data = Path.Combine(_folder, "data");
        await AsServerAsync(Path.Combine(binaries, "initdb"), "-D", data, "-U", "studio", "--auth=trust", "-E", "UTF8", "--no-locale", "--no-sync");
        await AsServerAsync(Path.Combine(binaries, "pg_ctl"), "-D", data, "-w", "-t", "120", "-l", Path.Combine(_folder, "log"), "-o", $"-p {_port} -k {_folder} -h 127.0.0.1 -F", "start");
    }

    public async Task DisposeAsync()
    {
        if (_folder.Length == 0)
            return;
        NpgsqlConnection.ClearAllPools();
        await AsServerAsync(Path.Combine(Binaries()!, "pg_ctl"), "-D", Path.Combine(_folder, "data"), "-m", "immediate", "stop");
        TestFolder.Delete(_folder);
    }

    /// <summary>How to reach an empty database of its own.</summary>
    internal async Task<string> NewDatabaseAsync()
    {
        string name = "studio" + Interlocked.Increment(ref _databases);
        await using NpgsqlConnection connection = new(Connection("postgres"));
        await connection.OpenAsync();
        await using NpgsqlCommand create = new("CREATE DATABASE " + name, connection);
        await create.ExecuteNonQueryAsync();
        return Connection(name);
    }

    private string Connection(string database) => $"Host=127.0.0.1;Port={_port};Username=studio;Database={database}";

    private static string? Binaries() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(folder => File.Exists(Path.Combine(folder, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    private static Task AsServerAsync(string program, params string[] arguments) =>
        Environment.IsPrivilegedProcess ? RunAsync("runuser", ["-u", "postgres", "--", program, .. arguments]) : RunAsync(program, arguments);

    // Nothing is redirected: the server keeps what it inherits open, and a reader would wait for its end.
    private static async Task RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1", program, .. arguments]) { WorkingDirectory = "/" })!;
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }
}
