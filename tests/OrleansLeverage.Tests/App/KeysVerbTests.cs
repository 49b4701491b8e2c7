using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Xunit;

namespace OrleansLeverage.Tests.App;

/// <summary>Keys from the command line, and the server that takes them.</summary>
public sealed class KeysVerbTests
{
    [Fact]
    public async Task AKeyIsShownOnceAndListedWithoutIt()
    {
        using var folder = new TemporaryFolder();
        var file = folder["keys.json"];
        var made = await Cli.RunAsync("keys", "create", "--file", file, "--name", "desk", "--scope", "read,operate");
        Assert.Equal(0, made.Code);
        var key = made.Output.Trim();
        Assert.StartsWith("lvg_", key, StringComparison.Ordinal);
        Assert.DoesNotContain(key[17..], await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        var list = await Cli.RunAsync("keys", "list", "--file", file);
        Assert.Contains("in force", list.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(key[17..], list.Output, StringComparison.Ordinal);
        var id = key[4..16];
        Assert.Equal(0, (await Cli.RunAsync("keys", "revoke", "--file", file, "--id", id)).Code);
        using var rows = JsonDocument.Parse((await Cli.RunAsync("keys", "list", "--file", file, "--json")).Output);
        Assert.Equal((id, "revoked"), (rows.RootElement[0].GetProperty("id").GetString(),
            rows.RootElement[0].GetProperty("state").GetString()));
    }

    [Theory]
    [InlineData("there is no scope 'root'", "--name", "a", "--scope", "root")]
    [InlineData("a name is", "--name", "A", "--scope", "read")]
    [InlineData("has a source", "--name", "a", "--scope", "oracle")]
    [InlineData("--days is", "--name", "a", "--scope", "read", "--days", "0")]
    [InlineData("does not exist", "--name", "a", "--scope", "read", "--public-key", "nowhere.pem")]
    public async Task AKeyThatMeansNothingIsNotMade(string says, params string[] options)
    {
        using var folder = new TemporaryFolder();
        var run = await Cli.RunAsync(["keys", "create", "--file", folder["keys.json"], .. options]);
        Assert.Equal(2, run.Code);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["keys.json"]));
    }

    [Fact]
    public async Task AKeyThatIsNotThereIsNotTakenBack()
    {
        using var folder = new TemporaryFolder();
        await Cli.RunAsync("keys", "create", "--file", folder["keys.json"], "--name", "a", "--scope", "read");
        var run = await Cli.RunAsync("keys", "revoke", "--file", folder["keys.json"], "--id", "000000000000");
        Assert.Equal(2, run.Code);
        Assert.Equal(2, (await Cli.RunAsync("keys", "list", "--file", folder["none.json"])).Code);
    }

    [Theory]
    [InlineData("nobody may ask")]
    [InlineData("leave it out", "--insecure-local", "--keys", "{keys}")]
    [InlineData("no loopback address", "--insecure-local", "--bind", "0.0.0.0")]
    [InlineData("no IP address", "--keys", "{keys}", "--bind", "everywhere")]
    [InlineData("with --host", "--keys", "{keys}", "--bind", "0.0.0.0")]
    [InlineData("none.json", "--keys", "none.json")]
    [InlineData("none.json", "--jwt", "none.json")]
    [InlineData("goes with --tls-key", "--keys", "{keys}", "--tls-cert", "x.pem")]
    [InlineData("goes with --tls-key", "--insecure-local", "--tls-cert", "x.pem", "--tls-key", "y.pem")]
    public async Task ServeSaysWhoMayAskOrDoesNotStart(string says, params string[] options)
    {
        using var folder = new TemporaryFolder();
        var file = folder["keys.json"];
        await Cli.RunAsync("keys", "create", "--file", file, "--name", "a", "--scope", "read");
        var run = await Cli.RunAsync(["serve", "--data", folder["data"], "--port", "0",
            .. options.Select(option => option.Replace("{keys}", file))]);
        Assert.Equal(2, run.Code);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["data"]));
    }

    /// <summary>The whole way: a key, TLS on an address of its own, a login, and the audit that proves it.</summary>
    [Fact]
    [Trait("Category", "Process")]
    public async Task AServerWithKeysAndTls()
    {
        using var folder = new TemporaryFolder();
        var file = folder["keys.json"];
        var key = (await Cli.RunAsync("keys", "create", "--file", file, "--name", "me", "--scope", "read"))
            .Output.Trim();
        var (certificate, certificateKey) = SelfSigned();
        await using (var serve = LeverageProcess.Start("serve", "--data", folder["data"], "--port", "0", "--keys", file,
            "--tls-cert", folder.Write("cert.pem", certificate), "--tls-key",
            folder.Write("key.pem", certificateKey), "--bind", "127.0.0.1", "--json"))
        {
            var address = await serve.AnswersAsync();
            Assert.Equal("https", address.Scheme);
            using var handler = new HttpClientHandler
            {
                ServerCertificateCustomValidationCallback = (_, seen, _, fault) =>
                    fault != SslPolicyErrors.RemoteCertificateNotAvailable
                    && seen!.ExportCertificatePem().Trim() == certificate.Trim(),
            };
            using var http = new HttpClient(handler) { BaseAddress = address };
            Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("v1/me")).StatusCode);
            using var banner = JsonDocument.Parse(serve.Output);
            var link = new Uri(banner.RootElement.GetProperty("login").GetString()!);
            using var login = await http.PostAsJsonAsync("v1/session",
                new { token = link.Fragment["#/login/".Length..] });
            Assert.Equal(HttpStatusCode.OK, login.StatusCode);
            Assert.Contains("secure", login.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
            Assert.Contains("Strict-Transport-Security", login.Headers.Select(header => header.Key));
            http.DefaultRequestHeaders.Add("X-Api-Key", key);
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("v1/me")).StatusCode);
            Assert.Equal(0, await serve.SignalAsync(LeverageProcess.Terminate));
        }
        var audit = folder["data/audit/audit.ndjson"];
        Assert.Contains("unauthenticated", await File.ReadAllTextAsync(audit), StringComparison.Ordinal);
        Assert.Equal(0, (await Cli.RunAsync("audit", "--file", audit)).Code);
        await File.WriteAllTextAsync(audit,
            (await File.ReadAllTextAsync(audit)).Replace("unauthenticated", "authenticated"));
        Assert.Equal(1, (await Cli.RunAsync("audit", "--file", audit)).Code);
    }

    private static (string Certificate, string Key) SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
