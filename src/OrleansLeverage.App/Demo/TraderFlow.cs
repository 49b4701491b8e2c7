using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Market.Simulation;

namespace OrleansLeverage.App.Demo;

/// <summary>
/// Seeded traders: now and then one adds to a position or takes some off, against a market maker and at the mark.
/// Longs add while the market crowds, everybody cuts in the shock, and in the recovery newcomers take the places of
/// the liquidated.
/// </summary>
internal sealed class TraderFlow
{
    private const int MakersTried = 3;
    private const decimal FeeRate = 0.0005m;

    private readonly ILeverageGrid _grid;
    private readonly Population _population;
    private readonly AccountId[] _makers;
    private readonly SeededRandom _random;
    private readonly Lock _draws = new();
    private readonly TimeProvider _clock;
    private readonly int _tradesPerTick;

    public TraderFlow(ILeverageGrid grid, Population population, ulong seed, TimeProvider clock)
    {
        (_grid, _population, _clock) = (grid, population, clock);
        _makers = [.. population.Accounts().Where(a => a.Style == AccountStyle.MarketMaker).Select(a => a.Id)];
        _random = new SeededRandom(seed, 0x7472616465);
        _tradesPerTick = Math.Clamp(population.Count / 100, 1, 100);
    }

    public async Task RunAsync(DemoMarket market, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(market.Tick, _clock);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            // side by side, as traders are: whoever waits shares the next batch with the others
            var phase = market.Frame.Phase;
            await Task.WhenAll(Enumerable.Range(0, _tradesPerTick).Select(_ => TradeAsync(phase, cancellation)));
        }
    }

    /// <summary>
    /// A fill of <paramref name="quantity"/> for an account at the mark; the other side is some market maker.
    /// </summary>
    public async Task<bool> FillAsync(AccountId account, Instrument instrument, Quantity quantity, FillReason reason,
        CancellationToken cancellation)
    {
        if (quantity.IsZero || _grid.Frame.Mark(instrument) is not { } mark)
        {
            return false;
        }
        var price = new Price(Math.Max(instrument.TickSize, Decimals.FloorTo(mark.Value, instrument.TickSize)));
        var fee = Decimals.CeilingTo(Math.Abs(instrument.Value(quantity, price)) * FeeRate,
            instrument.Settlement.Quantum);
        for (var i = 0; i < MakersTried; i++)
        {
            var maker = _makers[Draw(_makers.Length)];
            var fill = new ApplyFill(NextId(), instrument.Id, price, new FillLeg(account, quantity, fee),
                new FillLeg(maker, -quantity, 0m), reason);
            if ((await _grid.ExecuteAsync(fill, cancellation)).IsApplied)
            {
                return true;
            }
        }
        return false;
    }

    public CommandId NextId()
    {
        lock (_draws)
        {
            return CommandId.Create(_clock.GetUtcNow().ToUnixTimeMilliseconds(),
                new UInt128(_random.NextUInt64(), _random.NextUInt64()));
        }
    }

    private async Task TradeAsync(string phase, CancellationToken cancellation)
    {
        var owner = _population.Account(Draw(_population.Count));
        if (owner.Style == AccountStyle.MarketMaker || await _grid.AccountAsync(owner.Id, cancellation) is not { } now)
        {
            return;
        }
        if (now.Positions.Count == 0)
        {
            if (phase is "recovery" or "calm")
            {
                await ReplaceAsync(owner, now, cancellation);
            }
            return;
        }
        var held = now.Positions[Draw(now.Positions.Count)].Position;
        var adds = Chance() < AddShare(phase, held.Quantity.IsLong);
        // a crowd adds in large steps, an ordinary day moves little
        var percent = phase == "crowding" && adds ? Draw(20, 80) : Draw(5, 25);
        var part = Decimals.FloorTo(held.Quantity.Abs.Value * percent / 100m, held.Instrument.LotSize);
        var lots = new Quantity(Math.Max(part, held.Instrument.LotSize));
        await FillAsync(owner.Id, held.Instrument, held.Quantity.IsLong == adds ? lots : -lots, FillReason.Trade,
            cancellation);
    }

    /// <summary>
    /// A newcomer pays the account's debts, brings the collateral it began with, and opens the same positions.
    /// </summary>
    private async Task ReplaceAsync(PopulationAccount owner, LeverageSnapshot now, CancellationToken cancellation)
    {
        foreach (var debt in now.Balances.Where(b => b.Amount < 0m))
        {
            await _grid.ExecuteAsync(new Deposit(NextId(), owner.Id, debt.Asset.Id, -debt.Amount), cancellation);
        }
        foreach (var balance in owner.Balances)
        {
            await _grid.ExecuteAsync(new Deposit(NextId(), owner.Id, balance.Asset, balance.Amount), cancellation);
        }
        foreach (var position in owner.Positions)
        {
            await FillAsync(owner.Id, _grid.Universe.Instrument(position.Instrument)!, position.Quantity,
                FillReason.Trade, cancellation);
        }
    }

    /// <summary>How likely a trade adds to the position.</summary>
    private static double AddShare(string phase, bool isLong) => phase switch
    {
        "crowding" => isLong ? 0.95 : 0.25,
        "shock" => 0.15,
        "recovery" => 0.60,
        _ => 0.50,
    };

    private int Draw(int bound)
    {
        lock (_draws)
        {
            return _random.NextInt(bound);
        }
    }

    private int Draw(int least, int below) => least + Draw(below - least);

    private double Chance()
    {
        lock (_draws)
        {
            return _random.NextDouble();
        }
    }
}
