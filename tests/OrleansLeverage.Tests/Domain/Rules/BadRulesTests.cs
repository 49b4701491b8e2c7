using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Rules;

/// <summary>What is wrong with rules most often, each by its name; nothing of such a file is in force.</summary>
public sealed class BadRulesTests
{
    [Theory]
    [InlineData("overlapping tiers", RuleFileStatus.TierOverlap, "tier_overlap")]
    [InlineData("gapped tiers", RuleFileStatus.TierGap, "tier_gap")]
    [InlineData("tiers without an end before the last", RuleFileStatus.TierOverlap, "tier_overlap")]
    [InlineData("negative haircut", RuleFileStatus.NegativeHaircut, "negative_haircut")]
    [InlineData("unknown venue", RuleFileStatus.UnknownVenue, "unknown_venue")]
    [InlineData("known venue before its first rules", RuleFileStatus.NotInForce, "not_in_force")]
    public void BadInputHasItsName(string what, RuleFileStatus status, string code)
    {
        var refusal = Assert.ThrowsAny<FormatException>(() => Ask(what));
        var found = refusal is RuleFileException file ? file.Status : Assert.IsType<RuleException>(refusal).Status;
        Assert.Equal((status, code), (found, found.Code()));
        // a person is told what and where
        Assert.True(refusal.Message.Length > 20, refusal.Message);
    }

    private static object Ask(string what) => what switch
    {
        "overlapping tiers" => Changed("\"floorNotional\": \"50000\"", "\"floorNotional\": \"40000\""),
        "gapped tiers" => Changed("\"floorNotional\": \"50000\"", "\"floorNotional\": \"60000\""),
        "tiers without an end before the last" => Changed("\"capNotional\": \"50000\",", ""),
        "negative haircut" => Changed("\"weight\": \"0.95\"", "\"weight\": \"1.05\""),
        "unknown venue" => VenueRules.Book("mt-gox"),
        "known venue before its first rules" => VenueRules.At("bybit", DateTimeOffset.UnixEpoch),
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, "no such case"),
    };

    private static RuleFile Changed(string from, string to)
    {
        Assert.Contains(from, Worked.Rules, StringComparison.Ordinal);
        var at = Worked.Rules.IndexOf(from, StringComparison.Ordinal);
        return RuleFile.Parse(Worked.Rules[..at] + to + Worked.Rules[(at + from.Length)..], "f");
    }
}
