using System.Globalization;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Market.Simulation;

namespace OrleansLeverage.App.Demo;

/// <summary>
/// Seeded traders of options, all in portfolio margin, against houses that quote every series of an expiry at its mark:
/// some buy protection, some sell it for the premium, some do both. Now and then one adds a trade.
/// </summary>
internal sealed class OptionTraders
{
    private const ulong Stream = 0x6f7074696f6e73;
    private const int TradesEach = 3;
    private const decimal HouseUsd = 500_000m;

    private readonly ILeverageGrid _grid;
    private readonly TraderFlow _ids;
    private readonly SeededRandom _random;
    private readonly TimeProvider _clock;
    private readonly Instrument[][] _series;
    private readonly Instrument[] _perpetuals;
    private readonly AccountId[] _accounts;

    public OptionTraders(ILeverageGrid grid, TraderFlow ids, int accounts, ulong seed, TimeProvider clock)
    {
        (_grid, _ids, _clock) = (grid, ids, clock);
        _random = new SeededRandom(seed, Stream);
        _series = [.. grid.Universe.Instruments.Where(i => i.Option is not null && grid.Universe.PortfolioOf(i) >= 0)
            .GroupBy(i => grid.Universe.PortfolioOf(i)).OrderBy(g => g.Key).Select(g => g.ToArray())];
        _perpetuals = [.. _series.Select(s => grid.Universe.Instruments.First(i =>
            i.Kind == InstrumentKind.Perpetual && grid.Universe.PortfolioOf(i) == grid.Universe.PortfolioOf(s[0])))];
        _accounts = [.. Enumerable.Range(1, Math.Clamp(accounts / 50, 10, 400))
            .Select(i => new AccountId($"opt-{i:D4}"))];
    }

    public async Task SeedAsync(CancellationToken cancellation)
    {
        foreach (var house in _series.SelectMany(s => s).Select(House).Distinct())
        {
            await OpenAsync(house, HouseUsd, cancellation);
        }
        foreach (var account in _accounts)
        {
            await OpenAsync(account, 1_000m * (4 + _random.NextInt(40)), cancellation);
            for (var i = 0; i < TradesEach; i++)
            {
                await TradeAsync(account, cancellation);
            }
        }
    }

    public async Task RunAsync(TimeSpan interval, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(interval, _clock);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            await TradeAsync(_accounts[_random.NextInt(_accounts.Length)], cancellation);
        }
    }

    /// <summary>One for each coin and expiry: an account has a limited number of positions.</summary>
    private static AccountId House(Instrument series) => new(string.Create(CultureInfo.InvariantCulture,
        $"{Population.MarketMakerPrefix}{series.Base.Id.Value.ToLowerInvariant()}-{series.Expiry:yyyyMMdd}"));

    private async Task OpenAsync(AccountId account, decimal dollars, CancellationToken cancellation)
    {
        await _grid.ExecuteAsync(new Deposit(_ids.NextId(), account, AssetId.Usd, dollars), cancellation);
        foreach (var perpetual in _perpetuals)
        {
            await _grid.ExecuteAsync(new SetMarginMode(_ids.NextId(), account, perpetual.Id, MarginMode.Portfolio),
                cancellation);
        }
    }

    /// <summary>
    /// A few contracts of a series that is worth something, bought or sold; one trade in four is in the perpetual,
    /// which hedges. What margin forbids does not happen.
    /// </summary>
    private async Task TradeAsync(AccountId account, CancellationToken cancellation)
    {
        var coin = _random.NextInt(_series.Length);
        var traded = _random.NextInt(4) == 0 ? _perpetuals[coin] : _series[coin][_random.NextInt(_series[coin].Length)];
        if (_grid.Frame.Mark(traded) is not { } mark || mark.Value < 100m * traded.TickSize)
        {
            return;
        }
        var house = House(traded.Option is null ? _series[coin][0] : traded);
        var side = _random.NextInt(2) == 0 ? 1 : -1;
        var contracts = new Quantity(side * (1 + _random.NextInt(5)) * 0.1m * (1 + 9 * coin));
        if (traded.Option is not null)
        {
            await _grid.ExecuteAsync(new SetMarginMode(_ids.NextId(), account, traded.Id, MarginMode.Portfolio),
                cancellation);
            await _grid.ExecuteAsync(new SetMarginMode(_ids.NextId(), house, traded.Id, MarginMode.Portfolio),
                cancellation);
        }
        await _grid.ExecuteAsync(new ApplyFill(_ids.NextId(), traded.Id, mark, new FillLeg(account, contracts, 0m),
            new FillLeg(house, -contracts, 0m)), cancellation);
    }
}
