using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Leverage;

/// <summary>
/// Ratios are set through the balance of one position whose maintenance margin is 100: 10,000 at 1 %.
/// </summary>
public sealed class RiskEpisodesTests
{
    private RiskEpisode _episode = RiskEpisode.None;

    [Fact]
    public void EveryTierIsRaisedOnceOnTheWayUp()
    {
        Assert.Equal(
            [null, TriggerKind.Warning, null, TriggerKind.MarginCall, null, TriggerKind.Liquidation, null,
                TriggerKind.Bankrupt, null],
            Looks(0.5, 0.7, 0.8, 0.85, 0.99, 1.01, 1.5, double.PositiveInfinity, double.PositiveInfinity));
    }

    [Fact]
    public void AJumpRaisesTheWorstOnly()
    {
        Assert.Equal([TriggerKind.Liquidation, null, null], Looks(1.2, 0.99, 0.985));
        Assert.Equal(RiskTier.Liquidation, _episode.Raised);
    }

    /// <summary>
    /// Two frames below .68 end the episode; a frame between starts the count again; then it can be raised anew.
    /// </summary>
    [Fact]
    public void AnEpisodeEndsAfterTwoFramesBelow()
    {
        Assert.Equal([TriggerKind.Warning, null, null, null, TriggerKind.Recovered, null],
            Looks(0.75, 0.679, 0.69, 0.679, 0.679, 0.679));
        Assert.Equal(RiskEpisode.None, _episode);
        Assert.Equal([TriggerKind.Warning], Looks(0.7));
    }

    [Fact]
    public void AtTheReArmLineItselfATierStands()
    {
        Assert.Equal([TriggerKind.Warning, null, null, null], Looks(0.7, 0.68, 0.68, 0.68));
        Assert.Equal((RiskTier.Warning, 0), (_episode.Raised, _episode.FramesBelow));
    }

    /// <summary>
    /// An account that fell from liquidation to a margin call is liquidated again when it crosses again.
    /// </summary>
    [Fact]
    public void ATierIsArmedAgainBelowItsOwnLine()
    {
        Assert.Equal([TriggerKind.Liquidation, null, null], Looks(1.1, 0.9, 0.9));
        Assert.Equal(RiskTier.MarginCall, _episode.Raised);
        Assert.Equal([TriggerKind.Liquidation], Looks(1.1));
        // back to .75 for two frames: both higher tiers are armed again, the warning is not
        Assert.Equal([null, null, TriggerKind.MarginCall, null, null, null], Looks(0.75, 0.75, 0.86, 0.75, 0.75, 0.80));
        Assert.Equal(RiskTier.Warning, _episode.Raised);
    }

    /// <summary>
    /// Recovered says two frames below every line: frames below a higher line alone do not count for it.
    /// </summary>
    [Fact]
    public void EveryLineIsLeftByItsOwnFrames()
    {
        Assert.Equal([TriggerKind.Liquidation, null, null], Looks(1.1, 0.9, 0.5));
        Assert.Equal((RiskTier.MarginCall, 1), (_episode.Raised, _episode.FramesBelow));
        Assert.Equal([TriggerKind.Recovered], Looks(0.5));
        Assert.Equal([TriggerKind.Liquidation, null, null, null], Looks(1.1, 0.9, 0.75, 0.9));
        Assert.Equal((RiskTier.MarginCall, 0), (_episode.Raised, _episode.FramesBelow));
        Assert.Equal([null, null, TriggerKind.Recovered], Looks(0.75, 0.5, 0.5));
    }

    [Fact]
    public void AroundTheLineThereIsOneTrigger() =>
        Assert.Equal([TriggerKind.Liquidation, null, null, null, null], Looks(1.01, 0.99, 1.01, 0.97, 1.01));

    [Fact]
    public void BankruptcyIsLeftWhereLiquidationIs()
    {
        Assert.Equal([TriggerKind.Bankrupt, null, null, null],
            Looks(double.PositiveInfinity, 1.5, 1.01, double.PositiveInfinity));
        Assert.Equal([null, null, TriggerKind.Bankrupt], Looks(0.9, 0.9, double.PositiveInfinity));
    }

    [Theory]
    [InlineData(PriceState.Stale)]
    [InlineData(PriceState.Halted)]
    [InlineData(PriceState.NotMeasured)]
    public void PricesThatMayNotDecideInhibitLiquidationAndSaySoOnce(PriceState state)
    {
        Assert.Equal([TriggerKind.OracleInhibited, null, null], Looks(state, 1.1, 1.2, double.PositiveInfinity));
        Assert.Equal((RiskTier.Healthy, true), (_episode.Raised, _episode.Inhibited));
        Assert.Equal([TriggerKind.Liquidation], Looks(1.1));
        Assert.False(_episode.Inhibited);
    }

    /// <summary>Lower tiers only inform: they are raised whatever the prices' state.</summary>
    [Fact]
    public void AWarningIsRaisedOnAStalePrice() => Assert.Equal(
        [TriggerKind.Warning, TriggerKind.MarginCall, TriggerKind.OracleInhibited, null],
            Looks(PriceState.Stale, 0.7, 0.9, 1.1, 0.9));

    /// <summary>What was inhibited and never happened is over once the account is well, and can be told anew.</summary>
    [Fact]
    public void AnInhibitedLiquidationThatPassedIsForgotten()
    {
        Assert.Equal([TriggerKind.OracleInhibited], Looks(PriceState.Stale, 1.1));
        Assert.Equal([null, TriggerKind.Recovered], Looks(0.5, 0.5));
        Assert.Equal(RiskEpisode.None, _episode);
        Assert.Equal([TriggerKind.OracleInhibited], Looks(PriceState.Stale, 1.1));
    }

    [Fact]
    public void DegradedPricesMayLiquidate() => Assert.Equal([TriggerKind.Liquidation],
        Looks(PriceState.Degraded, 1.1));

    [Fact]
    public void AnUnknownPriceChangesNothing()
    {
        Looks(0.75, 0.6);
        var before = _episode;
        var account = Account(1.5);
        var frame = new PriceFrame(new FrameNumber(1, 1), 1, Books.Universe,
            new FramePrice[Books.Universe.Feeds.Count]);
        Assert.Equal((before, null), RiskEpisodes.Next(before, AccountValuation.Of(account, frame), Books.Rules));
    }

    /// <summary>Beginning a liquidation is remembered until the account has left the tier.</summary>
    [Fact]
    public void AnAccountIsInLiquidationUntilItLeavesTheTier()
    {
        Looks(1.1);
        _episode = _episode with { InLiquidation = true };
        Looks(0.99, 0.9);
        Assert.True(_episode.InLiquidation);
        Looks(0.9);
        Assert.False(_episode.InLiquidation);
    }

    /// <summary>The worst bucket counts on the way down, too.</summary>
    [Fact]
    public void EveryBucketMustBeBelow()
    {
        var account = Books.Account().With("USD", 1_000_000m).Holding("BTC-USD-PERP", 1m, 58_000m)
            .Holding("SOL-USD-PERP", 1m, 150m, isolatedMargin: 2m);
        // 150 at 1 %: 1.5 of 2 is .75
        var valuation = AccountValuation.Of(account, Books.Frame());
        Assert.Equal(TriggerKind.Warning, RiskEpisodes.Next(RiskEpisode.None, valuation, Books.Rules).Trigger);
        var raised = new RiskEpisode(RiskTier.Warning, 1, false, false);
        Assert.Equal((raised with { FramesBelow = 0 }, null), RiskEpisodes.Next(raised, valuation, Books.Rules));
    }

    private TriggerKind?[] Looks(params double[] ratios) => Looks(PriceState.Fresh, ratios);

    private TriggerKind?[] Looks(PriceState state, params double[] ratios)
    {
        var triggers = new List<TriggerKind?>();
        foreach (var ratio in ratios)
        {
            var valuation = AccountValuation.Of(Account(ratio), Books.Frame(sol: 500m, state: state));
            (_episode, var trigger) = RiskEpisodes.Next(_episode, valuation, Books.Rules);
            triggers.Add(trigger);
        }
        return [.. triggers];
    }

    /// <summary>20 SOL at 500: 10,000, in the bracket of 3 % less 20: 280 of maintenance margin.</summary>
    private static Account Account(double ratio) => Books.Account().Holding("SOL-USD-PERP", 20m, 500m)
        .With("USD", double.IsInfinity(ratio) ? -1m
            : decimal.Floor(280m / (decimal)ratio * 100_000_000m) / 100_000_000m);
}
