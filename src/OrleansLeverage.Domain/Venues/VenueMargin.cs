namespace OrleansLeverage.Domain.Venues;

/// <summary>
/// An account under the rules of a venue, whatever they ask for: the answer for rules that the live grid does not
/// apply, and for instants of the past. Exact but for divisions; prices are found to 24 digits.
/// <code>
/// balance      Σ deposits at their weight − debts at theirs + profit that counts − loss
/// margin       Σ of the schedules, see <see cref="ScheduleTerms"/>
/// liquidation  balance &lt; margin, per bucket: the cross account, each isolated position
/// </code>
/// </summary>
public static class VenueMargin
{
    /// <exception cref="RuleException">A market or asset that the rules do not name, a setting they do not
    /// allow.</exception>
    public static VenueState Of(RuleFile rules, VenueAccount account)
    {
        var venue = rules.Venue ?? throw new RuleException(RuleFileStatus.UnknownVenue,
            $"rules {rules.Rules.Name} name no venue");
        Check(venue, account);
        var buckets = Buckets(venue, account).Select(bucket => Of(venue, bucket)).ToArray();
        var (equity, gross) = (buckets.Sum(b => b.Equity), account.Positions.Sum(p => p.NotionalOf(p.Contracts)));
        return new VenueState
        {
            Equity = equity,
            InitialBalance = buckets.Sum(b => b.InitialBalance),
            MarginBalance = buckets.Sum(b => b.Balance),
            InitialMargin = buckets.Sum(b => b.Initial),
            MaintenanceMargin = buckets.Sum(b => b.Maintenance),
            FreeCollateral = buckets[0].InitialBalance - buckets[0].Initial,
            GrossNotional = gross,
            Leverage = MarginForms.Leverage(gross, equity),
            MarginRatio = Ratio(buckets),
            IsLiquidatable = buckets.Any(b => b.Fails),
            Positions = [.. account.Positions.Select(p => Of(venue, account, p))],
        };
    }

    /// <summary>What a bucket has above its maintenance margin.</summary>
    internal static decimal Surplus(VenueTerms venue, VenueAccount bucket)
    {
        var sums = Of(venue, bucket);
        return sums.Balance - sums.Maintenance;
    }

    internal static decimal Equity(VenueAccount bucket) => bucket.Balances.Sum(b => b.Amount * b.Price)
        + bucket.Positions.Sum(p => p.Gain + (p.IsIsolated ? p.IsolatedMargin * p.SettlementPrice : 0m));

    private static VenuePositionState Of(VenueTerms venue, VenueAccount account, VenuePosition position)
    {
        var bucket = IsIsolated(venue, position) ? Alone(position) : Buckets(venue, account).First();
        return new VenuePositionState(position, position.NotionalOf(position.Contracts), position.Gain,
            Initial(venue, position), Maintenance(venue, position),
            VenuePrice.Solve(bucket, position, at => Surplus(venue, at), Edges(venue, bucket, position)),
            VenuePrice.Solve(bucket, position, Equity, []));
    }

    /// <summary>Prices at which a rate on the whole notional changes: a bucket may fail there and not beyond.</summary>
    private static decimal[] Edges(VenueTerms venue, VenueAccount bucket, VenuePosition moved) =>
    [
        .. bucket.Positions.Where(p => p.Market == moved.Market && p.Style == ContractStyle.Linear)
            .SelectMany(p => Schedule(venue, p).EdgesOf(p.NotionalOf(p.Contracts) / p.Mark)),
    ];

    /// <summary>The cross bucket first, then the isolated positions.</summary>
    private static IEnumerable<VenueAccount> Buckets(VenueTerms venue, VenueAccount account)
    {
        yield return account with { Positions = [.. account.Positions.Where(p => !IsIsolated(venue, p))] };
        foreach (var position in account.Positions.Where(p => IsIsolated(venue, p)))
        {
            yield return Alone(position);
        }
    }

    private static VenueAccount Alone(VenuePosition position) => new([], [position with { IsIsolated = true }]);

    private static bool IsIsolated(VenueTerms venue, VenuePosition position) =>
        position.IsIsolated || venue.Isolation == IsolationTerms.Only;

    private static Sums Of(VenueTerms venue, VenueAccount bucket)
    {
        var sums = new Sums { Equity = Equity(bucket) };
        foreach (var balance in bucket.Balances)
        {
            var terms = venue.Collateral[balance.Asset];
            sums.InitialBalance += terms.Counted(balance.Amount, balance.Price, true, balance.VenueDeposits);
            sums.Balance += terms.Counted(balance.Amount, balance.Price, false);
        }
        foreach (var position in bucket.Positions)
        {
            var margin = position.IsIsolated ? position.IsolatedMargin * position.SettlementPrice : 0m;
            sums.InitialBalance += margin + venue.Profit.Counted(position.Gain, isInitial: true);
            sums.Balance += margin + venue.Profit.Counted(position.Gain, isInitial: false);
            sums.Initial += Initial(venue, position);
            sums.Maintenance += Maintenance(venue, position);
        }
        return sums;
    }

    private static decimal Initial(VenueTerms venue, VenuePosition position)
    {
        var held = position.Signed;
        var worst = Math.Max(Math.Abs(held + position.OpenBuys), Math.Abs(held - position.OpenSells));
        return Schedule(venue, position).Initial(
            position.NotionalOf(worst), worst, position.Leverage, position.OpenInterest)
            + venue.OrderReserve * position.OpenOrders;
    }

    private static decimal Maintenance(VenueTerms venue, VenuePosition position) =>
        Schedule(venue, position).Maintenance(venue.IsolatedAtEntry && IsIsolated(venue, position)
            ? position.EntryNotional
            : position.NotionalOf(position.Contracts), position.Contracts);

    private static ScheduleTerms Schedule(VenueTerms venue, VenuePosition position) =>
        venue.Schedules[venue.Markets[position.Market]];

    private static decimal? Ratio(IEnumerable<Sums> buckets)
    {
        decimal? worst = 0m;
        foreach (var bucket in buckets.Where(b => b.Maintenance > 0m))
        {
            decimal? ratio = bucket.Balance > 0m ? bucket.Maintenance / bucket.Balance : null;
            worst = worst is null || ratio is null ? null : Math.Max(worst.Value, ratio.Value);
        }
        return worst;
    }

    private static void Check(VenueTerms venue, VenueAccount account)
    {
        foreach (var balance in account.Balances)
        {
            Require(venue.Collateral.ContainsKey(balance.Asset), RuleFileStatus.Unresolved,
                $"{venue.Id} takes no {balance.Asset} as collateral");
            Require(balance.Price > 0m, RuleFileStatus.OutOfRange, $"{balance.Asset} costs {balance.Price}");
        }
        foreach (var position in account.Positions)
        {
            Require(venue.Markets.ContainsKey(position.Market), RuleFileStatus.UnknownMarket,
                $"{venue.Id} has no market {position.Market}");
            Require(position is { Side: 1 or -1, Contracts: > 0m, Entry: > 0m, Mark: > 0m, SettlementPrice: > 0m },
                RuleFileStatus.OutOfRange, $"{position.Market}: side, contracts or a price is out of range");
            Require(!position.IsIsolated || venue.Isolation != IsolationTerms.None, RuleFileStatus.OutOfRange,
                $"{venue.Id} isolates no positions");
            Require(position.Leverage is null || (venue.CustomLeverage && position.Leverage > 0m),
                RuleFileStatus.OutOfRange, $"{venue.Id} takes no leverage setting of {position.Leverage}");
        }
    }

    private static void Require(bool condition, RuleFileStatus status, string message)
    {
        if (!condition)
        {
            throw new RuleException(status, message);
        }
    }

    private struct Sums
    {
        public decimal Equity;
        public decimal InitialBalance;
        public decimal Balance;
        public decimal Initial;
        public decimal Maintenance;

        public readonly bool Fails => Maintenance > 0m && Balance < Maintenance;
    }
}
