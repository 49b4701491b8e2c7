using System.Globalization;
using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;

namespace OrleansLeverage.App.Volatility;

/// <summary>
/// What <c>surface</c> says. Volatilities annualised per 1.00, years ACT/365, deltas of a call, forward at each
/// strike's own volatility where nothing else is said.
/// </summary>
internal sealed record SurfaceReport(
    string Schema, string Underlying, DateTimeOffset AsOf, string Method, IReadOnlyList<SliceRow> Expiries,
    IReadOnlyList<SurfaceRow> Strikes, IReadOnlyList<CalendarRow> CalendarArbitrage, PointRow? Asked)
{
    private static readonly double[] CalendarMoneyness = [0.7, 0.8, 0.9, 0.95, 1.0, 1.05, 1.1, 1.25, 1.4];

    // where a smile is given by three pillars only
    private static readonly double[] PillarStrikes = [0.7, 0.8, 0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15, 1.25, 1.4];

    public static SurfaceReport Of(SurfaceBuild build, string underlying, DateTimeOffset asOf, string method,
        PointRow? asked) => new("leverage-surface/1", underlying, asOf, method,
        [.. build.Slices.Select(SliceRow.Of)],
        [.. build.Slices.Where(slice => slice.Smile is not null).SelectMany(RowsOf)],
        [.. (build.Surface?.CalendarArbitrages(CalendarMoneyness) ?? []).Select(found => new CalendarRow(
            found.Earlier, found.Later, found.Moneyness, found.EarlierVariance, found.LaterVariance))], asked);

    public ReportTable Rows()
    {
        var table = new ReportTable("expiry", "forward", "strike", "quoted", "volatility", "totalVariance", "delta",
            "stickyStrikeDelta", "stickyDeltaDelta", "flags");
        foreach (var row in Strikes)
        {
            table.Add(row.Expiry, row.Forward, row.Strike, row.Quoted, row.Volatility, row.TotalVariance, row.Delta,
                row.StickyStrikeDelta, row.StickyDeltaDelta, string.Join(' ', row.Flags));
        }
        return table;
    }

    public void WriteTo(Terminal terminal)
    {
        var output = terminal.Output;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Underlying} as of {AsOf:yyyy-MM-dd HH:mm:ss} UTC, {Method}; volatilities per 1.00"));
        var table = new ReportTable("expiry", "days", "forward", "quotes", "used", "refused", "atm", "rr25", "bf25",
            "put wing", "call wing", "worst g", "largest error", "what is missing");
        foreach (var e in Expiries)
        {
            table.Add(e.Expiry.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Math.Round(e.Years * 365.0, 2),
                e.Forward, e.Quotes, e.Used, e.Refused, e.Atm, e.RiskReversal25, e.Butterfly25, e.PutWingDelta,
                e.CallWingDelta, e.WorstDensity, e.LargestError, e.Fault ?? string.Join(' ', e.Flags));
        }
        table.WriteTo(terminal);
        output.WriteLine("wings: |forward delta| of the outermost quotes; g below 0: the prices admit no density");
        if (CalendarArbitrage is [var first, ..])
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"total variance falls with time at {CalendarArbitrage.Count} places, first from {first.Earlier:d MMM} "
                + $"to {first.Later:d MMM yyyy} at {first.Moneyness} of the forward"));
        }
        if (Asked is { } point)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{point.Time:yyyy-MM-dd HH:mm} UTC, strike {point.Strike}: {point.Volatility:0.######} "
                + $"at forward {point.Forward:0.##} {string.Join(' ', point.Flags)}"));
        }
    }

    private static IEnumerable<SurfaceRow> RowsOf(SliceReport slice)
    {
        var smile = slice.Smile!;
        var nodes = slice.Quotes?.Nodes.Select(node => (node.Strike, Quoted: (double?)node.Volatility))
            ?? PillarStrikes.Select(multiple => (Strike: smile.Market.Forward * multiple, Quoted: (double?)null));
        foreach (var (strike, quoted) in nodes.OrderBy(node => node.Strike))
        {
            var point = smile.At(strike);
            double Delta(SmileRule rule) => SmileDelta.Of(smile, OptionRight.Call, strike, rule).Value;
            yield return new SurfaceRow(slice.Expiry, smile.Market.Forward, strike, quoted, point.Volatility,
                point.Volatility * point.Volatility * smile.Market.Years,
                new BlackScholes(smile.Market.Option(OptionRight.Call, strike, point.Volatility))
                    .DeltaAs(DeltaConvention.Forward),
                Delta(SmileRule.StickyStrike), Delta(SmileRule.StickyDelta), FlagNames.Of(point.Flags));
        }
    }
}

/// <summary>One expiry.</summary>
internal sealed record SliceRow(
    DateTimeOffset Expiry, double Years, double? Forward, int? Quotes, int? Used, int? Refused, double? Atm,
    double? RiskReversal25, double? Butterfly25, double? PutWingDelta, double? CallWingDelta, double? WorstDensity,
    double? WorstDensityStrike, double? LargestError, IReadOnlyList<string> Flags, string? Fault, string? Reason)
{
    public static SliceRow Of(SliceReport slice)
    {
        var pillars = slice.Pillars ?? PillarsOf(slice);
        return new SliceRow(slice.Expiry, slice.Years, slice.Smile?.Market.Forward ?? slice.Quotes?.Forward,
            slice.Quotes?.Quotes, slice.Quotes?.Nodes.Count, slice.Quotes?.Rejected.Count,
            pillars?.Atm ?? AtTheForward(slice), pillars?.RiskReversal, pillars?.Butterfly, slice.PutWingDelta,
            slice.CallWingDelta, slice.Arbitrage?.WorstDensity, slice.Arbitrage?.WorstStrike, slice.LargestError,
            [.. FlagsOf(slice)], slice.Fault is { } fault ? VolatilityException.CodeOf(fault) : null, slice.Reason);
    }

    private static VannaVolgaPillars? PillarsOf(SliceReport slice)
    {
        if (slice is not { Smile: { } smile, Quotes.Nodes: [_, _, ..] nodes })
        {
            return null;
        }
        try
        {
            return PillarQuotes.Of(smile, nodes.Min(node => node.Strike), nodes.Max(node => node.Strike));
        }
        catch (VolatilityException)
        {
            // a wing that is missing has no 25-delta volatility
            return null;
        }
    }

    private static double? AtTheForward(SliceReport slice) =>
        slice.Smile is { } smile && smile.At(smile.Market.Forward) is { Flags: SmileFlags.None } point
            ? point.Volatility
            : null;

    private static IEnumerable<string> FlagsOf(SliceReport slice)
    {
        if (slice.Quotes is not null && slice.Smile is not null)
        {
            if (slice.IsPutWingMissing)
            {
                yield return "put_wing_missing";
            }
            if (slice.IsCallWingMissing)
            {
                yield return "call_wing_missing";
            }
        }
        if (slice.Arbitrage is { IsFree: false })
        {
            yield return "butterfly_arbitrage";
        }
        if (slice.Smile is SviSmile { WingsAreFree: false })
        {
            yield return "wing_arbitrage";
        }
    }
}

internal sealed record SurfaceRow(
    DateTimeOffset Expiry, double Forward, double Strike, double? Quoted, double Volatility, double TotalVariance,
    double Delta, double StickyStrikeDelta, double StickyDeltaDelta, IReadOnlyList<string> Flags);

internal sealed record CalendarRow(
    DateTimeOffset Earlier, DateTimeOffset Later, double Moneyness, double EarlierVariance, double LaterVariance);

internal sealed record PointRow(
    DateTimeOffset Time, double Strike, double Volatility, double Forward, double Years, IReadOnlyList<string> Flags)
{
    public static PointRow Of(DateTimeOffset time, double strike, SurfacePoint point) =>
        new(time, strike, point.Volatility, point.Forward, point.Years, FlagNames.Of(point.Flags));
}
