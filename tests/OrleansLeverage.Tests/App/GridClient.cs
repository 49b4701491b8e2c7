using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.App;

/// <summary>What was sent and what became of it.</summary>
internal sealed record Intent(CommandId Id, string Path, object Body,
    IReadOnlyList<(string Account, decimal Usd, decimal Contracts)> Effects);

/// <summary>
/// A margin engine's side of the contract: every command is written down before it is sent, and is sent again with the
/// same id until its outcome is known.
/// </summary>
internal sealed class GridClient(int seed)
{
    private readonly ConcurrentDictionary<CommandId, Intent> _intents = new();
    private readonly ConcurrentDictionary<CommandId, string> _acknowledged = new();
    private readonly ConcurrentQueue<Intent> _unknown = new();
    private long _ids;

    public IReadOnlyDictionary<CommandId, Intent> Intents => _intents;

    /// <summary>By id: applied, or duplicate where only the repetition was answered.</summary>
    public IReadOnlyDictionary<CommandId, string> Acknowledged => _acknowledged;

    public int Unknown => _unknown.Count;

    public CommandId NextId() => CommandId.Create(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
        new UInt128((ulong)seed, (ulong)Interlocked.Increment(ref _ids)));

    public static HttpClient Http(Uri address) => new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };

    public async Task<string> DepositAsync(HttpClient http, string account, decimal amount)
    {
        var id = NextId();
        return await SendAsync(http, new Intent(id, "v1/collateral",
            new { commandId = id.ToString(), account, asset = "USD", amount = Decimals.Text(amount) },
            [(account, amount, 0m)]));
    }

    /// <summary>At the price that makes a dollar a contract, so that the books are easy to foretell.</summary>
    public async Task<string> FillAsync(HttpClient http, string buyer, string seller, decimal contracts, decimal price)
    {
        var id = NextId();
        return await SendAsync(http, new Intent(id, "v1/fills", new
        {
            fillId = id.ToString(),
            instrument = "BTC-USD-PERP",
            price = Decimals.Text(price),
            timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
            legs = new[]
            {
                new { account = buyer, qty = Decimals.Text(contracts), fee = "0" },
                new { account = seller, qty = Decimals.Text(-contracts), fee = "0" },
            },
        }, [(buyer, 0m, contracts), (seller, 0m, -contracts)]));
    }

    /// <summary>Sends again what has no answer; it must turn out applied or duplicate, nothing else.</summary>
    public async Task ResolveAsync(HttpClient http)
    {
        while (_unknown.TryDequeue(out var intent))
        {
            await SendAsync(http, intent);
            if (!_acknowledged.ContainsKey(intent.Id))
            {
                return;
            }
        }
    }

    public static async Task PriceAsync(HttpClient http, string feed, decimal price, long session)
    {
        var answer = await http.PostAsJsonAsync("v1/ticks", new
        {
            asset = feed,
            price = Decimals.Text(price),
            source = "test",
            session,
            seq = 1,
            timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
        });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        while (true)
        {
            var system = await http.GetAsync("v1/system");
            if (system.IsSuccessStatusCode && JsonDocument.Parse(await system.Content.ReadAsStringAsync()).RootElement
                .GetProperty("freshness").GetProperty("state").GetString() != "NOT_MEASURED")
            {
                return;
            }
            await Task.Delay(10);
        }
    }

    public static async Task<JsonElement?> AccountAsync(HttpClient http, string account)
    {
        var answer = await http.GetAsync($"v1/accounts/{account}");
        return answer.IsSuccessStatusCode ? JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement
            : null;
    }

    public static decimal Of(JsonElement element, string name) =>
        decimal.Parse(element.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    private async Task<string> SendAsync(HttpClient http, Intent intent)
    {
        _intents[intent.Id] = intent;
        try
        {
            using var answer = await http.PostAsJsonAsync(intent.Path, intent.Body);
            var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
            var code = body.GetProperty("code").GetString()!;
            if (answer.IsSuccessStatusCode)
            {
                _acknowledged.TryAdd(intent.Id, code);
            }
            else if ((int)answer.StatusCode >= 500)
            {
                _unknown.Enqueue(intent);
            }
            else
            {
                Assert.Fail($"{intent.Id} {JsonSerializer.Serialize(intent.Body)}: {body}");
            }
            return code;
        }
        catch (Exception gone) when (
            gone is HttpRequestException or IOException or TaskCanceledException or JsonException)
        {
            _unknown.Enqueue(intent);
            return "gone";
        }
    }
}
