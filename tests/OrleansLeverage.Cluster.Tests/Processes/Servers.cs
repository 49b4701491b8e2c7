using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace OrleansLeverage.Cluster.Tests.Processes;

/// <summary>The servers that a real cluster needs, from the machine's own packages and the emulator's folder.</summary>
internal static class Servers
{
    /// <summary>The repository's root, found from where the tests run.</summary>
    public static string Root { get; } = FindRoot(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>What is missing for tests with processes; null where nothing is.</summary>
    public static string? Missing => Postgres.Folder is null ? "PostgreSQL's initdb is not installed"
        : !File.Exists(Azurite.Script) ? "infra/azurite has not been installed: run its start.sh once"
        : null;

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string FindRoot(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "OrleansLeverage.sln")) ? folder.FullName
            : FindRoot(folder.Parent ?? throw new DirectoryNotFoundException("the tests run outside the repository"));
}

/// <summary>A PostgreSQL of its own in a folder that goes with it; under root it runs as the system's user.</summary>
internal sealed class Postgres : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly string _data;

    private Postgres(ChildProcess process, string data, int port)
    {
        (_process, _data) = (process, data);
        ConnectionString = $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;Timeout=5;"
            + "Command Timeout=5";
    }

    public static string? Folder { get; } = new[] { 18, 17, 16, 15, 14 }
        .Select(v => $"/usr/lib/postgresql/{v}/bin").FirstOrDefault(f => File.Exists(Path.Combine(f, "initdb")));

    public string ConnectionString { get; }

    public static async Task<Postgres> StartAsync()
    {
        var data = Directory.CreateTempSubdirectory("leverage-pg-").FullName;
        var port = Servers.FreePort();
        // becomes the server instead of starting it, so that a signal meets the server
        string[] asUser = Environment.UserName == "root"
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"] : ["env"];
        if (Environment.UserName == "root")
        {
            await ChildProcess.RunAsync("chown", "postgres", data);
        }
        await ChildProcess.RunAsync(asUser[0], [.. asUser[1..], Path.Combine(Folder!, "initdb"), "-D", data, "-U",
            "postgres", "-A", "trust", "--no-sync"]);
        var process = ChildProcess.Start(asUser[0], [.. asUser[1..], Path.Combine(Folder!, "postgres"), "-D", data,
            "-p", $"{port}", "-k", "", "-h", "127.0.0.1"]);
        var postgres = new Postgres(process, data, port);
        await process.SaysAsync("ready to accept connections", TimeSpan.FromSeconds(30));
        return postgres;
    }

    public async Task<long> CountAsync(string query)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(query, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        _process.Signal(ChildProcess.Interrupt);
        await ((Task)_process.EndsAsync(TimeSpan.FromSeconds(10)))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _process.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }
}

/// <summary>
/// The blob emulator in a folder that goes with it. Never killed: it would lose what it acknowledged.
/// </summary>
internal sealed class Azurite : IAsyncDisposable
{
    private const string Account = "leverage";

    // for this run alone
    private static readonly string Key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));

    private readonly ChildProcess _process;
    private readonly string _data;
    private readonly int? _tablePort;

    private Azurite(ChildProcess process, string data, int port, int? tablePort) =>
        (_process, _data, Port, _tablePort) = (process, data, port, tablePort);

    public static string Script => Path.Combine(Servers.Root, "infra", "azurite", "node_modules", ".bin",
        "azurite-blob");

    public int Port { get; }

    /// <summary>To reach its tables.</summary>
    public string TableConnectionString => $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};"
        + $"TableEndpoint=http://127.0.0.1:{_tablePort}/{Account};";

    /// <param name="accounts">Storage accounts beside the usual one.</param>
    public static Task<Azurite> StartAsync(bool inMemory = false, int accounts = 0)
    {
        var port = Servers.FreePort();
        return StartAsync(Script, port, null, ["--blobHost", "127.0.0.1", "--blobPort", $"{port}",
            .. inMemory ? ["--inMemoryPersistence"] : Array.Empty<string>()], inMemory, accounts);
    }

    /// <summary>The emulator's tables beside its blobs.</summary>
    public static Task<Azurite> StartWithTablesAsync()
    {
        var (port, tablePort) = (Servers.FreePort(), Servers.FreePort());
        return StartAsync(Script.Replace("azurite-blob", "azurite", StringComparison.Ordinal), port, tablePort,
            ["--blobHost", "127.0.0.1", "--blobPort", $"{port}", "--tableHost", "127.0.0.1", "--tablePort",
                $"{tablePort}", "--queuePort", $"{Servers.FreePort()}"], inMemory: false);
    }

    private static async Task<Azurite> StartAsync(string script, int port, int? tablePort, string[] arguments,
        bool inMemory, int accounts = 0)
    {
        var data = Directory.CreateTempSubdirectory("leverage-azurite-").FullName;
        var process = ChildProcess.Start("node", [script, .. arguments, .. inMemory ? Array.Empty<string>()
            : ["--location", data], "--skipApiVersionCheck", "--disableTelemetry"],
            new Dictionary<string, string> { ["AZURITE_ACCOUNTS"] = string.Join(';',
                [$"{Account}:{Key}", .. Enumerable.Range(0, accounts).Select(i => $"{Account}{i}:{Key}")]) });
        var azurite = new Azurite(process, data, port, tablePort);
        try
        {
            await process.SaysAsync(tablePort is null ? "successfully listens"
                : "Table service is successfully listening", TimeSpan.FromSeconds(60));
            return azurite;
        }
        catch
        {
            await azurite.DisposeAsync();
            throw;
        }
    }

    /// <summary>To reach it at its own port, or through a proxy at another.</summary>
    public static string ConnectionString(int port) => ConnectionString(port, "");

    /// <summary>To reach one of the accounts beside it, or, by <c>{shard}</c>, each.</summary>
    public static string ConnectionString(int port, string account) =>
        $"DefaultEndpointsProtocol=http;AccountName={Account}{account};AccountKey={Key};"
        + $"BlobEndpoint=http://127.0.0.1:{port}/{Account}{account};";

    public async ValueTask DisposeAsync()
    {
        _process.Signal(ChildProcess.Interrupt);
        await ((Task)_process.EndsAsync(TimeSpan.FromSeconds(10)))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _process.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }
}

/// <summary>The same of a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProcessTheoryAttribute : Xunit.TheoryAttribute
{
    public ProcessTheoryAttribute()
    {
        if (Environment.GetEnvironmentVariable("CI") != "true" && Servers.Missing is { } missing)
        {
            Skip = missing;
        }
    }
}

/// <summary>A test with real processes; left out where their servers are not installed, never on the build server.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProcessFactAttribute : Xunit.FactAttribute
{
    public ProcessFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("CI") != "true" && Servers.Missing is { } missing)
        {
            // the words of the runner for a test that does not run
            Skip = missing;
        }
    }
}
