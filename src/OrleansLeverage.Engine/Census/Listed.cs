using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Census;

/// <summary>An account's line in a listing, exactly.</summary>
internal static class Listed
{
    public static ListedAccount Of(Account account, PriceFrame frame)
    {
        var valuation = AccountValuation.Of(account, frame);
        var tier = valuation.Tier(frame.Universe.Rules);
        if (!valuation.IsKnown)
        {
            return new ListedAccount(account.Id, account.Sequence, tier, null, null, NoLeverageReason.PriceUnknown,
                null, null, null, account.Positions.Count(p => !p.Quantity.IsZero), null, null, null);
        }
        var (equity, gross) = (valuation.Equity, valuation.GrossNotional);
        var (nearest, distance, count) = Nearest(valuation);
        return new ListedAccount(account.Id, account.Sequence, tier, valuation.MarginRatio(),
            equity > 0m ? gross / equity : null,
            equity > 0m ? NoLeverageReason.None
                : gross == 0m && equity == 0m ? NoLeverageReason.NoExposure
                : NoLeverageReason.NoEquity,
            equity, gross, valuation.NetNotional, count, nearest, distance,
            valuation.OldestPriceMs is { } oldest ? Math.Max(0L, frame.TimeMs - oldest) : null);
    }

    private static (InstrumentId? Position, decimal? Distance, int Count) Nearest(AccountValuation valuation)
    {
        PositionValuation? worst = null;
        decimal? nearest = null;
        var count = 0;
        foreach (var value in valuation.Positions)
        {
            if (value.Position.Quantity.IsZero)
            {
                continue;
            }
            count++;
            decimal? distance = LiquidationSolver.LiquidationPrice(valuation, value.Position).Shown is { } price
                ? (price / value.Mark) - 1m
                : null;
            var isWorse = worst is not { } before
                || (distance is { } now ? nearest is not { } until || Math.Abs(now) < Math.Abs(until)
                    : nearest is null && value.Notional > before.Notional);
            if (isWorse)
            {
                (worst, nearest) = (value, distance);
            }
        }
        return (worst?.Position.Instrument.Id, nearest, count);
    }
}
