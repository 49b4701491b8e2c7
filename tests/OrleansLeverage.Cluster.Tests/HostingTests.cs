using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Orleans.Configuration;
using OrleansLeverage.Cluster.Tests.Processes;
using OrleansLeverage.Domain;
using OrleansLeverage.Silo;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>Silos as processes, in memory and without any server: what their settings promise.</summary>
public sealed class HostingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Silos_and_clients_show_certificates_of_one_authority_and_talk_to_nobody_else()
    {
        var folder = Directory.CreateTempSubdirectory("leverage-tls-");
        using var authority = new TestAuthority(folder.FullName, "authority");
        using var stranger = new TestAuthority(folder.FullName, "stranger");
        await using var silos = new SiloProcesses(postgres: null, storagePort: null, silos: 2);
        silos.SettingsOf = silo =>
        {
            var (certificate, key) = authority.Issue($"silo-{silo}");
            return new Dictionary<string, string>
            {
                ["TlsCertificateFile"] = certificate, ["TlsKeyFile"] = key, ["TlsAuthorityFile"] = authority.File,
            };
        };
        using var mine = authority.IssueHere("client");
        silos.Client = client => client.UseTls(mine, o => SiloTls.Require(o, authority.Certificate));
        await silos.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            var deposit = new Deposit(CommandId.Series(1, 1, i + 1), new AccountId($"a-{i}"), AssetId.Usd, 1m);
            Assert.Equal(CommandStatus.Applied, (await silos.Grid.ExecuteAsync(deposit)).Status);
        }
        await silos.CoveredAsync(Patience);
        Assert.Equal(2, silos.Grid.Reading!.Silos);
        foreach (var port in new[] { silos.GatewayPort(0), silos.GatewayPort(1), silos.SiloPort(0) })
        {
            Assert.Equal(authority.Certificate.Subject, await IssuerAsync(port, mine));
        }

        using var theirs = stranger.IssueHere("other");
        await RefusedAsync(silos, static _ => { });
        await RefusedAsync(silos, client => client.UseTls(theirs, o => SiloTls.Require(o, authority.Certificate)));
        // and a client whose authority has not signed the silos does not talk to them
        await RefusedAsync(silos, client => client.UseTls(mine, o => SiloTls.Require(o, stranger.Certificate)));
        folder.Delete(recursive: true);
    }

    /// <summary>What the same authority signed for another use opens no door.</summary>
    [Fact]
    public void A_certificate_has_to_be_of_the_authority_for_both_ends_and_of_today()
    {
        var folder = Directory.CreateTempSubdirectory("leverage-tls-");
        using var authority = new TestAuthority(folder.FullName, "authority");
        using var stranger = new TestAuthority(folder.FullName, "stranger");
        bool Passes(TestAuthority by, string[] uses,
            SslPolicyErrors errors = SslPolicyErrors.RemoteCertificateChainErrors)
        {
            using var certificate = by.IssueHere("node", uses);
            return SiloTls.IsSignedBy(certificate, authority.Certificate, errors);
        }
        Assert.True(Passes(authority, [TestAuthority.ServerUse, TestAuthority.ClientUse]));
        Assert.False(Passes(authority, [TestAuthority.ServerUse]));
        Assert.False(Passes(authority, [TestAuthority.ClientUse]));
        Assert.False(Passes(stranger, [TestAuthority.ServerUse, TestAuthority.ClientUse]));
        Assert.False(Passes(authority, [TestAuthority.ServerUse, TestAuthority.ClientUse],
            SslPolicyErrors.RemoteCertificateNotAvailable));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Metrics_of_a_silo_and_of_orleans_arrive_by_otlp()
    {
        await using var listener = await OtlpListener.StartAsync();
        await using var silos = new SiloProcesses(postgres: null, storagePort: null, silos: 1);
        silos.Settings["OtlpEndpoint"] = listener.Endpoint;
        silos.Environment["OTEL_METRIC_EXPORT_INTERVAL"] = "500";
        await silos.StartAsync();
        await silos.Grid.ExecuteAsync(new Deposit(CommandId.Series(1, 1, 1), new AccountId("a"), AssetId.Usd, 1m));
        string[] names = ["leveragegrid.silo.rows", "leveragegrid.silo.frame", "leveragegrid.coverage", "orleans-",
            "dotnet."];

        await GridFixture.EventuallyAsync(() => Task.FromResult(listener.Exports), exports => names.All(name =>
            exports.Any(e => e.Body.Contains(name, StringComparison.Ordinal))), "a metric does not arrive");

        Assert.All(listener.Exports, e => Assert.Equal(
            "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", e.Path));
    }

    /// <summary>What one process answers, a silo answers for all of them; nothing of it is "not supported".</summary>
    [Fact]
    public async Task A_silo_answers_over_http_for_the_accounts_of_all()
    {
        var port = Servers.FreePort();
        await using var silos = new SiloProcesses(postgres: null, storagePort: null, silos: 2);
        silos.SettingsOf = silo => silo == 1
            ? new Dictionary<string, string> { ["HttpPort"] = $"{port}", ["HttpInsecureLocal"] = "true" } : [];
        await silos.StartAsync();
        for (var i = 0; i < 40; i++)
        {
            var deposit = new Deposit(CommandId.Series(1, 1, i + 1), new AccountId($"a-{i:00}"), AssetId.Usd, 1m);
            Assert.True((await silos.Grid.ExecuteAsync(deposit)).IsApplied);
        }
        await silos.CoveredAsync(Patience);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var accounts = await GridFixture.EventuallyAsync(() => http.GetStringAsync("/v1/accounts?sort=id&limit=100"),
            text => text.Contains("\"a-39\"", StringComparison.Ordinal), "an account is not listed");
        Assert.All(Enumerable.Range(0, 40), i => Assert.Contains($"\"a-{i:00}\"", accounts, StringComparison.Ordinal));
        foreach (var path in new[] { "accounts/a-07/history", "accounts/a-07/orders", "accounts/a-07/triggers",
            "at-risk", "markets", "skew", "oracle", "events",
            "report", "liquidation-map/BTC-USD", "greeks", "export/accounts" })
        {
            using var answer = await http.GetAsync($"/v1/{path}");
            Assert.True(answer.StatusCode is not (HttpStatusCode.NotImplemented or HttpStatusCode.NotFound),
                $"{path}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task Probes_tell_how_a_silo_is_and_one_that_is_told_to_end_ends_well()
    {
        await using var silos = new SiloProcesses(postgres: null, storagePort: null, silos: 2);
        silos.SettingsOf = silo => new Dictionary<string, string> { ["HealthPort"] = $"{silos.HealthPort(silo)}" };
        await silos.StartAsync();
        await silos.Grid.ExecuteAsync(new Deposit(CommandId.Series(1, 1, 1), new AccountId("a"), AssetId.Usd, 1m));
        await silos.CoveredAsync(Patience);
        using var http = new HttpClient();
        foreach (var (path, word) in new[] { ("live", "live"), ("startup", "started"), ("ready", "ready") })
        {
            Assert.Equal(word, await http.GetStringAsync($"http://127.0.0.1:{silos.HealthPort(1)}/healthz/{path}"));
        }

        // the second: the first keeps the members
        silos.Signal(1, ChildProcess.Terminate);
        Assert.Equal(0, await silos.EndsAsync(1));

        await Assert.ThrowsAsync<HttpRequestException>(() =>
            http.GetStringAsync($"http://127.0.0.1:{silos.HealthPort(1)}/healthz/live"));
        var again = await silos.Grid.ExecuteAsync(
            new Deposit(CommandId.Series(2, 1, 1), new AccountId("b"), AssetId.Usd, 1m));
        Assert.True(again.IsApplied, again.ToString());
    }

    private static async Task RefusedAsync(SiloProcesses silos, Action<IClientBuilder> connects)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (silos.ClusterId, "leverage"));
            client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, silos.GatewayPort(0)));
            client.Configure<ConnectionOptions>(o => o.OpenConnectionTimeout = TimeSpan.FromSeconds(2));
            client.UseConnectionRetryFilter((_, _) => Task.FromResult(false));
            connects(client);
        });
        using var host = builder.Build();
        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync().WaitAsync(Patience));
        Assert.IsNotType<TimeoutException>(refusal);
    }

    /// <summary>Who signed the certificate that a port shows.</summary>
    private static async Task<string> IssuerAsync(int port, X509Certificate2 mine)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var issuer = "";
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost", ClientCertificates = [mine],
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                issuer = certificate?.Issuer ?? "none";
                return true;
            },
        });
        return issuer;
    }
}
