using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Portfolios;

/// <summary>
/// Where an account that margins by scenarios is liquidated, by valuing all it holds anew, margin and options included,
/// as a price moves: of an underlying its own price and all that follows it by one factor, of any other position its
/// feed alone. Prices are met within 1e-7 of themselves or a tick of an option's mark, whichever is more; see
/// <see cref="LineSearch"/> for what is looked for.
/// </summary>
public static class PortfolioLines
{
    /// <summary>A move that says who gains and who loses by it.</summary>
    private const double SmallMove = 0.01;

    /// <summary>Null where margin is not that of scenarios, or a price is missing.</summary>
    public static SolvedPortfolios? Solve(AccountValuation valuation)
    {
        if (!valuation.IsKnown || !valuation.HasPortfolio)
        {
            return null;
        }
        var solver = new Solver(valuation);
        var lines = valuation.Portfolios.Select(solver.Underlying).ToArray();
        var prices = new Dictionary<InstrumentId, SolvedPrice>();
        foreach (var value in valuation.Positions)
        {
            var instrument = value.Position.Instrument;
            if (value.IsIsolated || value.Position.Quantity.IsZero || instrument.Option is not null)
            {
                continue;
            }
            var feed = instrument.MarkFeed;
            var followed = Array.Find(lines, line => line.Feeds.Contains(feed.Index));
            prices[instrument.Id] = followed is { } line
                ? Scaled(value.Position.Quantity.IsLong ? line.Below : line.Above, value.Mark / line.Price)
                : solver.Line([feed.Index], value.Mark, falls: value.Position.Quantity.IsLong);
        }
        return new SolvedPortfolios(lines, prices);
    }

    private static SolvedPrice Scaled(SolvedPrice price, decimal factor) =>
        price.Shown is { } value ? SolvedPrice.At(value * factor) : price;

    private sealed class Solver
    {
        private readonly AccountValuation _valuation;
        private readonly FrameMove _move;

        public Solver(AccountValuation valuation)
        {
            _valuation = valuation;
            _move = new FrameMove(valuation.Frame, [.. valuation.Account.Positions.Where(p => !p.Quantity.IsZero)
                .Select(p => p.Instrument)]);
        }

        public PortfolioLine Underlying(PortfolioValuation portfolio)
        {
            var frame = _valuation.Frame;
            var underlying = portfolio.Terms.Underlying;
            var feeds = FrameMove.FeedsOf(frame.Universe, underlying);
            var own = frame.Universe.Asset(underlying)!.PriceFeed!;
            var price = frame[own].Price!.Value.Value;
            return new PortfolioLine(underlying, own.Id, price, feeds)
            {
                Below = Line(feeds, price, falls: true),
                Above = Line(feeds, price, falls: false),
                LosesBelow = Losing(feeds, 1.0 - SmallMove),
                LosesAbove = Losing(feeds, 1.0 + SmallMove),
            };
        }

        public SolvedPrice Line(IReadOnlyList<int> feeds, decimal price, bool falls)
        {
            if (Surplus(_valuation) < 0.0)
            {
                return SolvedPrice.None(SolvedReason.PastLine);
            }
            // a frame moved by nothing differs by how scenarios round the volatility of published marks
            var factor = LineSearch.Nearest(at => Surplus(feeds, at), Surplus(_valuation), falls);
            return factor is { } met
                ? SolvedPrice.At(decimal.Round(price * (decimal)met, Decimals.ScaleMax))
                : SolvedPrice.None(SolvedReason.NotWithinRange);
        }

        /// <summary>Notional at the mark, USD, of cross positions that lose by a move.</summary>
        private decimal Losing(IReadOnlyList<int> feeds, double factor)
        {
            if (_move.At(feeds, factor) is not { } moved
                || AccountValuation.Of(_valuation.Account, moved) is not { IsKnown: true } after)
            {
                return 0m;
            }
            var sum = 0m;
            for (var i = 0; i < after.Positions.Count; i++)
            {
                var (now, then) = (_valuation.Positions[i], after.Positions[i]);
                sum += !now.IsIsolated && then.UnrealisedProfit < now.UnrealisedProfit ? now.Notional : 0m;
            }
            return sum;
        }

        private double? Surplus(IReadOnlyList<int> feeds, double factor)
        {
            try
            {
                return _move.At(feeds, factor) is { } moved
                    && AccountValuation.Of(_valuation.Account, moved) is { IsKnown: true } after
                    ? Surplus(after)
                    : null;
            }
            catch (OverflowException)
            {
                // beyond what decimals hold nothing is said
                return null;
            }
            catch (Domain.Scenarios.ScenarioException)
            {
                return null;
            }
        }

        private static double Surplus(AccountValuation valuation) =>
            (double)(valuation.CrossMarginBalance - valuation.CrossMaintenanceMargin);
    }
}
