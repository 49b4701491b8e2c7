using System.Globalization;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Web.Api;

/// <summary>
/// What part of all accounts figures stand for: the same words wherever figures are of many accounts, in one process
/// and on a cluster.
/// </summary>
/// <param name="Coverage">Accounts in the figures / accounts there are; null where there are none, and where nobody
/// knows how many. Of the whole market's sums, accounts of which it is not certain that they are whole do not count.
/// </param>
/// <param name="Accounts">In the figures.</param>
/// <param name="Listed">That there are; null where nobody knows.</param>
/// <param name="OldestFrame">The oldest frame that a part of the figures is of.</param>
/// <param name="Missing">Silos that are alive and gave no part, by address.</param>
internal sealed record ReachView(
    double? Coverage, long Accounts, long? Listed, string OldestFrame, IReadOnlyList<string> Missing)
{
    internal FrameNumber Oldest { get; private init; }

    /// <summary>Names of the header fields that say the same beside rows.</summary>
    public static readonly IReadOnlyList<(string Name, string What)> HeaderNames =
    [
        ("Leverage-Coverage", "Accounts in the rows / accounts there are; none where there are none, or unknown"),
        ("Leverage-Accounts", "Accounts that the rows are of, before any filter"),
        ("Leverage-Listed", "Accounts there are, or unknown"),
        ("Leverage-Oldest-Frame", "The oldest frame that a row is of"),
        ("Leverage-Missing", "Silos that are alive and gave no rows, by address, or none"),
    ];

    public static ReachView Of(SystemFigures figures)
    {
        var unknown = figures.Tiers.Where(tier => tier.Tier == RiskTier.Unknown).Sum(tier => tier.Accounts);
        return Of(figures.Scope, figures.Frame, figures.Accounts - unknown, figures.Accounts) with
        {
            Coverage = Statistic.Of(figures.Coverage),
        };
    }

    /// <summary>Who is unknown is listed as that.</summary>
    public static ReachView Of(AccountListing listing) =>
        Of(listing.Scope, listing.Frame, listing.Accounts, listing.Accounts);

    public static ReachView Of(MarketCensus census) =>
        Of(census.Scope, census.From, census.Accounts - census.Unknown, census.Accounts);

    public static ReachView Of(MarketGreeks greeks) =>
        Of(greeks.Scope, greeks.Frame, greeks.Accounts - greeks.Unknown, greeks.Accounts);

    public static ReachView Of(MarketSensitivities made) =>
        Of(made.Scope, made.Frame, made.Accounts - made.Unknown, made.Accounts);

    public static ReachView Of(LiquidationLadder ladder) => Of(
        ladder.Missing is { } missing ? new ReadScope(ladder.Listed, ladder.From, missing) : null, ladder.From,
        ladder.Accounts - ladder.Unknown, ladder.Accounts);

    public static ReachView Of(MarketReport report) =>
        Of(null, report.Frame, report.Anatomy.Accounts, report.Accounts);

    /// <summary>Of a cut, which has everybody or fails.</summary>
    /// <param name="unknown">Left out because a price that they depend on is missing.</param>
    public static ReachView OfCut(FrameNumber frame, int accounts, int unknown = 0) =>
        Of(null, frame, accounts - unknown, accounts);

    /// <summary>Of figures that need both: as far as the one and the other reach.</summary>
    public ReachView And(ReachView? other) => other is null ? this : Of(
        Coverage is { } here && other.Coverage is { } there ? Math.Min(here, there) : null,
        Math.Min(Accounts, other.Accounts),
        Listed is { } listed && other.Listed is { } also ? Math.Max(listed, also) : null,
        Oldest.CompareTo(other.Oldest) <= 0 ? Oldest : other.Oldest,
        [.. Missing.Union(other.Missing, StringComparer.Ordinal)]);

    /// <summary>What changes with it, for the version of an answer of one frame.</summary>
    public string Version() => Missing.Count == 0 && Coverage == 1.0 ? ""
        : string.Create(CultureInfo.InvariantCulture, $".{Accounts}-{Listed}-{Missing.Count}");

    public IEnumerable<(string Name, string Value)> Headers() => HeaderNames.Select(header => header.Name).Zip(
    [
        Coverage?.ToString("R", CultureInfo.InvariantCulture) ?? (Listed == 0 ? "none" : "unknown"),
        Accounts.ToString(CultureInfo.InvariantCulture),
        Listed?.ToString(CultureInfo.InvariantCulture) ?? "unknown", OldestFrame,
        Missing.Count == 0 ? "none" : string.Join(", ", Missing),
    ]);

    private static ReachView Of(ReadScope? scope, FrameNumber frame, long seen, long there) => Of(
        ReadScope.Coverage(scope, seen, there), seen, scope is null ? there : scope.Listed, scope?.Oldest ?? frame,
        scope?.Missing ?? []);

    private static ReachView Of(double? coverage, long accounts, long? listed, FrameNumber oldest,
        IReadOnlyList<string> missing) =>
        new(coverage, accounts, listed, oldest.ToString(), missing) { Oldest = oldest };
}

/// <summary>An answer with figures of many accounts.</summary>
internal interface IReaching
{
    ReachView? Reach { get; }
}
