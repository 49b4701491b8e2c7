namespace OrleansLeverage.Domain;

/// <summary>What a trigger tells its subscribers.</summary>
public enum TriggerKind : byte
{
    Warning,
    MarginCall,
    Liquidation,
    Bankrupt,

    /// <summary>Back below every line, for as many frames as the rules ask.</summary>
    Recovered,

    /// <summary>The account would be liquidated, but its prices may not decide.</summary>
    OracleInhibited,
}

/// <summary>
/// One trigger per tier and episode. A tier is raised the first time it is confirmed, and armed again once the ratio
/// has been below its own line less the re-arm margin for the rules' number of frames: an account that was called,
/// recovered half way and falls again is called again. Below the lowest line the episode ends, and tells so once.
/// </summary>
public static class RiskEpisodes
{
    /// <summary>The episode after one confirmed look at the account, and the trigger to raise, if any.</summary>
    public static (RiskEpisode After, TriggerKind? Trigger) Next(
        RiskEpisode episode, AccountValuation valuation, RiskRules rules)
    {
        var tier = valuation.Tier(rules);
        if (tier == RiskTier.Unknown)
        {
            return (episode, null);
        }
        if (tier > episode.Raised)
        {
            var mayDecide = valuation.PriceState is PriceState.Fresh or PriceState.Degraded;
            return tier < RiskTier.Liquidation
                ? (Uncounted(episode) with { Raised = tier }, Kind(tier))
                : mayDecide
                    ? (Uncounted(episode) with { Raised = tier, Inhibited = false }, Kind(tier))
                    : (Uncounted(episode) with { Inhibited = true }, episode.Inhibited ? null
                        : TriggerKind.OracleInhibited);
        }
        return episode == RiskEpisode.None ? (episode, null)
            : Rearmed(episode, Standing(tier, valuation, rules), rules);
    }

    private static (RiskEpisode After, TriggerKind? Trigger) Rearmed(RiskEpisode episode, RiskTier standing,
        RiskRules rules)
    {
        // bankruptcy and an inhibited liquidation are left where liquidation is left
        var raised = episode.Inhibited || episode.Raised > RiskTier.Liquidation ? RiskTier.Liquidation : episode.Raised;
        if (standing >= raised)
        {
            return (Uncounted(episode), null);
        }
        // frames below the raised line are not yet frames below the next: the worst of them is what has been left
        var worst = episode.WorstBelow > standing ? episode.WorstBelow : standing;
        if (episode.FramesBelow + 1 < rules.RearmFrames)
        {
            return (episode with { FramesBelow = episode.FramesBelow + 1, WorstBelow = worst }, null);
        }
        if (worst == RiskTier.Healthy)
        {
            return (RiskEpisode.None, TriggerKind.Recovered);
        }
        var left = new RiskEpisode(worst < episode.Raised ? worst : episode.Raised, 0, false, false);
        return (standing < left.Raised ? left with { FramesBelow = 1, WorstBelow = standing } : left, null);
    }

    /// <summary>The same without any frame below.</summary>
    private static RiskEpisode Uncounted(RiskEpisode episode) =>
        episode with { FramesBelow = 0, WorstBelow = RiskTier.Healthy };

    /// <summary>
    /// The tier that is not yet left: the worst whose line less the re-arm margin some bucket still reaches.
    /// </summary>
    private static RiskTier Standing(RiskTier tier, AccountValuation valuation, RiskRules rules) =>
        tier == RiskTier.Bankrupt || !valuation.IsBelow(rules.LiquidationRatio, rules.RearmMargin)
            ? RiskTier.Liquidation
        : !valuation.IsBelow(rules.MarginCallRatio, rules.RearmMargin) ? RiskTier.MarginCall
        : !valuation.IsBelow(rules.WarningRatio, rules.RearmMargin) ? RiskTier.Warning
        : RiskTier.Healthy;

    private static TriggerKind Kind(RiskTier tier) => tier switch
    {
        RiskTier.Warning => TriggerKind.Warning,
        RiskTier.MarginCall => TriggerKind.MarginCall,
        RiskTier.Liquidation => TriggerKind.Liquidation,
        RiskTier.Bankrupt => TriggerKind.Bankrupt,
        _ => throw new ArgumentOutOfRangeException(nameof(tier), tier, "raises no trigger"),
    };
}
