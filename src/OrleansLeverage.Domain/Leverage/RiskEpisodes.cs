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
/// One trigger per tier and episode. A tier is raised the first time it is confirmed; an episode ends when the ratio has been
/// below the warning line less the re-arm margin for the rules' number of frames, and tells so once.
/// </summary>
public static class RiskEpisodes
{
    /// <summary>The episode after one confirmed look at the account, and the trigger to raise, if any.</summary>
    public static (RiskEpisode After, TriggerKind? Trigger) Next(RiskEpisode episode, AccountValuation valuation, RiskRules rules)
    {
        var tier = valuation.Tier(rules);
        if (tier == RiskTier.Unknown)
        {
            return (episode, null);
        }
        if (tier > episode.Raised)
        {
            var mayDecide = valuation.PriceState is PriceState.Fresh or PriceState.Degraded;
            if (tier >= RiskTier.Liquidation && !mayDecide)
            {
                return (episode with { Inhibited = true }, episode.Inhibited ? null : TriggerKind.OracleInhibited);
            }
            return (episode with { Raised = tier, FramesBelow = 0, Inhibited = false }, Kind(tier));
        }
        if (episode.Raised <= RiskTier.Healthy)
        {
            return (episode, null);
        }
        if (!valuation.IsBelow(rules.WarningRatio, rules.RearmMargin) || tier == RiskTier.Bankrupt)
        {
            return (episode with { FramesBelow = 0 }, null);
        }
        return episode.FramesBelow + 1 < rules.RearmFrames
            ? (episode with { FramesBelow = episode.FramesBelow + 1 }, null)
            : (RiskEpisode.None, TriggerKind.Recovered);
    }

    private static TriggerKind Kind(RiskTier tier) => tier switch
    {
        RiskTier.Warning => TriggerKind.Warning,
        RiskTier.MarginCall => TriggerKind.MarginCall,
        RiskTier.Liquidation => TriggerKind.Liquidation,
        RiskTier.Bankrupt => TriggerKind.Bankrupt,
        _ => throw new ArgumentOutOfRangeException(nameof(tier), tier, "raises no trigger"),
    };
}
