using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine;

/// <summary>Accounts on each side, and what they hold, USD.</summary>
public readonly record struct Holders(long LongAccounts, long ShortAccounts, double LongNotional, double ShortNotional)
{
    public double? AccountSkew => Ratio(LongAccounts, ShortAccounts);

    /// <summary>(long − short) / (long + short), in [−1, 1]; null where nothing is held.</summary>
    public double? NotionalSkew => Ratio(LongNotional, ShortNotional);

    private static double? Ratio(double left, double right) =>
        left + right > 0.0 ? (left - right) / (left + right) : null;
}

/// <summary>Accounts with an equity from a bound (included) to another (excluded), USD; null where it is
/// open.</summary>
/// <param name="Accounts">All of them, with positions or without; those on a side lean to it.</param>
public sealed record EquityCohort(double? EquityFrom, double? EquityBelow, long Accounts, Holders Holders);

/// <summary>
/// Who holds what: every account counted once, at some frame of a pass that took from <paramref name="From"/> to
/// <paramref name="Frame"/>. Sums are exact in units of 2^-10 USD, so the order of the accounts leaves no trace.
/// </summary>
/// <param name="Unknown">Accounts that a missing price leaves unknown; they are in no other figure.</param>
/// <param name="Feeds">By feed of the universe: an account is on the side of its net notional there.</param>
/// <param name="Instruments">By instrument of the universe.</param>
/// <param name="LongContracts">By instrument: contracts held long.</param>
/// <param name="MakerContracts">By instrument: net contracts of market makers.</param>
public sealed record MarketCensus(
    FrameNumber From, FrameNumber Frame, long FrameTimeMs, long Accounts, long Unknown, IReadOnlyList<Holders> Feeds,
    IReadOnlyList<Holders> Instruments, IReadOnlyList<double> LongContracts, IReadOnlyList<double> MakerContracts,
    IReadOnlyList<EquityCohort> Cohorts)
{
    /// <summary>Null where one place has all accounts.</summary>
    public ReadScope? Scope { get; init; }
}
