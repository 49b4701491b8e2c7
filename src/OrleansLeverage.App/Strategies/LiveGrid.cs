using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;

namespace OrleansLeverage.App.Strategies;

/// <summary>An account and a mark as a running grid shows them.</summary>
/// <param name="Equity">Null where a price is missing.</param>
/// <param name="Mark">Without a price where the grid tells none.</param>
internal sealed record LiveAccount(DateTimeOffset Time, decimal? Equity, decimal? NetNotional, FramePrice Mark);

/// <summary>Reads accounts of a grid that <c>leverage serve</c> runs, over its HTTP interface.</summary>
internal sealed class LiveGrid : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="key">Sent as a bearer key; null where the grid asks for none.</param>
    public LiveGrid(Uri address, string? key)
    {
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(10) };
        if (key is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    /// <exception cref="InputException">The grid knows no such account, or refuses.</exception>
    /// <exception cref="IOException">It does not answer.</exception>
    public async Task<LiveAccount> AccountAsync(
        AccountId account, Instrument instrument, CancellationToken cancellation)
    {
        using var answer = await GetAsync($"v1/accounts/{Uri.EscapeDataString(account.Value)}", cancellation)
            ?? throw new InputException($"the grid at {_http.BaseAddress} knows no account {account}");
        var root = answer.RootElement;
        var timeMs = root.GetProperty("asOf").GetProperty("timestamp").GetInt64();
        return new LiveAccount(DateTimeOffset.FromUnixTimeMilliseconds(timeMs), Amount(root, "equity"),
            Amount(root, "netNotional"), await MarkAsync(root, instrument, timeMs, cancellation));
    }

    public void Dispose() => _http.Dispose();

    // of the market; of a position in it where the grid has no such page
    private async Task<FramePrice> MarkAsync(
        JsonElement account, Instrument instrument, long timeMs, CancellationToken cancellation)
    {
        var feed = Uri.EscapeDataString(instrument.MarkFeed.Id.Value);
        using var market = await GetAsync($"v1/markets/{feed}", cancellation);
        if (market is not null && market.RootElement.TryGetProperty("price", out _))
        {
            return Price(Amount(market.RootElement, "price"), market.RootElement.GetProperty("state"), timeMs);
        }
        foreach (var position in account.GetProperty("positions").EnumerateArray())
        {
            if (position.GetProperty("symbol").GetString() == instrument.Id.Value)
            {
                return Price(Amount(position, "markPrice"), account.GetProperty("freshness").GetProperty("state"),
                    timeMs);
            }
        }
        return default;
    }

    private static FramePrice Price(decimal? price, JsonElement state, long timeMs) => price is { } known
        ? new FramePrice(new Price(known),
            state.GetString() == "FRESH" ? PriceState.Fresh : PriceState.Stale, timeMs)
        : default;

    private static decimal? Amount(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? decimal.Parse(value.GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture)
            : null;

    // null where there is no such thing
    private async Task<JsonDocument?> GetAsync(string path, CancellationToken cancellation)
    {
        try
        {
            using var response = await _http.GetAsync(path, cancellation);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }
            var text = await response.Content.ReadAsStringAsync(cancellation);
            return response.IsSuccessStatusCode
                ? JsonDocument.Parse(text)
                : throw new InputException($"{_http.BaseAddress}{path} answers {(int)response.StatusCode}: {text}");
        }
        catch (Exception problem) when (problem is HttpRequestException or JsonException
            || (problem is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new IOException($"{_http.BaseAddress} does not answer as a grid does: {problem.Message}", problem);
        }
    }
}
