namespace OrleansLeverage.Domain;

/// <summary>Takes a <see cref="LeverageSnapshot"/> of an account at a frame.</summary>
public static class LeverageCalculator
{
    /// <summary>No account is asked about more than so many times its positions.</summary>
    private const decimal FactorMax = 1_000_000m;

    public static LeverageSnapshot Snapshot(Account account, PriceFrame frame) =>
        Snapshot(AccountValuation.Of(account, frame));

    /// <param name="solved">Liquidation prices of an account that margins by scenarios; null leaves them open.</param>
    public static LeverageSnapshot Snapshot(AccountValuation valuation, SolvedPortfolios? solved = null)
    {
        var (account, frame) = (valuation.Account, valuation.Frame);
        var snapshot = new LeverageSnapshot
        {
            Account = account.Id,
            Sequence = account.Sequence,
            Frame = frame.Number,
            FrameTimeMs = frame.TimeMs,
            RulesVersion = frame.Universe.Rules.Version,
            Tier = valuation.Tier(frame.Universe.Rules),
            PriceState = valuation.IsKnown ? valuation.PriceState : PriceState.NotMeasured,
            PriceAgeMs = valuation.OldestPriceMs is { } oldest ? Math.Max(0L, frame.TimeMs - oldest) : null,
            MissingFeed = valuation.MissingFeed?.Id,
            LeverageReason = NoLeverageReason.PriceUnknown,
            Balances = account.Balances.ToArray(),
        };
        return valuation.IsKnown ? Figures(snapshot, valuation, solved) : snapshot;
    }

    private static LeverageSnapshot Figures(LeverageSnapshot snapshot, AccountValuation valuation,
        SolvedPortfolios? solved)
    {
        var equity = valuation.Equity;
        var hasEquity = equity > 0m;
        decimal? OfEquity(decimal amount) => hasEquity ? amount / equity : null;
        var cash = Cash(valuation);
        var (down, up) = LiquidationSolver.JointMove(valuation);
        return snapshot with
        {
            Equity = equity,
            MarginBalance = valuation.MarginBalance,
            GrossNotional = valuation.GrossNotional,
            NetNotional = valuation.NetNotional,
            LongNotional = valuation.LongNotional,
            ShortNotional = valuation.ShortNotional,
            Leverage = OfEquity(valuation.GrossNotional),
            LeverageReason = hasEquity ? NoLeverageReason.None
                : valuation.GrossNotional == 0m && equity == 0m ? NoLeverageReason.NoExposure
                    : NoLeverageReason.NoEquity,
            NetLeverage = OfEquity(valuation.NetNotional),
            LongLeverage = OfEquity(valuation.LongNotional),
            ShortLeverage = OfEquity(valuation.ShortNotional),
            CashLeverage = cash > 0m ? valuation.GrossNotional / cash : null,
            InitialMargin = valuation.InitialMargin,
            MaintenanceMargin = valuation.MaintenanceMargin,
            MarginRatio = valuation.MarginRatio(),
            FreeCollateral = valuation.FreeCollateral,
            MaxLeverage = MaxLeverage(valuation),
            JointMoveDown = down,
            JointMoveUp = up,
            LeverageFactors = hasEquity ? Factors(valuation) : [],
            Portfolios = valuation.Portfolios,
            PortfolioLines = solved?.Lines ?? [],
            Positions = valuation.Positions.Where(p => !p.Position.Quantity.IsZero).Select(p =>
                Of(p, valuation, solved)).ToArray(),
        };
    }

    /// <summary>Collateral at market, isolated margins included, unrealised profit and funding left out.</summary>
    private static decimal Cash(AccountValuation valuation) => valuation.Equity
        - valuation.Positions.Sum(p => p.UnrealisedProfit + p.AccruedFunding);

    /// <summary>
    /// Leverage at which today's mix of positions, all of them larger or smaller by one factor, needs exactly the
    /// margin balance as initial margin at the largest leverage allowed, the bracket being the one there. Where initial
    /// margin jumps past the margin balance at a bracket's floor it is the leverage at that floor, which is not
    /// reached. Null without positions or margin, and where margin is that of scenarios.
    /// </summary>
    private static decimal? MaxLeverage(AccountValuation valuation)
    {
        if (valuation is not { GrossNotional: > 0m, Equity: > 0m, MarginBalance: > 0m, HasPortfolio: false })
        {
            return null;
        }
        if (valuation.Frame.Universe.HasTerms)
        {
            return LargestFactor(valuation) * valuation.GrossNotional / valuation.Equity;
        }
        var floors = valuation.Positions
            .SelectMany(p => p.Position.Instrument.Margin.Tiers, (p, tier) => (p.Notional, tier.FloorNotional))
            .Where(f => f.Notional > 0m && f.FloorNotional > 0m && f.FloorNotional / FactorMax < f.Notional)
            .Select(f => f.FloorNotional / f.Notional).Distinct().Order();
        var low = 0m;
        foreach (var high in floors.Append(FactorMax))
        {
            var factor = valuation.MarginBalance / InitialPerFactor(valuation, low + (high - low) / 2m);
            if (factor < high)
            {
                return Math.Max(factor, low) * valuation.GrossNotional / valuation.Equity;
            }
            low = high;
        }
        return low * valuation.GrossNotional / valuation.Equity;
    }

    /// <summary>
    /// The same by the terms of a venue: initial margin rises with the factor, which is halved down to 12 digits; 0
    /// where what is asked for the least position is not there.
    /// </summary>
    private static decimal LargestFactor(AccountValuation valuation)
    {
        decimal Initial(decimal factor) => valuation.Positions.Sum(p => p.Position.Instrument.InitialMargin(
            p.Notional * factor, Math.Abs(p.Position.Quantity.Value) * factor, null,
            valuation.Frame.OpenInterestUsd(p.Position.Instrument), AccountValuation.UsdQuantum));
        var (holds, fails) = (0m, 1m);
        while (fails < FactorMax && Initial(fails) <= valuation.InitialBalance)
        {
            (holds, fails) = (fails, fails * 2m);
        }
        for (var i = 0; i < 64 && fails - holds > fails * 0.000000000001m; i++)
        {
            var middle = (holds + fails) / 2m;
            (holds, fails) = Initial(middle) <= valuation.InitialBalance ? (middle, fails) : (holds, middle);
        }
        return holds;
    }

    /// <summary>Initial margin of all positions per factor, in the brackets they have at a factor.</summary>
    private static decimal InitialPerFactor(AccountValuation valuation, decimal factor)
    {
        var sum = 0m;
        foreach (var value in valuation.Positions)
        {
            var instrument = value.Position.Instrument;
            sum += value.Notional / instrument.Margin.MaxLeverage(
                value.Notional * factor, valuation.Frame.OpenInterestUsd(instrument));
        }
        return sum;
    }

    private static PositionLeverage Of(PositionValuation value, AccountValuation valuation, SolvedPortfolios? solved)
    {
        var position = value.Position;
        var equity = value.IsIsolated ? value.IsolatedEquity : valuation.Equity;
        var cash = value.IsIsolated ? position.IsolatedMargin * value.SettlementPrice : Cash(valuation);
        var liquidation = solved is not null && solved.Prices.TryGetValue(position.Instrument.Id, out var by)
            ? by
            : LiquidationSolver.LiquidationPrice(valuation, position);
        decimal? distance = liquidation.Shown is { } price ? price / value.Mark - 1m : null;
        var sigma = valuation.Frame.DailyVolatility?[position.Instrument.MarkFeed.Index] ?? 0.0;
        return new PositionLeverage
        {
            Position = position,
            MarkPrice = value.Mark,
            Notional = value.Notional,
            UnrealisedProfit = value.UnrealisedProfit,
            AccruedFunding = value.AccruedFunding,
            InitialMargin = value.InitialMargin,
            MaintenanceMargin = value.MaintenanceMargin,
            EquityLeverage = equity > 0m ? value.Notional / equity : null,
            CashLeverage = cash > 0m ? value.Notional / cash : null,
            MaxLeverage = position.Instrument.MaxLeverage(value.Notional, position.Quantity.Abs.Value,
                valuation.Frame.OpenInterestUsd(position.Instrument)),
            LiquidationPrice = liquidation,
            BankruptcyPrice = LiquidationSolver.BankruptcyPrice(valuation, position),
            DistanceToLiquidation = distance,
            DistanceSigmas = distance is { } d && sigma > 0.0 ? Math.Log(1.0 + (double)d) / sigma : null,
        };
    }

    /// <summary>
    /// Elasticity of equity to each feed: Σ of what moves with the feed / equity. An inverse position moves with its
    /// coin's price through its profit, and against its mark through its value.
    /// </summary>
    private static LeverageFactor[] Factors(AccountValuation valuation)
    {
        var deltas = new SortedDictionary<int, decimal>();
        void Add(Feed? feed, decimal value)
        {
            if (feed is not null && value != 0m)
            {
                deltas[feed.Index] = deltas.GetValueOrDefault(feed.Index) + value;
            }
        }
        foreach (var balance in valuation.Account.Balances)
        {
            Add(balance.Asset.PriceFeed, balance.Amount * valuation.Frame.UsdPrice(balance.Asset)!.Value);
        }
        foreach (var value in valuation.Positions)
        {
            Add(value.Position.Instrument.MarkFeed, value.SignedNotional);
            Add(value.Position.Instrument.Settlement.PriceFeed, value.UnrealisedProfit + value.AccruedFunding
                + (value.IsIsolated ? value.Position.IsolatedMargin * value.SettlementPrice : 0m));
        }
        return deltas.Select(d => new LeverageFactor(valuation.Frame.Universe.Feeds[d.Key].Id,
            d.Value / valuation.Equity)).ToArray();
    }
}
