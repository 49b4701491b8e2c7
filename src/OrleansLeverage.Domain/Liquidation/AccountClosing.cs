namespace OrleansLeverage.Domain;

/// <summary>One account being closed, step by step, on a copy.</summary>
internal sealed class AccountClosing
{
    private readonly PriceFrame _frame;
    private readonly LiquidationRules _rules;
    private readonly ClosingMarket? _market;
    private readonly List<LiquidationStep> _steps = [];
    private Account _account;
    private AccountValuation _valuation;
    private bool _bounded;
    private bool _refused;

    public AccountClosing(AccountValuation valuation, LiquidationRules rules, ClosingMarket? market)
    {
        rules.Check();
        (_frame, _rules, _market) = (valuation.Frame, rules, market);
        _account = valuation.Account.Copy();
        foreach (var order in valuation.Account.Reservations)
        {
            _account.Apply(new OrderReleased(order.Order));
        }
        _valuation = AccountValuation.Of(_account, _frame);
    }

    public LiquidationPlan ToPlan()
    {
        decimal Usd(Func<LiquidationStep, decimal> amount, Func<decimal, decimal, decimal> round) => _steps.Sum(step =>
            round(amount(step) * _frame.UsdPrice(step.Instrument.Settlement)!.Value, AccountValuation.UsdQuantum));
        return new LiquidationPlan
        {
            Status = _refused ? LiquidationStatus.Refused
                : _bounded ? LiquidationStatus.Bounded
                : LiquidationStatus.Resolved,
            Steps = _steps,
            After = _account,
            Valuation = _valuation,
            FeesUsd = Usd(step => step.Fee, Decimals.FloorTo),
            ClaimsUsd = Usd(step => step.Claim, Decimals.CeilingTo),
        };
    }

    /// <summary>Closes of one bucket's positions what the rules ask for, in their order.</summary>
    public void Close(IEnumerable<PositionValuation> positions)
    {
        var held = LiquidationQueue.Sorted(positions.Where(p => p.Notional > 0m), _rules.Order);
        var (resolved, bounded) = (false, false);
        foreach (var position in held)
        {
            var (instrument, isIsolated) = (position.Position.Instrument, position.IsIsolated);
            var bucket = MarginBucket.Of(_valuation, instrument, isIsolated);
            if (resolved)
            {
                return;
            }
            var isTakenOver = bucket.Equity <= 0m || bucket.IsBelowShare(_rules.BackstopShare);
            var scope = isTakenOver ? LiquidationScope.Bucket : _rules.Scope;
            var pricing = isTakenOver && bucket.Equity > 0m ? LiquidationPricing.Bankruptcy : _rules.Pricing;
            var (attempt, reached, isWhole) = Best(position, scope, pricing);
            _steps.Add(attempt.Step);
            if (attempt.Account is not { } account)
            {
                _refused = true;
                continue;
            }
            (_account, _valuation) = (account, attempt.Valuation!);
            resolved = reached && scope != LiquidationScope.Bucket;
            bounded |= !isWhole && !reached;
        }
        _bounded |= bounded && !resolved;
    }

    /// <summary>
    /// The close of one position, whether it brought the bucket to the target, and whether it is whole.
    /// </summary>
    private (ClosingAttempt Attempt, bool Reached, bool IsWhole) Best(in PositionValuation position,
        LiquidationScope scope, LiquidationPricing pricing)
    {
        var size = new ClosingSize(position, _rules, _frame.Universe.Rules.NotionalMax);
        var most = scope == LiquidationScope.ToTarget ? size.LotsMax : size.Lots;
        var all = Try(position, size.Quantity(most), pricing);
        if (scope != LiquidationScope.ToTarget || all.Account is null)
        {
            return (all, Reaches(all), most == size.Lots);
        }
        var fewest = Fewest(position, size, pricing, all);
        // closing a part must help by itself; where it costs more than it frees, or the fund, the whole goes
        if (fewest.Lots < size.Lots && size.IsClosable(size.Lots) && (fewest.Attempt.Step.Claim > 0m
            || fewest.Attempt.Step.After.CompareRisk(fewest.Attempt.Step.Before) >= 0))
        {
            fewest = (Try(position, size.Quantity(size.Lots), pricing), size.Lots);
        }
        return (fewest.Attempt, Reaches(fewest.Attempt), fewest.Lots == size.Lots);
    }

    /// <summary>
    /// The fewest lots within the bounds that reach the target, or the most that may go where none do. Between two
    /// bracket edges the surplus over the target is a straight line but for roundings, so the line's root is tried
    /// first and halving only guards it.
    /// </summary>
    private (ClosingAttempt Attempt, decimal Lots) Fewest(PositionValuation position, ClosingSize size,
        LiquidationPricing pricing, ClosingAttempt all)
    {
        var (low, lowSurplus) = (0m, Surplus(MarginBucket.Of(_valuation, position.Position.Instrument,
            position.IsIsolated)));
        foreach (var edge in size.Edges())
        {
            var attempt = edge == size.LotsMax ? all : Try(position, size.Quantity(edge), pricing);
            if (!Reaches(attempt))
            {
                (low, lowSurplus) = (edge, Surplus(attempt.Step.After));
                continue;
            }
            var (high, best) = (edge, attempt);
            for (var halve = false; high - low > 1m; halve = !halve)
            {
                var middle = halve ? decimal.Floor((low + high) / 2m)
                    : Root(low, lowSurplus, high, Surplus(best.Step.After));
                var tried = Try(position, size.Quantity(middle), pricing);
                if (Reaches(tried))
                {
                    (high, best) = (middle, tried);
                    // the line's root is rounded up: one lot less is what shows that it is the fewest
                    if (high - low > 1m)
                    {
                        var less = Try(position, size.Quantity(high - 1m), pricing);
                        if (!Reaches(less))
                        {
                            break;
                        }
                        (high, best) = (high - 1m, less);
                    }
                }
                else
                {
                    (low, lowSurplus) = (middle, Surplus(tried.Step.After));
                }
            }
            var lots = size.Bounded(high);
            return (lots == high ? best : Try(position, size.Quantity(lots), pricing), lots);
        }
        return (all, size.LotsMax);
    }

    private static decimal Root(decimal low, decimal lowSurplus, decimal high, decimal highSurplus)
    {
        var rise = highSurplus - lowSurplus;
        var root = rise > 0m ? decimal.Ceiling(low - lowSurplus / rise * (high - low)) : high - 1m;
        return Math.Clamp(root, low + 1m, high - 1m);
    }

    /// <summary>Target·margin balance − maintenance: what the search follows; the decision is exact.</summary>
    private decimal Surplus(MarginBucket bucket) => _rules.TargetRatio * bucket.MarginBalance - bucket.Maintenance;

    private bool Reaches(ClosingAttempt attempt) =>
        attempt.Account is not null && attempt.Step.After.IsWithin(_rules.TargetRatio);

    private ClosingAttempt Try(in PositionValuation position, Quantity close, LiquidationPricing pricing) =>
        ClosingAttempt.Of(_account, _valuation, position, close, _rules, pricing, _market);
}
