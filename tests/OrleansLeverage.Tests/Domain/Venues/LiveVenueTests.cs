using FsCheck;
using FsCheck.Fluent;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Venues;

/// <summary>
/// What the live grid says of an account under a venue's rule file is what the closed forms say, figure by figure: for
/// every shipped profile, and for one made of every feature.
/// </summary>
public sealed class LiveVenueTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(10_000)
        .WithReplay(new Replay(new Rnd(20261126, 7), Microsoft.FSharp.Core.FSharpOption<int>.None));

    private static readonly LiveVenue[] Venues = [.. Loaded()];

    [Fact]
    public void Every_profile_loads_live()
    {
        foreach (var venue in VenueRules.Ids.Where(id => id != VenueRules.Generic))
        {
            Assert.Empty(VenueRules.Book(venue).Newest.NotApplied);
            Assert.Contains(Venues, v => v.Rules.Rules.Name == venue);
        }
    }

    [Fact]
    public void Live_figures_are_those_of_the_closed_forms()
    {
        var cases = from place in Gen.Choose(0, Venues.Length - 1)
                    from seed in Gen.Choose(0, int.MaxValue - 1)
                    select (place, seed);
        var (failing, held) = (0, 0);
        Check.One(Many, Prop.ForAll(cases.ToArbitrary(), x =>
        {
            var venue = Venues[x.place];
            var drawn = venue.Draw(x.seed);
            var (live, asked) = (venue.Value(drawn), VenueMargin.Of(venue.Rules, drawn));
            (failing, held) = (failing + (asked.IsLiquidatable ? 1 : 0), held + (drawn.Positions.Count > 0 ? 1 : 0));
            var quanta = AccountValuation.UsdQuantum * (drawn.Positions.Count + 1);
            return Same(live.Equity, asked.Equity) && Same(live.MarginBalance, asked.MarginBalance)
                && Same(live.InitialBalance, asked.InitialBalance)
                && Same(live.MaintenanceMargin, asked.MaintenanceMargin)
                && live.InitialMargin >= asked.InitialMargin * (1m - 0.0000000000000001m)
                && live.InitialMargin <= asked.InitialMargin + quanta
                && Math.Abs(live.FreeCollateral - asked.FreeCollateral) <= quanta
                && (live.Equity < 0m || asked.IsLiquidatable
                    == live.Tier(venue.Universe.Rules) is RiskTier.Liquidation or RiskTier.Bankrupt)
                && Near(live.MarginRatio(), asked.MarginRatio);
        }));
        Assert.True(failing > 2_000 && held > 7_000, $"{failing} of {held} accounts fail their margin");
    }

    /// <summary>And so are the prices of liquidation and bankruptcy, or the reason why there is none.</summary>
    [Fact]
    public void Live_prices_are_those_of_the_closed_forms()
    {
        var cases = from place in Gen.Choose(0, Venues.Length - 1)
                    from seed in Gen.Choose(0, int.MaxValue - 1)
                    select (place, seed);
        var solved = 0;
        Check.One(Many.WithMaxTest(1_000), Prop.ForAll(cases.ToArbitrary(), x =>
        {
            var venue = Venues[x.place];
            var drawn = venue.Draw(x.seed);
            var (live, asked) = (venue.Value(drawn), VenueMargin.Of(venue.Rules, drawn));
            return asked.Positions.All(position =>
            {
                var held = live.Account.Position(venue.Market(position.Position.Market));
                var price = LiquidationSolver.LiquidationPrice(live, held);
                solved += price.Shown is null ? 0 : 1;
                return Near(price.Shown, position.LiquidationPrice.Shown)
                    && Near(LiquidationSolver.BankruptcyPrice(live, held).Shown, position.BankruptcyPrice.Shown);
            });
        }));
        Assert.True(solved > 500, $"{solved} prices were solved");
    }

    private static IEnumerable<LiveVenue> Loaded()
    {
        foreach (var id in VenueRules.Ids.Where(id => id != VenueRules.Generic))
        {
            var rules = VenueRules.Book(id).Newest;
            string[] markets = [.. rules.Venue!.Markets.Keys.Order(StringComparer.Ordinal).Take(3)];
            yield return new LiveVenue(rules, markets);
            var other = rules.Collateral.Keys.Order().First(a => a != AssetId.Usd);
            yield return new LiveVenue(rules, other, markets);
        }
        yield return new LiveVenue(MadeRules.File, "M", "F", "G");
    }

    private static bool Same(decimal live, decimal asked) =>
        Math.Abs(live - asked) <= Math.Abs(asked) * 0.000000000000000001m;

    private static bool Near(decimal? live, decimal? asked) => live is { } one && asked is { } other
        ? Math.Abs(one - other) <= Math.Abs(other) * 0.000000000001m
        : live is null == asked is null;
}
