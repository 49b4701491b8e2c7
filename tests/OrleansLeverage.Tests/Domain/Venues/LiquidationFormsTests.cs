using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Venues;

/// <summary>Every root is put back into its own equation, and into the solver that accounts use.</summary>
public sealed class LiquidationFormsTests
{
    private const int Seed = 20251010;
    private const int Rounds = 2000;

    [Fact]
    public void ALinearRootMeetsItsEquation()
    {
        var random = new Random(Seed);
        for (var i = 0; i < Rounds; i++)
        {
            var (side, reference, size, margin, rate) = Draw(random);
            var price = LiquidationForms.Linear(side, reference, size, margin, rate);
            var equity = margin + (side * size * (price - reference));
            if (price > 0m)
            {
                AssertClose(size * price * rate, equity, size * reference, $"seed {Seed} round {i}");
            }
            else
            {
                // no price above 0 reaches the line: at any small price the long is above it, the short below
                var surplus = margin + (side * size * (0.0000001m - reference)) - (size * 0.0000001m * rate);
                Assert.True(side * surplus >= -0.001m, $"seed {Seed} round {i}: {surplus}");
            }
        }
    }

    [Fact]
    public void AnInverseRootMeetsItsEquation()
    {
        var random = new Random(Seed);
        for (var i = 0; i < Rounds; i++)
        {
            var (side, reference, face, margin, rate) = Draw(random);
            var coins = margin / reference;
            if (LiquidationForms.Inverse(side, reference, face, coins, rate) is { } price)
            {
                var equity = coins + (side * face * ((1m / reference) - (1m / price)));
                AssertClose(face * rate / price, equity, face / Math.Min(price, reference), $"seed {Seed} round {i}");
            }
            else
            {
                Assert.True(side == -1 ? coins >= face / reference : coins <= -face / reference, $"round {i}");
            }
        }
    }

    [Fact]
    public void RoundsAreNeitherAllOfOneKind()
    {
        var random = new Random(Seed);
        var draws = Enumerable.Range(0, Rounds).Select(_ => Draw(random)).ToList();
        Assert.Contains(draws, d => LiquidationForms.Linear(d.Side, d.Reference, d.Size, d.Margin, d.Rate) == 0m);
        Assert.Contains(draws, d => LiquidationForms.Inverse(
            d.Side, d.Reference, d.Size, d.Margin / d.Reference, d.Rate) is null);
    }

    [Fact]
    public void TheSolverOfAccountsFindsTheSamePrices()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 200; i++)
        {
            var (side, reference, size, margin, rate) = Draw(random);
            rate = Math.Max(rate, 0.0001m);
            var form = LiquidationForms.Linear(side, reference, size, margin, rate);
            var solved = Solve(side, reference, size, margin, rate, LiquidationSolver.LiquidationPrice);
            Assert.True(solved.Value is { } price && Math.Abs(price - form) <= form * 1e-20m,
                $"seed {Seed} round {i}: form {form}, solver {solved}");
            var bankrupt = Solve(side, reference, size, margin, rate, LiquidationSolver.BankruptcyPrice);
            Assert.Equal(LiquidationForms.Linear(side, reference, size, margin, 0m), bankrupt.Value!.Value, 12);
        }
    }

    [Theory]
    [InlineData(1, 10, 8.1, 0.05, 8.195)]
    [InlineData(-1, 10, 11.9, 0.05, 11.805)]
    [InlineData(1, 10, 8.1, 0, 8.1)]
    [InlineData(-1, 1, 3, 2, 0)]
    public void ABufferIsNearerToTheEntry(int side, double entry, double liquidation, double buffer, double expected) =>
        Assert.Equal((decimal)expected, LiquidationForms.WithBuffer(
            side, (decimal)entry, (decimal)liquidation, (decimal)buffer));

    [Theory]
    [InlineData(0, 1, 1, 0)]
    [InlineData(2, 1, 1, 0)]
    [InlineData(1, 0, 1, 0)]
    [InlineData(1, 1, 0, 0)]
    [InlineData(1, 1, 1, -0.1)]
    [InlineData(1, 1, 1, 1)]
    public void SenselessPositionsAreRefused(int side, double reference, double size, double rate)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LiquidationForms.Linear(
            side, (decimal)reference, (decimal)size, 1m, (decimal)rate));
        Assert.Throws<ArgumentOutOfRangeException>(() => LiquidationForms.Inverse(
            side, (decimal)reference, (decimal)size, 1m, (decimal)rate));
    }

    private static (int Side, decimal Reference, decimal Size, decimal Margin, decimal Rate) Draw(Random random)
    {
        var side = random.Next(2) == 0 ? 1 : -1;
        var reference = Math.Round((decimal)Math.Exp((random.NextDouble() * 12.0) - 2.0), 4) + 0.01m;
        var size = Math.Round((decimal)Math.Exp((random.NextDouble() * 10.0) - 5.0), 4) + 0.001m;
        var leverage = (decimal)Math.Exp((random.NextDouble() * 5.5) - 0.7);
        var margin = Math.Round(reference * size / leverage, 8) + 0.000001m;
        return (side, reference, size, margin, Math.Round((decimal)random.NextDouble() * 0.2m, 4));
    }

    private static SolvedPrice Solve(
        int side, decimal reference, decimal size, decimal margin, decimal rate,
        Func<AccountValuation, Position, SolvedPrice> solver)
    {
        var feed = new Feed { Id = new FeedId("BTC-USD"), TickSize = 0.0001m };
        var usd = new Asset { Id = AssetId.Usd, Quantum = 0.00000001m };
        var contract = new Instrument
        {
            Id = new InstrumentId("BTC-USD-PERP"), Kind = InstrumentKind.Perpetual, Base = usd, Quote = usd,
            Settlement = usd, MarkFeed = feed, TickSize = 0.0001m, LotSize = 0.0001m, PositionLimit = 100_000m,
            PriceMax = 1_000_000m, Margin = MarginSchedule.Fraction("one", 1m, rate),
        };
        var rules = new RiskRules { Name = "test", Version = 1, EffectiveFrom = DateTimeOffset.UnixEpoch };
        var universe = new Universe(1, rules, [feed], [usd], [contract]);
        var frame = new PriceFrame(
            new FrameNumber(1, 1), 1, universe, [new FramePrice(new Price(reference), PriceState.Fresh, 1)]);
        var flat = new Position { Instrument = contract };
        var (position, _) = flat.Fill(new Quantity(side * size), new Price(reference));
        position = position with { Mode = MarginMode.Isolated, IsolatedMargin = margin };
        var account = new Account(new AccountId("a"));
        account.Apply(new PositionChanged(position));
        return solver(AccountValuation.Of(account, frame), position);
    }

    private static void AssertClose(decimal expected, decimal actual, decimal scale, string what) =>
        Assert.True(Math.Abs(expected - actual) <= scale * 1e-20m, $"{what}: expected {expected}, actual {actual}");
}
