using OrleansLeverage.App.Calc;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Engine.Portfolios;
using OrleansLeverage.Tests.Repository;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Portfolios;

/// <summary>
/// An at-the-money call of 30 days at 60 %: price 4112.364431, elasticity 7.795073, vega elasticity .997537 (quant
/// reference §6, Black 1976 at 60 digits); theta is −σ²·S²·gamma/2 where there are no rates.
/// </summary>
public sealed class NonLinearLeverageTests
{
    private const string Call = "BTC-USD-20260201-60000-C";
    private const double Premium = 4112.364431;
    private const double Elasticity = 7.795073;

    [Fact]
    public void AnOptionsLeverageIsByWhatItMovesLike()
    {
        var snapshot = AccountSnapshots.Of(Account(2m, 20_000m), Frame());
        var equity = (double)snapshot.Equity!.Value;
        Assert.Equal(20_000.0, equity, 1e-9);
        // by its premium it looks like nothing
        Assert.Equal(2.0 * 4112.36 / equity, (double)snapshot.Leverage!.Value, 1e-9);
        var found = snapshot.NonLinear!;
        Assert.Null(found.Reason);
        Assert.Equal(2.0 * Elasticity * Premium, found.EffectiveNotional!.Value, 0.02);
        Assert.Equal(2.0 * Elasticity * Premium / equity, found.EffectiveLeverage!.Value, 1e-5);
        Assert.Equal(0.997537 * 2.0 * Premium / equity, found.VegaElasticity!.Value, 1e-6);
        // gamma = n(d1)/(S·σ√T), σ√T = 0.6·√(30/365), d1 half of it
        var deviation = 0.6 * Math.Sqrt(30.0 / 365.0);
        var gamma = Math.Exp(-deviation * deviation / 8.0) / Math.Sqrt(2.0 * Math.PI) / (60_000.0 * deviation);
        Assert.Equal(2.0 * gamma * 3.6e9 / 100.0 / equity, found.GammaLeverage!.Value, 1e-7);
        Assert.Equal(2.0 * 0.5 * 0.36 * 3.6e9 * gamma / 365.0 / equity, found.ThetaBurnPerDay!.Value, 1e-9);
        var option = Assert.Single(found.Options);
        Assert.Equal(Elasticity, option.Elasticity!.Value, 1e-6);
        Assert.Equal((120_000.0, found.EffectiveNotional), (option.GrossNotional, option.EffectiveNotional));
    }

    /// <summary>A fall of 20 % leaves a call far out of the money: valued anew 22.6 a call, delta 0.0267.</summary>
    [Fact]
    public void AfterAMoveEverythingIsValuedAnew()
    {
        var found = AccountSnapshots.Of(Account(2m, 20_000m), Frame()).NonLinear!;
        Assert.Equal([-0.20, -0.10, -0.05, 0.05, 0.10, 0.20], found.After.Select(after => after.Move));
        foreach (var (move, leverage) in found.After)
        {
            var (price, delta) = Black(60_000.0 * (1.0 + move));
            var left = 20_000.0 + 2.0 * (price - Premium);
            Assert.Equal(2.0 * delta * 60_000.0 * (1.0 + move) / left, leverage!.Value, 1e-4);
        }
        // sold ten, a rise of 20 % leaves nothing
        var sold = AccountSnapshots.Of(Account(-10m, 60_000m), Frame()).NonLinear!;
        Assert.Null(sold.After[^1].Leverage);
        Assert.True(sold.EffectiveLeverage > 5.0 && sold.ThetaBurnPerDay < 0.0);
    }

    [Fact]
    public void WithoutOptionsThereIsNone() => Assert.Null(AccountSnapshots.Of(Account(0m, 5m), Frame()).NonLinear);

    /// <summary>Black 1976 by the error function's series, for these deviations to 1e-9.</summary>
    private static (double Price, double Delta) Black(double forward)
    {
        var deviation = 0.6 * Math.Sqrt(30.0 / 365.0);
        var d1 = Math.Log(forward / 60_000.0) / deviation + deviation / 2.0;
        return (forward * Normal(d1) - 60_000.0 * Normal(d1 - deviation), Normal(d1));
    }

    private static double Normal(double x)
    {
        var (sum, term) = (x, x);
        for (var n = 1; n < 80; n++)
        {
            term *= x * x / (2 * n + 1);
            sum += term;
        }
        return 0.5 + sum * Math.Exp(-x * x / 2.0) / Math.Sqrt(2.0 * Math.PI);
    }

    private static PriceFrame Frame()
    {
        var universe = CalcFile.Parse(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "src", "OrleansLeverage.App",
            "Options", "accounts.json")), "accounts.json", TimeProvider.System).Frame.Universe;
        var prices = new FramePrice[universe.Feeds.Count];
        prices[0] = new FramePrice(new Price(60_000m), PriceState.Fresh, 17);
        var timeMs = new DateTimeOffset(2026, 1, 2, 8, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        new OptionMarks(universe).Mark(prices, timeMs);
        return new PriceFrame(new FrameNumber(1, 1), timeMs, universe, prices);
    }

    /// <summary>Contracts bought at the mark, so that equity is the cash.</summary>
    private static Account Account(decimal contracts, decimal cash)
    {
        var frame = Frame();
        var account = new Account(new AccountId("ann"));
        var facts = account.Decide(new ImportAccount(CommandId.Series(frame.TimeMs, 1, 1), account.Id,
            [new ImportedBalance(AssetId.Usd, cash)], contracts == 0m ? []
                : [new ImportedPosition(new InstrumentId(Call), new Quantity(contracts), new Price(4112.36m))]), frame);
        Assert.True(facts.Status == CommandStatus.Applied, facts.Detail);
        foreach (var fact in facts.Events)
        {
            account.Apply(fact);
        }
        return account;
    }
}
