using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Engine.Census;

/// <summary>
/// What a query asks of an account: first of its row, which is near the truth and cheap, then of its exact figures.
/// </summary>
internal sealed class ListingFilter
{
    /// <summary>How far a row's figure may be from the exact one, relative; far above the screening's error.</summary>
    private const double Slack = 1e-6;

    private readonly AccountQuery _query;
    private readonly bool[]? _held;
    private readonly ulong _bits;
    private readonly uint _tiers;
    private readonly bool _endsWithHealthy;

    public ListingFilter(AccountQuery query, Universe universe)
    {
        _query = query;
        if (query.Holds is not null || query.Market is not null)
        {
            _held = [.. universe.Instruments.Select(instrument =>
                (query.Holds is not { } held || instrument.Id == held)
                && (query.Market is not { } market || instrument.MarkFeed.Id == market))];
            _bits = _held.Index().Aggregate(0UL, (bits, at) => at.Item ? bits | CensusRow.Bit(at.Index) : bits);
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
        && (_held is null || (row.Holds & _bits) != 0)
        && (_query.LeverageMin is not { } leverage || row.Leverage >= leverage * (1.0 - Slack))
        && (_query.LeverageBelow is not { } below || row.Leverage < below * (1.0 + Slack))
        && (_query.NotionalMin is not { } notional || row.Notional >= notional * (1.0 - Slack))
        && (_query.EquityMin is not { } equity || row.Equity >= equity - Near(equity))
        && (_query.EquityBelow is not { } under || row.Equity < under + Near(under));

    public bool Takes(ListedAccount account) =>
        (_tiers == 0 || (_tiers & (1U << (int)account.Tier)) != 0)
        && (_held is not null || _query.Side is not { } side || SideOf(account.NetNotional) == side)
        && (_query.LeverageMin is not { } leverage || HasLeverage(account, leverage))
        && (_query.LeverageBelow is not { } below || (double?)account.Leverage < below)
        && (_query.NotionalMin is not { } notional || (double)(account.GrossNotional ?? -1m) >= notional)
        && (_query.EquityMin is not { } equity || (double?)account.Equity >= equity)
        && (_query.EquityBelow is not { } under || (double?)account.Equity < under);

    /// <summary>Whether an account has to be read before it is known to be asked for.</summary>
    public bool AsksForPositions => _held is not null;

    /// <summary>Who holds what is asked for, on the side that is, and is liquidated by the move that is.</summary>
    public bool TakesPositions(Account account, PriceFrame frame)
    {
        if (_held is null)
        {
            return true;
        }
        if (!account.Positions.Any(IsHeld))
        {
            return false;
        }
        if (_query.Side is null && _query.Move is null)
        {
            return true;
        }
        var valuation = AccountValuation.Of(account, frame);
        if (!valuation.IsKnown)
        {
            return false;
        }
        var held = valuation.Positions.Where(value => IsHeld(value.Position)).ToArray();
        return (_query.Side is not { } side || SideOf(held.Sum(one => one.SignedNotional)) == side)
            && (_query.Move is not { } move || IsLiquidatedBy(valuation, held, move));
    }

    /// <summary>A row's tier is that of the account or one worse: whoever is close to a line is looked at.</summary>
    private bool MayBe(RiskTier tier) => (_tiers & (1U << (int)tier)) != 0
        || (tier is not (RiskTier.Healthy or RiskTier.Unknown) && (_tiers & (1U << ((int)tier - 1))) != 0);

    private bool IsHeld(Position position) => !position.Quantity.IsZero && _held![position.Instrument.Index];

    private static double Near(double bound) => Slack * Math.Max(1.0, Math.Abs(bound));

    /// <summary>The first line that the feed meets on its way counts: further ones are of who is gone by then.</summary>
    private static bool IsLiquidatedBy(
        AccountValuation valuation, PositionValuation[] held, (decimal From, decimal To) move)
    {
        if (valuation.Tier(valuation.Frame.Universe.Rules) is RiskTier.Liquidation or RiskTier.Bankrupt)
        {
            return false;
        }
        decimal? nearest = null;
        foreach (var value in held)
        {
            if (LiquidationSolver.LiquidationPrice(valuation, value.Position).Shown is { } price
                && (price / value.Mark) - 1m is var distance
                && (nearest is not { } until || Math.Abs(distance) < Math.Abs(until)))
            {
                nearest = distance;
            }
        }
        return nearest >= move.From && nearest < move.To;
    }

    private static bool HasLeverage(ListedAccount account, double least) => account.Leverage is { } leverage
        ? (double)leverage >= least
        : account.LeverageReason == NoLeverageReason.NoEquity && account.GrossNotional > 0m;

    private static NetSide? SideOf(decimal? notional) => notional is not { } net ? null
        : net > 0m ? NetSide.Long
        : net < 0m ? NetSide.Short
        : NetSide.Flat;
}
