using FsCheck;
using FsCheck.Fluent;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Domain.Venues;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Liquidation;

/// <summary>
/// A whole grid under each shipped profile, and under rules made of every feature: whoever fails exactly was nominated
/// and told of, is closed by the venue's own rules, and the books close to the unit.
/// </summary>
public sealed class LiveVenueGridTests
{
    private const long StartMs = 1_767_225_600_000;
    private const long FrameMs = 1_000;
    private static readonly AccountId Desk = new("desk");

    private static readonly LiveVenue[] Venues =
    [
        .. VenueRules.Ids.Where(id => id != VenueRules.Generic).Select(id => VenueRules.Book(id).Newest)
            .Select(rules => new LiveVenue(rules,
                [.. rules.Venue!.Markets.Keys.Order(StringComparer.Ordinal).Take(3)])),
        new LiveVenue(MadeRules.File, "M", "F", "G"),
    ];

    [Fact]
    public void Nobody_is_missed_and_the_books_close()
    {
        var (failed, closed) = (0, 0L);
        var cases = from place in Gen.Choose(0, Venues.Length - 1)
                    from seed in Gen.Choose(0, int.MaxValue - 1)
                    select (place, seed);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(10_000).WithReplay(
            new Replay(new Rnd(20261126, 11), Microsoft.FSharp.Core.FSharpOption<int>.None)),
            Prop.ForAll(cases.ToArbitrary(), x =>
            {
                var (holds, fails, closes) = Run(Venues[x.place], x.seed);
                (failed, closed) = (failed + fails, closed + closes);
                return holds;
            }));
        Assert.True(failed > 3_000 && closed > 3_000, $"{failed} accounts failed, {closed} closes");
    }

    private static (bool Holds, int Failed, long Closes) Run(LiveVenue venue, int seed)
    {
        var (random, universe, drawn) = (new Random(seed), venue.Universe, venue.Draw(seed));
        using var grid = new LockstepGrid(universe,
            [.. universe.Feeds.Select(f => OracleProfile.Replay(f.Id, f.TickSize, FrameMs))], 1, 64,
            new LiveLiquidation { Desk = Desk, Residual = (ResidualLoss)random.Next(2) });
        var start = venue.Frame(drawn);
        var prices = universe.Feeds.ToDictionary(f => f.Id, f => start[f].Price!.Value);
        grid.Publish(StartMs, prices, static _ => { });
        var commands = 0UL;
        CommandId Next() => CommandId.Create(StartMs, ++commands);
        grid.Execute(new ImportAccount(Next(), Desk,
            [.. universe.Assets.Select(a => new ImportedBalance(a.Id, 100_000_000m))], []));
        grid.Execute(new InsuranceTransfer(Next(), Desk, AssetId.Usd, random.Next(3) * 1_000m + 1m));
        var isolated = drawn.Positions.Where(p => p.IsIsolated).Sum(p => p.IsolatedMargin + 1m);
        var balances = drawn.Balances.Where(b => b.Asset != AssetId.Usd)
            .Select(b => new ImportedBalance(b.Asset, b.Amount)).ToList();
        var usd = drawn.Balances.FirstOrDefault(b => b.Asset == AssetId.Usd)?.Amount ?? 0m;
        if (Math.Max(usd, 0m) + isolated is > 0m and var deposit)
        {
            balances.Add(new ImportedBalance(AssetId.Usd, deposit));
        }
        var imported = grid.Execute(new ImportAccount(Next(), new AccountId("a1"), balances,
        [
            .. drawn.Positions.Select(p => new ImportedPosition(venue.Market(p.Market).Id, new Quantity(p.Signed),
                new Price(p.Entry), IsolatedMargin: p.IsIsolated ? p.IsolatedMargin + 1m : 0m)),
        ]));
        if (!imported.IsApplied)
        {
            return (balances.Count == 0 && drawn.Positions.Count == 0, 0, 0);
        }
        foreach (var position in drawn.Positions.Where(p => p.OpenBuys > 0m))
        {
            // refused where there is no margin for it
            grid.Execute(new ReserveOrder(Next(), new AccountId("a1"), venue.Market(position.Market).Id,
                new Quantity(position.OpenBuys), prices[venue.Market(position.Market).MarkFeed.Id]));
        }
        var (holds, failed) = (true, 0);
        for (var frame = 1; frame <= 3 && holds; frame++)
        {
            foreach (var feed in universe.Feeds)
            {
                prices[feed.Id] = new Price(Math.Max(0.01m, decimal.Round(
                    prices[feed.Id].Value * (0.8m + random.Next(40) * 0.01m), 2)));
            }
            var number = Enumerable.Range(0, grid.Accounts).First(i => grid.State.Accounts.Id(i).Value == "a1");
            var before = grid.State.Accounts.Read(number);
            grid.Publish(StartMs + frame * FrameMs, prices, static _ => { });
            var exact = AccountValuation.Of(before, grid.Frame);
            var fails = exact.Tier(universe.Rules) >= RiskTier.Liquidation && before.HasExposure;
            var owes = !before.HasExposure && before.Balances.Any(b => b.Amount < 0m);
            failed += fails ? 1 : 0;
            var after = grid.State.Accounts.Read(number);
            holds = (!fails || after.Episode.Raised >= RiskTier.Liquidation || after.Sequence > before.Sequence)
                && (fails || owes || before.Episode.Raised >= RiskTier.Liquidation || after.Sequence == before.Sequence)
                && !Conservation.Check(grid.State).Unbalanced.Any()
                && grid.State.House.Balances.All(b => b.Account != HouseAccount.Insurance || b.Amount >= 0m);
        }
        return (holds, failed, grid.Liquidations.Closes);
    }
}
