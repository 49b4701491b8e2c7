using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Tests.Kernel;

/// <summary>Every number of a summary, to the last bit.</summary>
internal static class SummaryText
{
    public static string Of(SweepSummary summary, Universe universe)
    {
        var numbers = new List<double>
        {
            summary.Equity, summary.Borrowed, summary.Deficit, summary.MaintenanceMargin, summary.InitialMargin,
            summary.NotionalSquares, summary.EquitySquares,
        };
        foreach (var tier in Enum.GetValues<RiskTier>())
        {
            numbers.AddRange([summary.Count(tier), summary.Notional(tier)]);
        }
        foreach (var population in Enum.GetValues<Population>())
        {
            AddSides(numbers, summary.Sides(population));
            var counts = summary.Counts(population);
            numbers.AddRange([counts.Long, counts.Short, counts.Flat]);
            foreach (var instrument in summary.HasInstruments ? universe.Instruments : [])
            {
                AddSides(numbers, summary.Instrument(instrument.Index, population));
            }
        }
        foreach (var side in Enum.GetValues<NetSide>())
        {
            var histogram = summary.Histogram(side);
            numbers.AddRange(histogram.Notional);
            numbers.AddRange(histogram.Counts.Select(c => (double)c));
        }
        return string.Join(' ', numbers.Select(BitConverter.DoubleToInt64Bits))
            + string.Join<RankedAccount>(' ', summary.TopByMarginRatio.ToArray())
            + string.Join<RankedAccount>(' ', summary.TopByNotional.ToArray());
    }

    private static void AddSides(List<double> numbers, SideTotals sides) =>
        numbers.AddRange([sides.LongNotional, sides.ShortNotional, sides.LongEquity, sides.ShortEquity]);
}
