namespace OrleansLeverage.Analytics.Cascade;

/// <summary>One round: everybody below the line at one set of marks is sold, and what that leaves unpaid is paid.
/// </summary>
public sealed partial class CascadeSimulator
{
    private void Round(int tick, int round, List<int> below)
    {
        double[] marks = [.. _prices.Marks];
        var opening = _books.Open();
        var shares = new double[below.Count];
        var owed = 0.0;
        for (var i = 0; i < shares.Length; i++)
        {
            (shares[i], var shortfall) = Slice(below[i], marks);
            owed += shortfall;
            _triggers.Add(new CascadeTrigger(tick, round, below[i], shares[i]));
            _liquidated.Add(below[i]);
        }
        _run.Liquidations += below.Count;
        if (_settings.Deleveraging == DeleveragingStyle.Contracts && owed > _books.Fund)
        {
            TakeOver(below, shares, marks);
        }
        var execution = SellAll(below, shares);
        var deficit = 0.0;
        var coins = new double[execution.Length];
        for (var i = 0; i < shares.Length; i++)
        {
            deficit += Settle(tick, below[i], shares[i], execution, coins);
        }
        Pay(deficit, below);
        _books.Close(opening, _prices.Own);
        for (var feed = 0; feed < coins.Length; feed++)
        {
            // coins went at the price the round ended with; the next round meets what that did
            _prices.Sell(feed, coins[feed]);
        }
        _prices.Remark();
    }

    /// <summary>Share of the account to close, and what it would owe if closed at the own prices.</summary>
    private (double Share, double Shortfall) Slice(int bucket, double[] marks)
    {
        var (equity, balance, maintenance) = _state.Value(bucket, marks);
        var (from, to) = _state.Positions(bucket);
        var (cost, gross) = (0.0, 0.0);
        for (var i = from; i < to; i++)
        {
            var (mark, own) = (marks[_state.MarkFeed[i]], _prices.Own[_state.MarkFeed[i]]);
            var notional = _state.Notional(i, own);
            cost += _state.Units[i] * (mark - own) + _settings.FeeRate * notional;
            gross += notional;
        }
        var shortfall = Math.Max(0.0, cost - equity);
        if (_settings.Liquidation == LiquidationStyle.Whole || equity <= 0.0)
        {
            return (1.0, shortfall);
        }
        var share = Math.Max(_settings.SliceMin,
            LiquidationSlice.Share(balance, maintenance, cost, _settings.TargetRatio));
        return (gross * (1.0 - share) < _settings.NotionalMin ? 1.0 : share, shortfall);
    }

    /// <summary>All of the round in one sale per feed; average prices by feed.</summary>
    private double[] SellAll(List<int> below, double[] shares)
    {
        var sold = new double[_settings.Markets.Count];
        for (var i = 0; i < shares.Length; i++)
        {
            var (from, to) = _state.Positions(below[i]);
            for (var position = from; position < to; position++)
            {
                sold[_state.MarkFeed[position]] += shares[i] * _state.Units[position];
            }
        }
        return [.. sold.Select((units, feed) => _prices.Sell(feed, units))];
    }

    /// <summary>Closes a share at the execution prices; returns what a closed account owes.</summary>
    private double Settle(int tick, int bucket, double share, double[] execution, double[] coins)
    {
        var before = _state.FixedCash(bucket);
        _books.UnitsBefore(bucket);
        var (from, to) = _state.Positions(bucket);
        for (var i = from; i < to; i++)
        {
            var feed = _state.MarkFeed[i];
            var price = execution[feed];
            var fee = _settings.FeeRate * share * _state.Notional(i, price);
            Close(bucket, i, share, price);
            _state.Cash[bucket] -= fee;
            _books.Fund += fee;
            _books.Fees += fee;
        }
        var owes = 0.0;
        if (share >= 1.0)
        {
            _state.IsOpen[bucket] = false;
            SellForDebt(bucket, coins);
            if (_state.Cash[bucket] < 0.0)
            {
                owes = -_state.Cash[bucket];
                _state.Cash[bucket] = 0.0;
                _run.Bankruptcies++;
            }
            if (_settings.ReentryTicks is { } wait)
            {
                (_returning.TryGetValue(tick + wait, out var list) ? list : _returning[tick + wait] = []).Add(bucket);
            }
        }
        else
        {
            Part(bucket).Touch(bucket);
        }
        _books.UnitsAfter(bucket);
        _books.Changed(bucket, before);
        return owes;
    }

    /// <summary>Closes a share of a position against the book.</summary>
    private void Close(int bucket, int position, double share, double price)
    {
        var units = share >= 1.0 ? _state.Units[position] : share * _state.Units[position];
        var cost = share >= 1.0 ? _state.Costs[position] : share * _state.Costs[position];
        _state.Cash[bucket] += units * price - cost;
        _state.Units[position] -= units;
        _state.Costs[position] -= cost;
        _books.Buy(_state.MarkFeed[position], units, price);
        _run.LongsSold += Math.Max(0.0, units * price);
        _run.ShortsBought += Math.Max(0.0, -units * price);
    }

    /// <summary>A closed account that owes sells coins, in their order, as many as it takes.</summary>
    private void SellForDebt(int bucket, double[] coins)
    {
        var (from, to) = _state.Collaterals(bucket);
        for (var i = from; i < to && _state.Cash[bucket] < 0.0; i++)
        {
            var feed = _state.CollateralFeed[i];
            if (_state.Collateral[i] <= 0.0)
            {
                continue;
            }
            var units = Math.Min(_state.Collateral[i], -_state.Cash[bucket] / _prices.Own[feed]);
            _state.Collateral[i] -= units;
            _state.Cash[bucket] += units * _prices.Own[feed];
            _books.Buy(feed, units, _prices.Own[feed]);
            coins[feed] += units;
        }
    }

    /// <summary>Fund first, then winners, then nobody.</summary>
    private void Pay(double deficit, List<int> below)
    {
        if (deficit <= 0.0)
        {
            return;
        }
        _run.Deficit += deficit;
        _run.TickDeficit += deficit;
        var paid = Math.Min(_books.Fund, deficit);
        _books.Fund -= paid;
        _books.FundPaid += paid;
        var left = deficit - paid;
        if (left > 0.0 && _settings.Deleveraging == DeleveragingStyle.Haircut)
        {
            left -= Haircut(left, below);
        }
        // a rule that takes more than was missing leaves the rest to the fund
        _books.Fund += Math.Max(0.0, -left);
        // the last digits of a sum are no overshoot
        _run.Overshoot += -left > 1e-12 * deficit ? -left : 0.0;
        _books.BadDebt += Math.Max(0.0, left);
    }

    private double Haircut(double missing, List<int> below)
    {
        var candidates = Winners(below);
        var seized = _settings.Rule(missing, candidates);
        var sum = 0.0;
        for (var i = 0; i < seized.Length; i++)
        {
            if (seized[i] == 0.0)
            {
                continue;
            }
            if (!(seized[i] > 0.0 && seized[i] <= candidates[i].Profit * (1.0 + 1e-12)))
            {
                throw new InvalidOperationException(
                    $"a rule takes {seized[i]} of a profit of {candidates[i].Profit}");
            }
            var bucket = candidates[i].Bucket;
            var before = _state.FixedCash(bucket);
            _state.Cash[bucket] -= seized[i];
            _books.Changed(bucket, before);
            Part(bucket).Touch(bucket);
            sum += seized[i];
            _run.Deleveraged++;
        }
        _run.DeleveragedAmount += sum;
        _run.TickDeleveraged += sum;
        return sum;
    }

    /// <summary>
    /// Open accounts with profit and equity at the marks that are not below the line, in their order.
    /// </summary>
    private List<DeficitCandidate> Winners(List<int> below)
    {
        var winners = new List<DeficitCandidate>();
        var next = 0;
        for (var bucket = 0; bucket < _state.Count; bucket++)
        {
            if (next < below.Count && below[next] == bucket)
            {
                next++;
                continue;
            }
            if (!_state.IsOpen[bucket])
            {
                continue;
            }
            var (from, to) = _state.Positions(bucket);
            var (profit, entry, gross) = (0.0, 0.0, 0.0);
            for (var i = from; i < to; i++)
            {
                var mark = _prices.Marks[_state.MarkFeed[i]];
                profit += _state.Units[i] * mark - _state.Costs[i];
                entry += Math.Abs(_state.Costs[i]);
                gross += _state.Notional(i, mark);
            }
            if (profit > 0.0 && _state.Value(bucket, _prices.Marks).Equity is > 0.0 and var equity)
            {
                winners.Add(new DeficitCandidate(bucket, profit,
                    entry > 0.0 ? profit / entry * (gross / equity) : 0.0));
            }
        }
        return winners;
    }
}
