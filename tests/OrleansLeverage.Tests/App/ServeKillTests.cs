using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Engine.Journal;
using Xunit;
using Xunit.Abstractions;

namespace OrleansLeverage.Tests.App;

/// <summary>
/// kill -9 of a real <c>serve</c> under load, 20 times in a row, on one journal: nothing acknowledged is lost,
/// nothing is applied twice, recovery needs nobody, and at the end <c>verify</c> is clean.
/// </summary>
[Trait("Category", "Process")]
public sealed class ServeKillTests(ITestOutputHelper log)
{
    private const int Kills = 20;
    private const int Clients = 8;
    private const int Accounts = 16;
    private const int Seed = 20_171_204;
    private const decimal Price = 50_000m;

    [Fact]
    public async Task TwentyKillsLoseNothingAndDoubleNothing()
    {
        log.WriteLine($"seed {Seed}");
        using var folder = new TemporaryFolder();
        var data = folder["data"];
        var oracle = folder.Write("oracle.json", ServeFaultTests.OneSource);
        var random = new Random(Seed);
        var client = new GridClient(Seed);
        for (var kill = 0; kill < Kills; kill++)
        {
            if (kill % 5 == 3)
            {
                await KillWhileStartingAsync(data, oracle, random.Next(50, 500));
            }
            await using var serve = LeverageProcess.Start("serve", "--data", data, "--oracle", oracle, "--port", "0",
                "--insecure-local", "--json");
            using var http = GridClient.Http(await serve.AnswersAsync());
            await GridClient.PriceAsync(http, "BTC-USD", Price, session: kill + 1);
            await client.ResolveAsync(http);
            if (kill == 0)
            {
                await OpenAsync(client, http);
            }
            var before = client.Acknowledged.Count;
            var load = Enumerable.Range(0, Clients).Select(n =>
                LoadAsync(client, http, new Random(Seed + kill * Clients + n))).ToArray();
            await Task.Delay(random.Next(100, 800));
            if (kill == Kills / 2)
            {
                // once in between an orderly end: from here on recovery starts from a snapshot
                Assert.Equal(0, await serve.SignalAsync(LeverageProcess.Terminate));
            }
            else
            {
                await serve.KillAsync();
            }
            await Task.WhenAll(load);
            var acknowledged = client.Acknowledged.Count - before;
            log.WriteLine($"kill {kill + 1}: {acknowledged} acknowledged, {client.Unknown} unknown");
        }
        await SettleAsync(data, oracle, client);
        await ProveAsync(data, client);
    }

    private static async Task KillWhileStartingAsync(string data, string oracle, int delayMs)
    {
        await using var serve = LeverageProcess.Start("serve", "--data", data, "--oracle", oracle, "--port", "0",
            "--insecure-local", "--json");
        await Task.Delay(delayMs);
        await serve.KillAsync();
    }

    private static async Task OpenAsync(GridClient client, HttpClient http)
    {
        for (var account = 0; account < Accounts; account++)
        {
            Assert.Equal("applied", await client.DepositAsync(http, Name(account), 10_000_000m));
        }
    }

    /// <summary>Deposits and trades until the connection is gone.</summary>
    private static async Task LoadAsync(GridClient client, HttpClient http, Random random)
    {
        var code = "";
        while (code != "gone")
        {
            var (one, other) = (random.Next(Accounts), random.Next(Accounts - 1));
            code = random.Next(10) < 7
                ? await client.DepositAsync(http, Name(one), random.Next(1, 100_000) / 100m)
                : await client.FillAsync(http, Name(one), Name(other < one ? other : other + 1),
                    random.Next(1, 20) / 1000m, Price);
        }
    }

    /// <summary>
    /// Every unknown outcome is resolved, and every account is what its acknowledged commands make it.
    /// </summary>
    private static async Task SettleAsync(string data, string oracle, GridClient client)
    {
        await using var serve = LeverageProcess.Start("serve", "--data", data, "--oracle", oracle, "--port", "0",
            "--insecure-local", "--json");
        using var http = GridClient.Http(await serve.AnswersAsync());
        await client.ResolveAsync(http);
        Assert.Equal(0, client.Unknown);
        Assert.Equal(client.Intents.Count, client.Acknowledged.Count);
        var effects = client.Intents.Values.SelectMany(i => i.Effects).ToLookup(e => e.Account);
        for (var account = 0; account < Accounts; account++)
        {
            var shown = (await GridClient.AccountAsync(http, Name(account)))!.Value;
            var expected = effects[Name(account)].ToList();
            // all trades are at one price: no profit is ever realised, so the balance is what was paid in
            Assert.Equal(expected.Sum(e => e.Usd), GridClient.Of(shown.GetProperty("balances")[0], "amount"));
            var contracts = shown.GetProperty("positions").EnumerateArray()
                .Sum(p => GridClient.Of(p, "contracts") * (p.GetProperty("side").GetString() == "long" ? 1m : -1m));
            Assert.Equal(expected.Sum(e => e.Contracts), contracts);
            Assert.Equal(expected.Count, shown.GetProperty("seq").GetInt64());
        }
        Assert.Equal(0, await serve.SignalAsync(LeverageProcess.Terminate));
    }

    /// <summary>The journal itself, read without the server: each acknowledged id once, and no other.</summary>
    private async Task ProveAsync(string data, GridClient client)
    {
        var verify = await Cli.RunAsync("verify", "--data", data, "--json");
        Assert.True(verify.Code == 0, verify.Output + verify.Error);
        var report = JsonDocument.Parse(verify.Output).RootElement;
        Assert.Equal(client.Acknowledged.Count, report.GetProperty("applied").GetInt64());
        using var journal = DurableJournal.Open(
            new JournalOptions { Directory = data, SchemaVersion = JournalCodec.SchemaVersion });
        var universe = StandardRules.Universe();
        var stored = journal.ReadAll().SelectMany(batch => JournalReader.Records(batch, universe))
            .OfType<AppliedRecord>().GroupBy(r => r.Id).ToDictionary(g => g.Key, g => g.Count());
        Assert.All(client.Acknowledged.Keys, id => Assert.Equal(1, stored.GetValueOrDefault(id)));
        Assert.All(stored.Keys, id => Assert.True(client.Intents.ContainsKey(id), $"{id} was never sent"));
        var afterAll = client.Acknowledged.Values.Count(code => code == "duplicate");
        log.WriteLine(
            $"{stored.Count} commands applied once each; {afterAll} had been applied although nobody was told");
        Assert.True(stored.Count > 20 * Kills, $"{stored.Count} commands are too few to say anything");
    }

    private static string Name(int account) => $"acct-{account}";
}
