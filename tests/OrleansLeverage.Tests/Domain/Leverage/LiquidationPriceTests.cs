using System.Text.Json;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Leverage;

public sealed class LiquidationPriceTests
{
    private const int ScanPoints = 20;

    /// <summary>
    /// Every solved price of random books is put back into the reference: the surplus there is nothing, it changes sign
    /// there, and a scan finds no nearer crossing. Where there is none, the scan finds none either.
    /// </summary>
    [Fact]
    public void EverySolvedPriceIsTheNearestCrossing()
    {
        const int Seed = 20_251_010;
        var random = new Random(Seed);
        var reasons = new Dictionary<(SolvedReason, bool), int>();
        for (var i = 0; i < 2_000; i++)
        {
            var frame = Books.RandomFrame(random);
            var account = Books.RandomAccount(random, frame, orders: random.Next(4) == 0);
            var valuation = AccountValuation.Of(account, frame);
            foreach (var position in account.Positions)
            {
                foreach (var bankruptcy in new[] { false, true })
                {
                    var solved = bankruptcy
                        ? LiquidationSolver.BankruptcyPrice(valuation, position)
                        : LiquidationSolver.LiquidationPrice(valuation, position);
                    new Check(account, frame, position, bankruptcy,
                        $"seed {Seed}, book {i}, {position.Instrument}").Of(solved);
                    reasons[(solved.Reason, bankruptcy)] = reasons.GetValueOrDefault((solved.Reason, bankruptcy)) + 1;
                }
            }
        }
        foreach (var reason in new[]
            { SolvedReason.Solved, SolvedReason.FullyCollateralised, SolvedReason.NeverReached,
                SolvedReason.NoSolution })
        {
            Assert.True(reasons.GetValueOrDefault((reason, false)) > 100,
                $"{reason}: {reasons.GetValueOrDefault((reason, false))}");
            Assert.True(reasons.GetValueOrDefault((reason, true)) > 100,
                $"bankruptcy {reason}: {reasons.GetValueOrDefault((reason, true))}");
        }
    }

    /// <summary>
    /// Long at 60,000 with 5 % of margin falls through two brackets on the way: the one at the solution counts.
    /// </summary>
    [Fact]
    public void TheBracketIsTheOneAtTheSolution()
    {
        // 20 BTC are 1.2 million, in the bracket of 0.65 %; 20·(P − 60,000) + 650,000 = 20·P·0.005 − 50 is in that of
        // 0.5 %
        var account = Books.Account().With("USD", 650_000m).Holding("BTC-USD-PERP", 20m, 60_000m);
        var price = LiquidationSolver.LiquidationPrice(AccountValuation.Of(account, Books.Frame()),
            account.Positions[0]).Value!.Value;
        Assert.InRange(20m * price, 50_000m, 599_999m);
        Assert.Equal(decimal.Round((20m * 60_000m - 650_000m - 50m) / (20m * 0.995m), 20), decimal.Round(price, 20));
    }

    /// <summary>
    /// A solution that lies exactly on the edge of two brackets is not lost between the roundings of both: quantities
    /// by which nothing divides evenly, an edge of each schedule, margins of both sides.
    /// </summary>
    [Fact]
    public void ASolutionOnTheEdgeOfTwoBracketsIsFound()
    {
        foreach (var (id, edge, margin, entry) in new[]
            { ("BTC-USD-PERP", 50_000m, 200m, 60_000m), ("SOL-USD-PERP", 20_000m, 580m, 150m) })
        {
            for (var lots = 7; lots < 4_000; lots += 13)
            {
                // at the notional of the edge exactly its maintenance margin is left of the balance
                var quantity = lots * Books.Instrument(id).LotSize * 10m;
                foreach (var side in new[] { 1m, -1m })
                {
                    var account = Books.Account().With("USD", margin + side * (quantity * entry - edge))
                        .Holding(id, side * quantity, entry);
                    var frame = Books.Frame(btc: Math.Round(edge / quantity, 2) + side,
                        sol: Math.Round(edge / quantity, 3) + side);
                    var valuation = AccountValuation.Of(account, frame);
                    var solved = LiquidationSolver.LiquidationPrice(valuation, account.Positions[0]);
                    Assert.True(solved.Reason == SolvedReason.Solved, $"{side * quantity} {id}: {solved}");
                    Assert.InRange(solved.Value!.Value * quantity - edge, -1e-18m, 1e-18m);
                }
            }
        }
    }

    /// <summary>
    /// The same where the root is not a plain quotient: inverse, mark apart from the coin's price. Coins at 50,500 are
    /// worth 1,010 of which a notional of 1,000 leaves exactly its 10 of maintenance margin.
    /// </summary>
    [Fact]
    public void AnInverseSolutionOnTheEdgeOfTwoBracketsIsFound()
    {
        var contract = Books.Instrument("BTC-USDX-PERP");
        for (var quantity = 1; quantity < 1_000; quantity++)
        {
            var account = Books.Account();
            account.Apply(new PositionChanged(new Position
            {
                Instrument = contract,
                Quantity = new Quantity(quantity),
                Cost = 0.015m,
                Mode = MarginMode.Isolated,
                IsolatedMargin = 0.005m,
            }));
            var edge = quantity * 10m * 50_500m / 1_000m;
            var valuation = AccountValuation.Of(account, Books.Frame(btc: 50_500m, btcMark: edge + 37.77m));
            var solved = LiquidationSolver.LiquidationPrice(valuation, account.Positions[0]);
            Assert.True(solved.Reason == SolvedReason.Solved, $"{quantity}: {solved}");
            Assert.InRange(solved.Value!.Value / edge - 1m, -1e-20m, 1e-20m);
        }
    }

    [Theory]
    [InlineData(1, 60_000, SolvedReason.FullyCollateralised)]
    [InlineData(1, 59_999, SolvedReason.Solved)]
    [InlineData(-1, 1_000_000_000, SolvedReason.Solved)]
    public void ALinearLongPaidInFullHasPriceZeroAndShowsNone(decimal quantity, decimal usd, SolvedReason reason)
    {
        var account = Books.Account().With("USD", usd).Holding("BTC-USD-PERP", quantity, 60_000m);
        var valuation = AccountValuation.Of(account, Books.Frame());
        var solved = LiquidationSolver.LiquidationPrice(valuation, account.Positions[0]);
        Assert.Equal(reason, solved.Reason);
        if (reason == SolvedReason.FullyCollateralised)
        {
            Assert.Equal((0m, null), (solved.Value!.Value, solved.Shown));
            Assert.Null(LeverageCalculator.Snapshot(valuation).Positions[0].DistanceToLiquidation);
        }
        else
        {
            Assert.Equal(solved.Value, solved.Shown);
        }
    }

    [Fact]
    public void ACoinShortAgainstItsCoinIsNeverReached()
    {
        var account = Books.Account().With("BTC", 1m).Holding("BTC-USDI-PERP", -6_000m, 60_000m);
        var solved = LiquidationSolver.BankruptcyPrice(AccountValuation.Of(account, Books.Frame()),
            account.Positions[0]);
        Assert.Equal(new SolvedPrice(null, SolvedReason.NeverReached), solved);
    }

    [Fact]
    public void PastTheLineThePriceThatBringsItBackIsGiven()
    {
        var account = Books.Account().With("USD", 1_000m).Holding("SOL-USD-PERP", 100m, 160m);
        var solved = LiquidationSolver.LiquidationPrice(AccountValuation.Of(account, Books.Frame()),
            account.Positions[0]);
        // 1,000 + 100·(P − 160) = 100·P·0.03 − 20
        Assert.Equal(decimal.Round(14_980m / 97m, 20), decimal.Round(solved.Value!.Value, 20));
        Assert.True(solved.Value > 150m);
    }

    [Fact]
    public void WithoutPositionOrPriceThereIsAReason()
    {
        var account = Books.Account().With("USD", 1_000m).Holding("BTC-USD-PERP", 1m, 60_000m);
        var flat = new Position { Instrument = Books.Instrument("SOL-USD-PERP") };
        var valuation = AccountValuation.Of(account, Books.Frame());
        Assert.Equal(SolvedReason.NoPosition, LiquidationSolver.LiquidationPrice(valuation, flat).Reason);
        var prices = Books.Frame().Prices.ToArray();
        prices[0] = default;
        var unknown = AccountValuation.Of(account, new PriceFrame(new FrameNumber(1, 1), 1, Books.Universe, prices));
        Assert.Equal(SolvedReason.PriceUnknown, LiquidationSolver.LiquidationPrice(unknown,
            account.Positions[0]).Reason);
        Assert.Null(LiquidationSolver.LiquidationPrice(unknown, account.Positions[0]).Shown);
    }

    /// <summary>The largest and the smallest numbers there may be do not overflow on the way.</summary>
    [Fact]
    public void ExtremeBooksAreSolvedOrHaveAReason()
    {
        var random = new Random(6);
        decimal[] amounts = [0.00000001m, -0.00000001m, 1m, -1m, 999_999_999_999m, -999_999_999_999m];
        decimal[] prices = [0.0001m, 0.01m, 1m, 60_000m, 99_999_999m];
        for (var i = 0; i < 3_000; i++)
        {
            T Pick<T>(T[] from) => from[random.Next(from.Length)];
            var frame = Books.FrameOf([.. Enumerable.Range(0, 6).Select(_ => Pick(prices))]);
            var account = Books.Account().With("USD", Pick(amounts)).With("BTC", Pick(amounts) / 100_000m);
            foreach (var instrument in Books.Universe.Instruments.Where(_ => random.Next(2) == 0))
            {
                var quantity = Pick([instrument.LotSize, instrument.PositionLimit, 100m * instrument.LotSize])
                    * Pick([1m, -1m]);
                account.Holding(instrument.Id.Value, quantity, Pick(prices) + instrument.TickSize, random.Next(3) == 0
                    ? 1m : null);
            }
            var valuation = AccountValuation.Of(account, frame);
            foreach (var position in account.Positions)
            {
                foreach (var solved in new[]
                    { LiquidationSolver.LiquidationPrice(valuation, position),
                        LiquidationSolver.BankruptcyPrice(valuation, position) })
                {
                    Assert.Equal(solved.Reason == SolvedReason.Solved, solved.Value > 0m);
                }
            }
            LeverageCalculator.Snapshot(valuation);
        }
    }

    /// <summary>The worked identities: isolated, one bracket, by entry price and margin.</summary>
    [Fact]
    public void PublishedIdentitiesHold()
    {
        if (SharedData.Path("vectors/leverage_identities.json") is not { } path)
        {
            return;
        }
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var held = 0;
        foreach (var vector in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            var (inputs, expected) = (vector.GetProperty("inputs"), vector.GetProperty("expected"));
            if (!inputs.TryGetProperty("contract", out var contract) || !inputs.TryGetProperty("entry", out var entry))
            {
                continue;
            }
            var inverse = contract.GetString() == "inverse";
            var solved = Isolated(inverse, inputs.GetProperty("side").GetDecimal(), entry.GetDecimal(), inputs);
            var tolerance = vector.GetProperty("tolerance").TryGetProperty("rel", out var rel) ? rel.GetDouble() : 1e-9;
            foreach (var (name, actual) in new[] { ("liq_price", solved.Liquidation),
                ("bankruptcy_price", solved.Bankruptcy) })
            {
                if (expected.TryGetProperty(name, out var price))
                {
                    var wanted = price.ValueKind == JsonValueKind.Null ? (double?)null : price.GetDouble();
                    Assert.True(wanted is null == actual.Value is null
                        && Math.Abs((double)(actual.Value ?? 0m) - (wanted ?? 0.0)) <= tolerance
                            * Math.Abs(wanted ?? 0.0),
                        $"{vector.GetProperty("id")}: {name} is {actual}, expected {price}");
                    held++;
                }
            }
        }
        Assert.True(held >= 45, $"{held} prices");
    }

    private static (SolvedPrice Liquidation, SolvedPrice Bankruptcy) Isolated(
        bool inverse, decimal side, decimal entry, JsonElement inputs)
    {
        var rate = inputs.GetProperty("mmr").GetDecimal();
        var contract = Books.Instrument(inverse ? "BTC-USDI-PERP" : "BTC-USD-PERP") with
        {
            Multiplier = 1m,
            Margin = MarginSchedule.Fraction("case", 1m, Math.Max(rate, 0.000000000001m)),
        };
        var quantity = new Quantity(side * inputs.GetProperty(inverse ? "contracts_usd" : "qty").GetDecimal());
        var account = Books.Account();
        account.Apply(new PositionChanged(new Position
        {
            Instrument = contract,
            Quantity = quantity,
            Cost = contract.Value(quantity, new Price(entry)),
            Mode = MarginMode.Isolated,
            IsolatedMargin = inputs.GetProperty(inverse ? "margin_coin" : "margin").GetDecimal(),
        }));
        var valuation = AccountValuation.Of(account, Books.Frame(btc: entry));
        return (LiquidationSolver.LiquidationPrice(valuation, account.Positions[0]),
            LiquidationSolver.BankruptcyPrice(valuation, account.Positions[0]));
    }

    /// <summary>One position's solved price against the reference.</summary>
    private sealed class Check(Account account, PriceFrame frame, Position position, bool bankruptcy, string where)
    {
        private readonly Feed _feed = position.Instrument.MarkFeed;
        private readonly decimal _price = frame.Mark(position.Instrument)!.Value.Value;

        public void Of(SolvedPrice solved)
        {
            var (now, scale) = Exact(_price);
            var crossed = now < Rational.Zero;
            var below = position.Quantity.IsLong != crossed;
            var name = $"{where}, {(bankruptcy ? "bankruptcy" : "liquidation")} {solved}";
            switch (solved.Reason)
            {
                case SolvedReason.Solved:
                    var root = solved.Value!.Value;
                    Assert.True(below ? root <= _price : root >= _price, $"{name}: the other side of {_price}");
                    var (left, scaleAtRoot) = Exact(root);
                    Assert.True(Rational.Abs(left) <= scaleAtRoot * 0.00000000000000001m,
                        $"{name}: {left} is left of {scaleAtRoot}");
                    NoCrossing(root, below, crossed, scale, name);
                    var (beyond, _) = Exact(root * (below ? 0.999999999m : 1.000000001m));
                    var there = Rational.Abs(beyond) > scaleAtRoot * 0.00000000000000001m;
                    Assert.True(!there || beyond < Rational.Zero != crossed, $"{name}: {beyond} beyond it too");
                    break;
                case SolvedReason.FullyCollateralised:
                    Assert.True(position.Quantity.IsLong && !crossed, name);
                    NoCrossing(_price / 1_000_000m, below, crossed, scale, name);
                    break;
                case SolvedReason.NeverReached:
                    Assert.True(position.Quantity.IsShort && !crossed, name);
                    NoCrossing(_price * 1_000_000m, below, crossed, scale, name);
                    break;
                case SolvedReason.NoSolution:
                    Assert.True(crossed, name);
                    NoCrossing(below ? _price / 1_000_000m : _price * 1_000_000m, below, crossed, scale, name);
                    break;
                default:
                    Assert.Fail(name);
                    break;
            }
        }

        /// <summary>Between the price and <paramref name="end"/> the surplus keeps its sign.</summary>
        private void NoCrossing(decimal end, bool below, bool crossed, Rational scale, string name)
        {
            var (from, to) = (Math.Log((double)_price), Math.Log((double)end));
            for (var i = 1; i < ScanPoints; i++)
            {
                var at = Math.Exp(from + (to - from) * i / ScanPoints);
                var (surplus, magnitude) = Rough(at);
                var slack = 1e-9 * (magnitude + scale.ToDouble());
                Assert.True(crossed ? surplus < slack
                    : surplus > -slack, $"{name}: {surplus} already at {at}, {(below ? "below" : "above")} {_price}");
            }
        }

        private (Rational Surplus, Rational Scale) Exact(decimal price)
        {
            var at = new ReferenceMargin<Rational>(account, frame, v => v, f => f == _feed ? price
                : frame[f].Price!.Value.Value);
            return (bankruptcy ? at.Behind(position) : at.Surplus(position), at.Magnitude);
        }

        private (double Surplus, double Scale) Rough(double price)
        {
            var at = new ReferenceMargin<double>(account, frame, v => (double)v, f => f == _feed ? price
                : (double)frame[f].Price!.Value.Value);
            return (bankruptcy ? at.Behind(position) : at.Surplus(position), at.Magnitude);
        }
    }
}
