using FsCheck;
using FsCheck.Fluent;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;

namespace OrleansLeverage.Tests.Engine.ReplayedVenue;

/// <summary>
/// Price, liquidation, fund, deleveraging: by hand, and on random crowds (reliability I1, I18 to I26).
/// </summary>
public sealed class ReplayVenueTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(10_000)
        .WithReplay(new Replay(new Rnd(20200312, 1), Microsoft.FSharp.Core.FSharpOption<int>.None));

    /// <summary>Of the cases, one in so many is run again on other workers and its whole state compared.</summary>
    private const int HashedEvery = 16;

    private static readonly AccountId Fund = new("insurance-fund");

    /// <summary>
    /// A long of one coin with 1,000 at 60,000 owes 2,000 at 57,000: taken over at its bankruptcy price 59,000 and sold
    /// on at the mark less 0.1 %, the fund pays 59,000 − 56,943.
    /// </summary>
    [Fact]
    public void TheFundPaysWhatTheBankruptCannot()
    {
        using var scene = new Scene(fund: 5_000m);
        scene.Import("long", 1_000m, 1m);
        scene.Import("short", 50_000m, -1m);
        scene.Open();
        scene.Move(57_000m);
        var fill = Assert.Single(scene.Fills);
        Assert.Equal((VenueAct.PaidByFund, "long", new Price(59_000m)), (fill.Act, fill.Account.Value, fill.Price));
        Assert.Equal(0m, scene.Balance("long"));
        Assert.Equal(5_000m * 0.8m - (59_000m - 56_943m), scene.Balance("insurance-fund"));
        var totals = scene.Venue.Totals();
        Assert.Equal((1L, 1L, 0L, 0m), (totals.Liquidations, totals.Bankruptcies, totals.Deleveraged, totals.BadDebt));
        Assert.Equal(59_000m - 56_943m, totals.FundOut);
        Assert.Equal(1L, totals.BooksChecked);
    }

    /// <summary>Without a fund the winner closes against it at that price: zero for one, 57,000 forgone for the other.
    /// </summary>
    [Fact]
    public void WithoutAFundTheWinnerClosesAtTheBankruptcyPrice()
    {
        using var scene = new Scene(fund: 0m);
        scene.Import("long", 1_000m, 1m);
        scene.Import("short", 50_000m, -3m);
        scene.Open();
        scene.Move(57_000m);
        var fill = Assert.Single(scene.Fills);
        Assert.Equal((VenueAct.Deleveraged, "long", "short", new Price(59_000m), new Quantity(-1m)),
            (fill.Act, fill.Account.Value, fill.Counterparty.Value, fill.Price, fill.Quantity));
        Assert.Equal(0m, scene.Balance("long"));
        // one of its three contracts at 59,000: a gain of 1,000 instead of 3,000
        Assert.Equal(51_000m, scene.Balance("short"));
        Assert.Equal((1L, 57_000m, 2_000m, 0m), (scene.Venue.Totals().Deleveraged,
            scene.Venue.Totals().DeleveragedNotional, scene.Venue.Totals().Forgone, scene.Venue.Totals().BadDebt));
    }

    /// <summary>With neither fund nor winner the market takes it and the rest is owed.</summary>
    [Fact]
    public void WithNobodyTheRestIsOwed()
    {
        using var scene = new Scene(fund: 0m);
        scene.Import("long", 1_000m, 1m);
        scene.Open();
        scene.Move(57_000m);
        Assert.All(scene.Fills, f => Assert.Equal(VenueAct.Unpaid, f.Act));
        Assert.Equal(-1m, scene.Fills.Sum(f => f.Quantity.Value));
        // a fund of nothing is one quantum, and it is gone
        Assert.Equal(56_943m - 60_000m + 1_000m + Books.Quantum, scene.Balance("long"));
        Assert.Equal(-scene.Balance("long"), scene.Venue.Totals().BadDebt);
        Assert.Equal(0m, scene.Balance("insurance-fund"));
    }

    /// <summary>A solvent account is reduced to its target and pays the concession, which the fund keeps.</summary>
    [Fact]
    public void ASolventAccountIsReducedAndPaysTheFund()
    {
        using var scene = new Scene(fund: 10_000m);
        scene.Import("long", 3_150m, 1m);
        scene.Import("short", 50_000m, -1m);
        scene.Open();
        // equity 250 against a maintenance margin of 235.5
        scene.Move(57_100m);
        Assert.Empty(scene.Fills);
        scene.Move(57_060m);
        var fill = Assert.Single(scene.Fills);
        Assert.Equal((VenueAct.Liquidated, "long"), (fill.Act, fill.Account.Value));
        Assert.InRange(fill.Quantity.Value, -0.9999m, -0.0001m);
        Assert.True(scene.Balance("insurance-fund") > 8_000m);
        var left = scene.Valuation("long");
        Assert.True(left.CrossMaintenanceMargin <= 0.80m * left.CrossMarginBalance);
        // it falls again before its episode is over: no new trigger, and liquidated all the same
        scene.Move(56_980m);
        Assert.Equal(2, scene.Fills.Count);
    }

    /// <summary>
    /// Random crowds through random falls and rises: the books close after every frame that closed somebody (the venue
    /// throws where they do not), the fund never goes below 0, winners pay only what the fund could not, nobody gives
    /// more than it has or turns its position, and any number of workers gives the same fills and state.
    /// </summary>
    [Fact]
    public void NothingIsMadeOrLostWhoeverFails()
    {
        Check.One(Many, Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var one = Run(seed, workers: 1);
            return one.Ok && (seed % HashedEvery != 0 || one == Run(seed, workers: 3));
        }));
    }

    private static (bool Ok, string State, string Fills) Run(int seed, int workers)
    {
        var random = new Random(seed);
        using var scene = new Scene(random.Next(3) * 1_000m, (DeleveragingPolicy)random.Next(6), workers);
        foreach (var command in Crowd.Commands(seed, accounts: random.Next(2, 7)))
        {
            scene.Grid.Execute(command);
        }
        scene.Open();
        var ok = true;
        for (var frame = random.Next(1, 4); frame > 0; frame--)
        {
            var known = scene.Fills.Count;
            var move = 1m + random.Next(-400, 400) / 1_000m;
            var before = scene.Positions();
            scene.MoveAll(move);
            var given = scene.Fills.Skip(known).Where(f => f.Act == VenueAct.Deleveraged)
                .GroupBy(f => (f.Counterparty, f.Instrument));
            foreach (var group in given)
            {
                var held = before.GetValueOrDefault((group.Key.Counterparty, group.Key.Instrument));
                var taken = group.Sum(f => f.Quantity.Value);
                // it held the other side, and gave no more than that
                ok &= Math.Sign(held) == Math.Sign(taken) && Math.Abs(taken) <= Math.Abs(held);
                ok &= !group.Key.Counterparty.Value.StartsWith("mm-", StringComparison.Ordinal);
            }
            ok &= scene.State(Fund).Balances.All(b => b.Amount >= 0m);
        }
        var totals = scene.Venue.Totals();
        var owed = scene.Closed().Any(a => a.Balances.Any(b => b.Amount < 0m) && scene.WasLiquidated(a.Id));
        return (ok && (!owed || totals.BadDebt > 0m) && totals.FundAfter >= 0m
            && (totals.BooksChecked > 0) == (totals.Fills > 0),
            seed % HashedEvery == 0 ? scene.Grid.StateHash() : "", totals.FillHash);
    }

    /// <summary>A grid, a venue over it, and one price that moves.</summary>
    private sealed class Scene : IDisposable
    {
        private readonly decimal _fund;
        private readonly DeleveragingPolicy _policy;
        private readonly Dictionary<FeedId, Price> _prices = new(Crowd.StartPrices);
        private readonly List<Trigger> _triggers = [];
        private ReplayVenue? _venue;
        private long _commands;
        private long _timeMs = Crowd.StartMs;

        public Scene(decimal fund, DeleveragingPolicy policy = DeleveragingPolicy.Queue, int workers = 1)
        {
            (_fund, _policy, Grid) = (fund, policy, Crowd.Grid(workers));
        }

        public LockstepGrid Grid { get; }

        public ReplayVenue Venue => _venue!;

        public List<VenueFill> Fills { get; } = [];

        public void Import(string account, decimal cash, decimal contracts) => Grid.Execute(new ImportAccount(
            CommandId.Series(Crowd.StartMs, 9, ++_commands), new AccountId(account),
            [new ImportedBalance(AssetId.Usd, cash)],
            [new ImportedPosition(new InstrumentId("BTC-USD-PERP"), new Quantity(contracts), new Price(60_000m))]));

        public void Open()
        {
            _venue = new ReplayVenue(Grid, new ReplayVenueRules
            {
                Fund = _fund, Deleveraging = new DeleveragingRule { Policy = _policy },
            }, _prices, Crowd.StartMs);
            Publish();
        }

        public void Move(decimal btc)
        {
            _prices[new FeedId("BTC-USD")] = new Price(btc);
            Publish();
        }

        public void MoveAll(decimal factor)
        {
            foreach (var feed in Books.Universe.Feeds.Where(f => f.Beta != 0m))
            {
                _prices[feed.Id] = new Price(Math.Max(0.01m, Decimals.FloorTo(_prices[feed.Id].Value * factor, 0.01m)));
            }
            Publish();
        }

        public decimal Balance(string account) => State(new AccountId(account)).Balance(Books.Usd);

        public Account State(AccountId id) => Grid.State.Accounts.Read(id)!;

        public AccountValuation Valuation(string account) =>
            AccountValuation.Of(State(new AccountId(account)), Grid.Frame);

        public IEnumerable<Account> Closed() => Enumerable.Range(0, Grid.Accounts)
            .Select(Grid.State.Accounts.Read).Where(a => !a.HasExposure);

        public bool WasLiquidated(AccountId id) => Fills.Any(f => f.Account == id);

        public Dictionary<(AccountId, InstrumentId), decimal> Positions() => Enumerable.Range(0, Grid.Accounts)
            .Select(Grid.State.Accounts.Read).SelectMany(a => a.Positions, (a, p) => (a.Id, p))
            .ToDictionary(x => (x.Id, x.p.Instrument.Id), x => x.p.Quantity.Value);

        public void Dispose()
        {
            _venue?.Dispose();
            Grid.Dispose();
        }

        private void Publish()
        {
            _triggers.Clear();
            Grid.Publish(_timeMs += Crowd.FrameMs, _prices, _triggers.Add);
            Venue.AfterFrame(_triggers, Fills.Add);
        }
    }
}
