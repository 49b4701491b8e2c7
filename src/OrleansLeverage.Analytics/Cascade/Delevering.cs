namespace OrleansLeverage.Analytics.Cascade;

/// <summary>
/// An institution that sells when its leverage passes <see cref="LeverageMax"/>, down to <see cref="LeverageTarget"/>.
/// Both equal to its leverage now is leverage targeting: every loss is answered, and every gain.
/// </summary>
/// <param name="Holdings">Per asset, currency at the prices before the shock; none negative.</param>
public sealed record Delevering(
    IReadOnlyList<double> Holdings, double Equity, double LeverageMax, double LeverageTarget)
{
    /// <summary>Leverage targeting as a special case of the threshold rule.</summary>
    public static Delevering Targeting(IReadOnlyList<double> holdings, double equity) =>
        new(holdings, equity, holdings.Sum() / equity, holdings.Sum() / equity);

    public bool IsTargeting => LeverageMax == LeverageTarget && LeverageMax == Holdings.Sum() / Equity;
}

/// <summary>On which holdings sales are spread and losses are counted.</summary>
public enum SaleBooking
{
    /// <summary>
    /// On the holdings before the shock, as in <see cref="FireSale"/>: first order in the shock, nothing shrinks.
    /// </summary>
    Initial,

    /// <summary>
    /// On what is left of them at the prices of the round; what is sold is paid the average of the prices before and
    /// after.
    /// </summary>
    Remaining,
}

/// <summary>An asset of the market that institutions sell into.</summary>
/// <param name="Depth">Currency that would move the price by its whole value; null for what cannot be sold.</param>
public readonly record struct SaleMarket(double? Depth, ImpactLaw Law);

/// <summary>One round: who sold how much, and what it did to prices.</summary>
public sealed record DeleveringRound(
    IReadOnlyList<double> SalesByInstitution, IReadOnlyList<double> SalesByAsset, IReadOnlyList<double> Returns,
    IReadOnlyList<double> Losses)
{
    public double Volume => SalesByInstitution.Sum(Math.Abs);
}

/// <param name="Losses">Of all rounds, without the shock itself, per institution.</param>
/// <param name="Insolvent">Institutions without equity at the end.</param>
/// <param name="Vulnerability">Σ losses / Σ equity before the shock.</param>
/// <param name="IsSettled">False where the last round allowed still sold.</param>
public sealed record DeleveringOutcome(
    IReadOnlyList<DeleveringRound> Rounds, IReadOnlyList<double> Losses, IReadOnlyList<double> Prices,
    IReadOnlyList<int> Insolvent, double Vulnerability, bool IsSettled);

/// <summary>
/// Threshold delevering in rounds (Cont and Schaanning 2017, quant reference §22): who is within its constraint sells
/// nothing, so volume is convex in the shock and there is a critical shock below which nothing happens.
/// <code>
/// sells  S = assets − target·equity where assets / equity &gt; max (all that can be sold where equity ≤ 0)
/// </code>
/// spread over what can be sold in proportion to holdings. All of a round act on the same prices.
/// </summary>
public sealed class DeleveringModel
{
    private readonly Delevering[] _institutions;
    private readonly SaleMarket[] _markets;
    private readonly SaleBooking _booking;

    public DeleveringModel(
        IReadOnlyList<Delevering> institutions, IReadOnlyList<SaleMarket> markets, SaleBooking booking)
    {
        (_institutions, _markets, _booking) = ([.. institutions], [.. markets], booking);
        foreach (var one in _institutions)
        {
            if (one.Holdings.Count != _markets.Length || one.Holdings.Any(h => !(h >= 0.0)) || !(one.Equity > 0.0)
                || !(one.LeverageTarget > 0.0) || !(one.LeverageMax >= one.LeverageTarget))
            {
                throw new ArgumentException($"holdings {string.Join(' ', one.Holdings)}, equity {one.Equity}, leverage "
                    + $"{one.LeverageTarget} of at most {one.LeverageMax} is no institution", nameof(institutions));
            }
        }
        if (Array.Exists(_markets, m => m.Depth is { } depth && !(depth > 0.0)))
        {
            throw new ArgumentException("a depth is above 0, or null for what cannot be sold", nameof(markets));
        }
    }

    /// <param name="shock">Return of each asset, negative is a fall, above −1.</param>
    public DeleveringOutcome Run(IReadOnlyList<double> shock, int roundsMax)
    {
        if (shock.Count != _markets.Length || shock.Any(f => !(f > -1.0)))
        {
            throw new ArgumentException($"{shock.Count} returns above -1 for {_markets.Length} assets", nameof(shock));
        }
        var state = new State(_institutions, shock);
        var rounds = new List<DeleveringRound>();
        while (rounds.Count < roundsMax && Round(state) is { } round)
        {
            rounds.Add(round);
        }
        var settled = rounds.Count < roundsMax || !Plans(state).Any(s => s != 0.0);
        return new DeleveringOutcome(rounds, state.Losses, state.Prices,
            [.. Enumerable.Range(0, _institutions.Length).Where(n => state.Equity[n] <= 0.0)],
            state.Losses.Sum() / _institutions.Sum(i => i.Equity), settled);
    }

    /// <summary>Null where nobody sells.</summary>
    private DeleveringRound? Round(State state)
    {
        var plans = Plans(state).ToArray();
        if (Array.TrueForAll(plans, s => s == 0.0))
        {
            return null;
        }
        var spread = plans.Select((amount, n) => Spread(amount, n, state)).ToArray();
        var sold = new double[_markets.Length];
        var returns = new double[_markets.Length];
        for (var k = 0; k < sold.Length; k++)
        {
            foreach (var row in spread)
            {
                sold[k] += row[k];
            }
            if (_markets[k].Depth is { } depth && sold[k] != 0.0)
            {
                var before = _markets[k].Law.Fall(state.Pressure[k]);
                state.Pressure[k] += sold[k] / depth;
                returns[k] = _booking == SaleBooking.Initial
                    ? before - _markets[k].Law.Fall(state.Pressure[k])
                    : (1.0 - _markets[k].Law.Fall(state.Pressure[k])) / (1.0 - before) - 1.0;
            }
        }
        var losses = new double[plans.Length];
        for (var n = 0; n < plans.Length; n++)
        {
            losses[n] = Book(state, n, spread[n], returns);
        }
        for (var k = 0; k < returns.Length; k++)
        {
            state.Prices[k] *= 1.0 + returns[k];
        }
        return new DeleveringRound(plans, sold, returns, losses);
    }

    private double Book(State state, int n, double[] sold, double[] returns)
    {
        var loss = 0.0;
        for (var k = 0; k < returns.Length; k++)
        {
            if (_booking == SaleBooking.Initial)
            {
                loss -= _institutions[n].Holdings[k] * returns[k];
                state.Holdings[n][k] += _institutions[n].Holdings[k] * returns[k];
                continue;
            }
            var left = state.Holdings[n][k] - sold[k];
            loss -= (left + sold[k] / 2.0) * returns[k];
            state.Holdings[n][k] = left * (1.0 + returns[k]);
        }
        state.Equity[n] -= loss;
        state.Losses[n] += loss;
        return loss;
    }

    private IEnumerable<double> Plans(State state)
    {
        for (var n = 0; n < _institutions.Length; n++)
        {
            var (one, assets, equity) = (_institutions[n], state.Holdings[n].Sum(), state.Equity[n]);
            var sellable = 0.0;
            for (var k = 0; k < _markets.Length; k++)
            {
                sellable += _markets[k].Depth is null ? 0.0 : state.Holdings[n][k];
            }
            yield return equity <= 0.0 ? sellable
                : one.IsTargeting || assets > one.LeverageMax * equity
                    ? Math.Min(sellable, assets - one.LeverageTarget * equity)
                : 0.0;
        }
    }

    /// <summary>An amount over the assets that can be sold, in proportion to what is held of them.</summary>
    private double[] Spread(double amount, int n, State state)
    {
        var row = new double[_markets.Length];
        IReadOnlyList<double> holdings = _booking == SaleBooking.Initial ? _institutions[n].Holdings
            : state.Holdings[n];
        var total = 0.0;
        for (var k = 0; k < row.Length; k++)
        {
            total += _markets[k].Depth is null ? 0.0 : holdings[k];
        }
        for (var k = 0; k < row.Length && amount != 0.0 && total > 0.0; k++)
        {
            row[k] = _markets[k].Depth is null ? 0.0 : amount * holdings[k] / total;
        }
        return row;
    }

    private sealed class State
    {
        public State(Delevering[] institutions, IReadOnlyList<double> shock)
        {
            Holdings = [.. institutions.Select(i => i.Holdings.Select((h, k) => h * (1.0 + shock[k])).ToArray())];
            Equity = [.. institutions.Select(i => i.Equity + i.Holdings.Select((h, k) => h * shock[k]).Sum())];
            Losses = new double[institutions.Length];
            Prices = [.. shock.Select(f => 1.0 + f)];
            Pressure = new double[shock.Count];
        }

        public double[][] Holdings { get; }

        public double[] Equity { get; }

        public double[] Losses { get; }

        /// <summary>Relative to the prices before the shock.</summary>
        public double[] Prices { get; }

        public double[] Pressure { get; }
    }
}
