namespace OrleansLeverage.Domain;

/// <summary>What is wrong with a rule or instrument file, or with what is asked of rules.</summary>
public enum RuleFileStatus
{
    /// <summary>No JSON, or not the shape that its place asks for.</summary>
    Malformed,
    SchemaUnknown,
    MemberMissing,
    MemberUnknown,
    MemberRepeated,
    WrongType,
    OutOfRange,
    BadName,
    BadTime,

    /// <summary>One name twice in a list.</summary>
    Duplicate,

    /// <summary>A name that nothing in the file or beside it answers to.</summary>
    Unresolved,

    /// <summary>Warning, margin call and liquidation are not in order.</summary>
    ThresholdOrder,

    /// <summary>A bracket begins above where the one before ends.</summary>
    TierGap,

    /// <summary>A bracket begins below where the one before ends, or the one before has no end.</summary>
    TierOverlap,

    /// <summary>A cumulative amount that does not follow from the rates.</summary>
    TierAmount,

    /// <summary>A collateral weight above 1: an asset that counts for more than it is worth.</summary>
    NegativeHaircut,

    /// <summary>The venue is none that rules are shipped for.</summary>
    UnknownVenue,

    /// <summary>The venue's rules name no such market.</summary>
    UnknownMarket,

    /// <summary>No rules are in force at the time asked about.</summary>
    NotInForce,

    /// <summary>Versions that do not rise with their effective times, or two at one time.</summary>
    VersionOrder,

    /// <summary>The rules use a feature that the live grid does not apply.</summary>
    NotApplied,
}

public static class RuleFileStatuses
{
    /// <summary>The stable machine code: snake_case, as interfaces show it.</summary>
    public static string Code(this RuleFileStatus status) => status switch
    {
        RuleFileStatus.Malformed => "malformed",
        RuleFileStatus.SchemaUnknown => "schema_unknown",
        RuleFileStatus.MemberMissing => "member_missing",
        RuleFileStatus.MemberUnknown => "member_unknown",
        RuleFileStatus.MemberRepeated => "member_repeated",
        RuleFileStatus.WrongType => "wrong_type",
        RuleFileStatus.OutOfRange => "out_of_range",
        RuleFileStatus.BadName => "bad_name",
        RuleFileStatus.BadTime => "bad_time",
        RuleFileStatus.Duplicate => "duplicate",
        RuleFileStatus.Unresolved => "unresolved",
        RuleFileStatus.ThresholdOrder => "threshold_order",
        RuleFileStatus.TierGap => "tier_gap",
        RuleFileStatus.TierOverlap => "tier_overlap",
        RuleFileStatus.TierAmount => "tier_amount",
        RuleFileStatus.NegativeHaircut => "negative_haircut",
        RuleFileStatus.UnknownVenue => "unknown_venue",
        RuleFileStatus.UnknownMarket => "unknown_market",
        RuleFileStatus.NotInForce => "not_in_force",
        RuleFileStatus.VersionOrder => "version_order",
        RuleFileStatus.NotApplied => "not_applied",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "not a status of a rule file"),
    };
}

/// <summary>Values that do not fit together; whoever reads them from a file adds the place.</summary>
public sealed class RuleException(RuleFileStatus status, string message) : FormatException(message)
{
    public RuleFileStatus Status { get; } = status;
}
