using FsCheck;
using FsCheck.Fluent;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;
using OrleansLeverage.Tests.Domain.Rules;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Venues;

/// <summary>
/// What holds under the rules of every venue, shipped or made of every feature: haircuts take and never give (I32 of
/// the reliability reference), margins are in order, a solved price is where the margin ends.
/// </summary>
public sealed class VenuePropertyTests
{
    /// <summary>Every way in which a collateral can be weighed, at once.</summary>
    private const string Haircuts = """
        , "venue": "made", "markets": [ { "schedule": "tiered", "symbols": ["M"] } ] }
        """;

    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(10_000)
        .WithReplay(new Replay(new Rnd(20261126, 1), Microsoft.FSharp.Core.FSharpOption<int>.None));

    private static readonly RuleFile[] Rules =
    [
        .. VenueRules.Ids.Where(id => id != VenueRules.Generic).SelectMany(id => VenueRules.Book(id).Files), Made(),
    ];

    private static readonly Gen<RuleFile> AnyRules = Gen.Elements(Rules);

    private static readonly Gen<decimal> AnyAmount = from digits in Gen.Choose(1, 999_999)
                                                     from scale in Gen.Choose(0, 8)
                                                     select digits * 1_000m / (decimal)Math.Pow(10, scale);

    /// <summary>
    /// I32: a deposit counts from nothing to all of its value, not more for initial than for maintenance margin, and
    /// its
    /// share never grows with the amount; a debt counts at least in full.
    /// </summary>
    [Fact]
    public void Haircuts_take_and_never_give()
    {
        var cases = from rules in AnyRules
                    from place in Gen.Choose(0, 100)
                    from amount in AnyAmount
                    from price in AnyAmount
                    from deposits in AnyAmount
                    from factor in Gen.Choose(2, 1_000)
                    select (rules, asset: rules.Venue!.Collateral.Keys.Order().ElementAt(
                        place % rules.Venue!.Collateral.Count), amount, price, deposits, factor);
        Check.One(Many, Prop.ForAll(cases.ToArbitrary(), x =>
        {
            VenueState With(decimal amount) => VenueMargin.Of(x.rules, new VenueAccount(
                [new VenueBalance(x.asset, amount, x.price, x.deposits)], []));
            var (one, many, debt) = (With(x.amount), With(x.amount * x.factor), With(-x.amount));
            return one.InitialBalance >= 0m && one.InitialBalance <= one.MarginBalance
                && one.MarginBalance <= one.Equity
                && many.InitialBalance <= one.InitialBalance * x.factor * 1.000000000001m
                && many.MarginBalance <= one.MarginBalance * x.factor * 1.000000000001m
                && debt.MarginBalance <= debt.Equity && debt.InitialBalance <= debt.MarginBalance;
        }));
    }

    /// <summary>Maintenance margin is above 0 and at most initial margin, which never falls as the position grows.
    /// </summary>
    [Fact]
    public void Margins_are_in_order()
    {
        var cases = from rules in AnyRules
                    from place in Gen.Choose(0, 1_000)
                    from size in AnyAmount
                    from price in AnyAmount
                    from more in AnyAmount
                    select (schedule: rules.Venue!.Schedules[rules.Venue.Markets.Values.ElementAt(
                        place % rules.Venue!.Markets.Count)], size, price, more);
        Check.One(Many, Prop.ForAll(cases.ToArbitrary(), x =>
        {
            var notional = Math.Min(x.size * x.price, x.schedule.Brackets?.Tiers[^1].CapNotional ?? 1_000_000_000m);
            var size = notional / x.price;
            var (initial, maintenance) = (x.schedule.Initial(notional, size, null, 0m),
                x.schedule.Maintenance(notional, size));
            return maintenance > 0m && maintenance <= initial
                && x.schedule.Maintenance(notional + x.more, size + x.more / x.price) >= maintenance;
        }));
    }

    /// <summary>At a solved price the bucket still holds its margin, and a little beyond it does not.</summary>
    [Fact]
    public void A_solved_price_is_where_the_margin_ends()
    {
        var cases = from rules in AnyRules
                    from place in Gen.Choose(0, 1_000)
                    from isLong in Gen.Elements(true, false)
                    from notional in Gen.Choose(100, 5_000_000)
                    from price in AnyAmount
                    from share in Gen.Choose(1, 150)
                    select (rules, market: rules.Venue!.Markets.Keys.ElementAt(place % rules.Venue!.Markets.Count),
                        side: isLong ? 1 : -1, notional, price, share);
        var solved = 0;
        Check.One(Many.WithMaxTest(1_000), Prop.ForAll(cases.ToArbitrary(), x =>
        {
            var position = new VenuePosition
            {
                Market = x.market, Side = x.side,
                Contracts = decimal.Round(x.notional / x.price, 12) + 0.000000000001m,
                Entry = x.price, Mark = x.price, IsIsolated = true, IsolatedMargin = x.notional * x.share / 100m,
            };
            var account = new VenueAccount([], [position]);
            var state = VenueMargin.Of(x.rules, account);
            if (state.IsLiquidatable || state.Positions[0].LiquidationPrice.Shown is not { } price)
            {
                return true;
            }
            solved++;
            var tiny = x.notional * 0.00000000000000000001m;
            return VenueMargin.Surplus(x.rules.Venue!, account.At(position, price)) >= -tiny
                && VenueMargin.Surplus(x.rules.Venue!, account.At(position,
                    price * (1m - x.side * 0.000000000001m))) < tiny
                && x.side * (x.price - price) >= 0m;
        }));
        Assert.True(solved > 300, $"{solved} prices were solved");
    }

    /// <summary>
    /// Each part of a balance at the weight of its own tier: of 1,500,000, 100,000 at 0.95 and 900,000 at 0.8.
    /// </summary>
    [Fact]
    public void Weights_by_tier_are_marginal()
    {
        var ether = new VenueBalance(new AssetId("ETH"), 500m, 3_000m);
        var state = VenueMargin.Of(Rules[^1], new VenueAccount([ether], []));
        Assert.Equal((1_500_000m, 815_000m, 815_000m), (state.Equity, state.InitialBalance, state.MarginBalance));
    }

    private static RuleFile Made()
    {
        var text = Worked.Rules.TrimEnd()[..^1] + Haircuts;
        text = text.Replace("\"weight\": \"0.95\" }", "\"weight\": \"0.9\", \"maintenanceWeight\": \"0.95\", "
            + "\"liabilityWeight\": \"1.2\", \"liabilityMaintenanceWeight\": \"1.1\", \"sizeFactor\": \"0.01\", "
            + "\"liabilitySizeFactor\": \"0.01\", \"depositCap\": \"1000000\", "
            + "\"discount\": { \"skewScale\": \"100000\", \"scalar\": \"1\", \"least\": \"0.02\", \"most\": \"0.5\" "
            + "} },"
            + "{ \"asset\": \"ETH\", \"weight\": \"0.9\", \"tiers\": [ { \"floor\": \"0\", \"weight\": \"0.95\" }, "
            + "{ \"floor\": \"100000\", \"weight\": \"0.8\" }, { \"floor\": \"1000000\", \"weight\": \"0\" } ] }",
            StringComparison.Ordinal);
        return RuleFile.Parse(text, "made");
    }
}
