using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Census;

/// <summary>
/// What a query asks of an account: first of its row, which is near the truth and cheap, then of its exact figures.
/// </summary>
internal sealed class ListingFilter
{
    /// <summary>How far a row's figure may be from the exact one, relative; far above the screening's error.</summary>
    private const double Slack = 1e-6;

    private readonly AccountQuery _query;
    private readonly ulong _bits;
    private readonly uint _tiers;
    private readonly bool _endsWithHealthy;

    public ListingFilter(AccountQuery query, Universe universe)
    {
        _query = query;
        if (query.AsksForPositions)
        {
            _bits = universe.Instruments.Where(query.IsAbout)
                .Aggregate(0UL, (bits, instrument) => bits | CensusRow.Bit(instrument.Index));
        }
        foreach (var tier in query.Tiers)
        {
            _tiers |= 1U << (int)tier;
        }
        // by risk, the healthy are followed only by the unknown
        _endsWithHealthy = query.Order == AccountOrder.Risk && _tiers != 0
            && (_tiers & ((1U << (int)RiskTier.Healthy) | (1U << (int)RiskTier.Unknown))) == 0;
    }

    /// <summary>True where no account from here on can be asked for.</summary>
    public bool EndsAt(in CensusRow row) =>
        _endsWithHealthy && row.Tier is RiskTier.Healthy or RiskTier.Unknown;

    public bool MayTake(in CensusRow row) =>
        (_tiers == 0 || MayBe(row.Tier))
        && (!_query.AsksForPositions || (row.Holds & _bits) != 0)
        && (_query.LeverageMin is not { } leverage || row.Leverage >= leverage * (1.0 - Slack))
        && (_query.LeverageBelow is not { } below || row.Leverage < below * (1.0 + Slack))
        && (_query.NotionalMin is not { } notional || row.Notional >= notional * (1.0 - Slack))
        && (_query.EquityMin is not { } equity || row.Equity >= equity - Near(equity))
        && (_query.EquityBelow is not { } under || row.Equity < under + Near(under));

    public bool Takes(ListedAccount account) =>
        _query.Takes(account.Tier, account.Equity, account.GrossNotional, account.NetNotional);

    /// <summary>A row's tier is that of the account or one worse: whoever is close to a line is looked at.</summary>
    private bool MayBe(RiskTier tier) => (_tiers & (1U << (int)tier)) != 0
        || (tier is not (RiskTier.Healthy or RiskTier.Unknown) && (_tiers & (1U << ((int)tier - 1))) != 0);

    private static double Near(double bound) => Slack * Math.Max(1.0, Math.Abs(bound));
}
