using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Options;
using OrleansLeverage.Domain.Scenarios;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Margin;

/// <summary>
/// Expected values worked by hand from the published forms: Deribit max(0.15 − OTM/U, 0.1) + mark and 0.075 + mark;
/// Derive's spreads, capped by the largest loss at settlement with 1.4 and 1.2 of the forward per unpaired call.
/// </summary>
public sealed class ShortOptionMarginTests
{
    private static readonly ShortOptionRules Deribit = OptionProfiles.Rules("deribit-standard");
    private static readonly ShortOptionRules Derive = OptionProfiles.Rules("derive-standard");

    [Theory]
    // linear, index 50,000: at the money, 4 % out, 20 % out, in the money
    [InlineData(OptionRight.Call, 50_000, 50_000, 1_000, 8_500, 4_750)]
    [InlineData(OptionRight.Call, 52_000, 50_000, 400, 5_900, 4_150)]
    [InlineData(OptionRight.Call, 60_000, 50_000, 50, 5_050, 3_800)]
    [InlineData(OptionRight.Call, 40_000, 50_000, 10_100, 17_600, 13_850)]
    [InlineData(OptionRight.Put, 48_000, 50_000, 400, 5_900, 4_150)]
    [InlineData(OptionRight.Put, 60_000, 50_000, 10_100, 17_600, 13_850)]
    // a put of which 0.075 of the mark is more than 0.075 of the index, and so more than the initial form
    [InlineData(OptionRight.Put, 250_000, 50_000, 200_000, 215_000, 215_000)]
    // coins: the same options with U = 1
    [InlineData(OptionRight.Call, 50_000, 1, 0.02, 0.17, 0.095)]
    [InlineData(OptionRight.Call, 52_000, 1, 0.008, 0.118, 0.083)]
    [InlineData(OptionRight.Put, 250_000, 1, 4, 4.3, 4.3)]
    public void A_short_option_asks_what_Deribit_states(
        OptionRight right, decimal strike, decimal unit, decimal mark, decimal initial, decimal maintenance)
    {
        var margin = ShortOptionMargin.Alone(Deribit, 50_000m, unit, new OptionLeg(right, strike, -2m, mark));
        Assert.Equal(new OptionMargin(2m * initial, 2m * maintenance), margin);
        Assert.Equal(default, ShortOptionMargin.Alone(Deribit, 50_000m, unit, new OptionLeg(right, strike, 2m, mark)));
    }

    [Fact]
    public void A_spread_asks_its_largest_loss_at_most()
    {
        // short 1,500 call, long 1,600: 100 lost at 1,600 and above, nothing unpaired
        var spread = Legs((OptionRight.Call, 1500m, -1m), (OptionRight.Call, 1600m, 1m));
        Assert.Equal(new OptionMargin(100m, 100m), spread.Margin);
        // an iron condor loses one wing at most
        var condor = Legs((OptionRight.Call, 1600m, -1m), (OptionRight.Call, 1650m, 1m), (OptionRight.Put, 1400m, -1m),
            (OptionRight.Put, 1350m, 1m));
        Assert.Equal(new OptionMargin(50m, 50m), condor.Margin);
        // a short put's largest loss is its strike, which is more than it asks alone
        var put = Legs((OptionRight.Put, 1400m, -1m));
        Assert.Equal(new OptionMargin(150m, 112.5m), put.Margin);
        Assert.Equal(1400m, put.LargestLoss!.Value.Initial);
    }

    [Fact]
    public void Unpaired_calls_are_charged_on_top()
    {
        // 2 short calls at 1,500 against one long at 1,600: 200 at 1,600, and 1 unpaired of 1,500·1.4 and 1,500·1.2;
        // alone they ask 2·225 and 2·112.5, which is less
        var answer = Legs((OptionRight.Call, 1500m, -2m), (OptionRight.Call, 1600m, 1m));
        Assert.Equal(new OptionMargin(200m + 2100m, 200m + 1800m), answer.LargestLoss);
        Assert.Equal(new OptionMargin(450m, 225m), answer.Margin);
    }

    [Fact]
    public void Bad_prices_are_refused()
    {
        var leg = new OptionLeg(OptionRight.Call, 1500m, -1m, 10m);
        Assert.Equal(ScenarioStatus.BadPrice, Refusal(0m, leg));
        Assert.Equal(ScenarioStatus.BadPrice, Refusal(1500m, leg with { Strike = 0m }));
        Assert.Equal(ScenarioStatus.BadPrice, Refusal(1500m, leg with { Mark = -1m }));
        Assert.Equal(ScenarioStatus.TooLarge, Assert.Throws<ScenarioException>(() => ShortOptionMargin.Of(
            Derive, 1500m, 1500m, 1500m, [leg with { Quantity = -1e28m }])).Status);

        static ScenarioStatus Refusal(decimal index, OptionLeg bad) => Assert.Throws<ScenarioException>(() =>
            ShortOptionMargin.Alone(Derive, index, 1500m, bad)).Status;
    }

    /// <summary>Marks at their intrinsic value, index and forward 1,500, as in Derive's own tests.</summary>
    private static OptionMarginAnswer Legs(params (OptionRight Right, decimal Strike, decimal Quantity)[] legs) =>
        ShortOptionMargin.Of(Derive, 1500m, 1500m, 1500m, [.. legs.Select(leg => new OptionLeg(leg.Right, leg.Strike,
            leg.Quantity, Math.Max(0m, leg.Right == OptionRight.Call ? 1500m - leg.Strike : leg.Strike - 1500m)))]);
}
