using System.Globalization;
using OrleansLeverage.Analytics.VolatilityIndex;
using OrleansLeverage.App.Output;

namespace OrleansLeverage.App.Volatility;

/// <summary>
/// What <c>vol-index</c> says: the index in points (13.69 is 13.69 % a year), whether it may be believed, and what it
/// is made of. <see cref="Published"/> is null where a strip is incomplete; <see cref="Points"/> is what it came to.
/// </summary>
internal sealed record IndexReport(
    string Schema, string Source, DateTimeOffset? AsOf, string Prices, double HorizonDays, double Points,
    double? Published, string Status, IReadOnlyList<string> Lacks, TermRow Near, TermRow Next)
{
    private const string Complete = "complete";

    public static IndexReport Of(IndexValue value, string source, DateTimeOffset? asOf, string prices) => new(
        "leverage-vol-index/1", source, asOf, prices, value.HorizonMinutes / MinutesToExpiry.PerDay, value.Points,
        value.Published, value.IsComplete ? Complete : StripCompleteness.IncompleteCode, FlagNames.Of(value.Lacks),
        TermRow.Of(value.Near), TermRow.Of(value.Next));

    public ReportTable Rows()
    {
        var table = new ReportTable("term", "days", "strike", "side", "width", "price", "contribution");
        foreach (var (name, term) in new[] { ("near", Near), ("next", Next) })
        {
            foreach (var strike in term.Strikes)
            {
                table.Add(name, term.Days, strike.Strike, strike.Side, strike.Width, strike.Price,
                    strike.Contribution);
            }
        }
        return table;
    }

    public void WriteTo(Terminal terminal)
    {
        var seen = AsOf is { } time
            ? string.Create(CultureInfo.InvariantCulture, $" as of {time:yyyy-MM-dd HH:mm:ss} UTC")
            : "";
        terminal.Output.WriteLine(Status == Complete
            ? string.Create(CultureInfo.InvariantCulture, $"{Source}{seen}, {Prices}: {Points:0.0000}")
            : string.Create(CultureInfo.InvariantCulture, $"{Source}{seen}, {Prices}: no index ({Status}); "
                + $"the strips sum to {Points:0.00}, which is not to be believed: {string.Join(' ', Lacks)}"));
        var table = new ReportTable("term", "days", "forward", "K0", "alone", "strikes", "paired", "lowest", "highest",
            "widest gap", "put delta", "call delta", "refused", "lacks");
        foreach (var (name, t) in new[] { ("near", Near), ("next", Next) })
        {
            table.Add(name, Math.Round(t.Days, 4), t.Forward, t.CentralStrike, t.Points, t.Strikes.Count,
                t.PairedStrikes, t.LowestStrike, t.HighestStrike, t.WidestGap, t.PutWingDelta, t.CallWingDelta,
                t.Discarded, string.Join(' ', t.Lacks));
        }
        table.WriteTo(terminal);
    }
}

/// <summary>One expiry of an index.</summary>
internal sealed record TermRow(
    double Days, double Rate, double Forward, double CentralStrike, double Variance, double Points,
    double ReplicationTerm, double ForwardTerm, int PairedStrikes, double WidestGap, double LowestStrike,
    double HighestStrike, double PutWingDelta, double CallWingDelta, int Discarded, IReadOnlyList<string> Lacks,
    IReadOnlyList<StrikeRow> Strikes)
{
    public static TermRow Of(StripVariance term) => new(term.Strip.Minutes / MinutesToExpiry.PerDay, term.Strip.Rate,
        term.Forward, term.CentralStrike, term.Variance, term.Points, term.ReplicationTerm, term.ForwardTerm,
        term.Completeness.PairedStrikes, term.Completeness.WidestGap, term.Completeness.LowestStrike,
        term.Completeness.HighestStrike, term.Completeness.PutWingDelta, term.Completeness.CallWingDelta,
        term.Completeness.Discarded, FlagNames.Of(term.Completeness.Lacks),
        [.. term.Contributions.Select(part => new StrikeRow(
            part.Strike, part.Side.ToString().ToLowerInvariant(), part.Width, part.Price, part.Amount))]);
}

internal sealed record StrikeRow(double Strike, string Side, double Width, double Price, double Contribution);

/// <summary>Where an index comes from by strike.</summary>
internal static class IndexChart
{
    private const int Width = 920;
    private const int Height = 420;

    public static string Svg(IndexReport report)
    {
        var chart = new SvgChart($"{report.Source}: part of each strike in the variance, "
            + $"index {report.Points.ToString("0.00", CultureInfo.InvariantCulture)} ({report.Status})", "strike",
            "share of the term's sum, %");
        foreach (var (name, term) in new[] { ("near", report.Near), ("next", report.Next) })
        {
            var sum = term.Strikes.Sum(strike => strike.Contribution);
            var points = term.Strikes.Select(s => (s.Strike, 100.0 * s.Contribution / sum)).ToList();
            chart.Line(string.Create(CultureInfo.InvariantCulture, $"{name}, {term.Days:0.#} days"), points)
                .Points("", points);
        }
        return chart.ToSvg(Width, Height);
    }
}
