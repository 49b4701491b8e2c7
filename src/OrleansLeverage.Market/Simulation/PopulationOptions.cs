namespace OrleansLeverage.Market.Simulation;

/// <summary>
/// Who trades. Shares are of accounts; what is neither hedger, short nor market maker is a levered long. Defaults are
/// of the kind that venues publish: few large accounts, many small ones with high leverage, longs in the majority.
/// </summary>
public sealed record PopulationOptions
{
    /// <summary>1 to 10,000,000.</summary>
    public required int Accounts { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>Accounts that take the other side, so that longs equal shorts; at least one account does.</summary>
    public double MarketMakerShare { get; init; } = 0.002;

    /// <summary>Coin holders who are short against their coins.</summary>
    public double HedgerShare { get; init; } = 0.08;

    public double ShortShare { get; init; } = 0.30;

    public int PositionsMin { get; init; } = 1;

    public int PositionsMax { get; init; } = 5;

    /// <summary>Smallest equity, USD; the tail above is Pareto.</summary>
    public double EquityMinUsd { get; init; } = 500.0;

    public double EquityMaxUsd { get; init; } = 20_000_000.0;

    /// <summary>Exponent of the tail: 1.16 is the rule of 80/20, higher is more equal.</summary>
    public double EquityAlpha { get; init; } = 1.2;

    /// <summary>Median of levered accounts' leverage (gross notional / margin balance), lognormal.</summary>
    public double LeverageMedian { get; init; } = 4.0;

    /// <summary>Standard deviation of its logarithm: 0.9 puts 4 % above 20x.</summary>
    public double LeverageDeviation { get; init; } = 0.9;

    /// <summary>Largest maintenance margin / margin balance at the start prices.</summary>
    public double StartRatioMax { get; init; } = 0.65;

    /// <summary>
    /// How far entry prices lie from the start price, one standard deviation; 0 enters all at the start price.
    /// </summary>
    public double EntryDeviation { get; init; } = 0.03;

    /// <summary>Share of levered accounts with part of their collateral in coins.</summary>
    public double CoinCollateralShare { get; init; } = 0.25;

    /// <summary>Throws with the first setting that is out of range.</summary>
    public void Check()
    {
        Require(Accounts is >= 1 and <= 10_000_000, $"accounts {Accounts} is not in 1..10000000");
        Require(MarketMakerShare is >= 0.0 and <= 0.5, $"marketMakerShare {MarketMakerShare} is not in 0..0.5");
        Require(HedgerShare >= 0.0 && ShortShare >= 0.0 && HedgerShare + ShortShare <= 1.0,
            $"hedgerShare {HedgerShare} + shortShare {ShortShare} is above 1");
        Require(PositionsMin >= 1 && PositionsMin <= PositionsMax && PositionsMax <= 64,
            $"positions {PositionsMin}..{PositionsMax} are not in 1..64");
        Require(EquityMinUsd >= 1.0 && EquityMinUsd <= EquityMaxUsd && EquityMaxUsd <= 1e10,
            $"equity {EquityMinUsd}..{EquityMaxUsd} USD is not in 1..1e10");
        Require(EquityAlpha is > 0.1 and <= 100.0, $"equityAlpha {EquityAlpha} is not in 0.1..100");
        Require(LeverageMedian is > 0.0 and <= 1_000.0, $"leverageMedian {LeverageMedian} is not in 0..1000");
        Require(LeverageDeviation is >= 0.0 and <= 5.0, $"leverageDeviation {LeverageDeviation} is not in 0..5");
        Require(StartRatioMax is > 0.0 and < 1.0, $"startRatioMax {StartRatioMax} is not in (0, 1)");
        Require(EntryDeviation is >= 0.0 and <= 0.2, $"entryDeviation {EntryDeviation} is not in 0..0.2");
        Require(CoinCollateralShare is >= 0.0 and <= 1.0, $"coinCollateralShare {CoinCollateralShare} is not in 0..1");
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new FormatException($"population: {problem}");
        }
    }
}
