using System.Globalization;
using OrleansLeverage.Analytics.Stress;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Days of a daily series (date, open, high, low, close, volume) by their date.</summary>
internal static class CrashDays
{
    /// <summary>The rate that the name of the expected value states.</summary>
    private const double MaintenanceRate = 0.005;

    public static Answer Answer(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var rows = inputs.Tables.Text(inputs.Text("series")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.TrimEnd('\r').Split(',')).ToList();
        var at = rows.FindIndex(row => row[0] == inputs.Text("date"));
        if (at < 2)
        {
            throw new UnmappedCase($"{inputs.Text("series")} has no day before {inputs.Text("date")}");
        }
        var day = HistoricalDay.Of(Number(rows[at - 1][4]), Number(rows[at][2]), Number(rows[at][3]),
            Number(rows[at][4]));
        return new Answer()
            .With("close_return", () => day.CloseReturn)
            .With("intraday_low_vs_prev_close", () => day.LowReturn)
            .With("max_leverage_surviving_low_mmr_0.5pct", () => day.LongLeverageSurviving(MaintenanceRate));
    }

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
