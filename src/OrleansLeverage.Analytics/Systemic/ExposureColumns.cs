namespace OrleansLeverage.Analytics.Systemic;

/// <summary>
/// The columns of an <see cref="ExposureBook"/>: one entry per bucket, per collateral and per position, the latter two
/// grouped by bucket. Feed index <c>Feeds.Count</c> is USD, whose price is 1.
/// </summary>
internal sealed class ExposureColumns
{
    public required string[] Names { get; init; }

    public required string[] Feeds { get; init; }

    public required double[] Prices { get; init; }

    public required double[] Betas { get; init; }

    public required double[] DailyVolatility { get; init; }

    public required int Unknown { get; init; }

    /// <summary>USD that no price moves; by bucket.</summary>
    public required double[] Cash { get; init; }

    /// <summary>First collateral of a bucket; one more entry at the end.</summary>
    public required int[] CollateralStart { get; init; }

    public required int[] CollateralFeed { get; init; }

    public required double[] CollateralUnits { get; init; }

    public required double[] CollateralWeight { get; init; }

    public required int[] PositionStart { get; init; }

    public required int[] MarkFeed { get; init; }

    public required int[] SettlementFeed { get; init; }

    public required bool[] IsInverse { get; init; }

    public required double[] Unit { get; init; }

    public required double[] Cost { get; init; }

    public required int[] Schedule { get; init; }

    /// <summary>Positions that scenarios margin, where an option market says what they ask for.</summary>
    public required bool[] IsPortfolio { get; init; }

    /// <summary>First bracket of a schedule; one more entry at the end.</summary>
    public required int[] BracketStart { get; init; }

    public required double[] BracketFloor { get; init; }

    public required double[] BracketRate { get; init; }

    public required double[] BracketAmount { get; init; }

    public double Maintenance(int schedule, double notional)
    {
        var bracket = BracketStart[schedule];
        var last = BracketStart[schedule + 1] - 1;
        while (bracket < last && BracketFloor[bracket + 1] <= notional)
        {
            bracket++;
        }
        return notional * BracketRate[bracket] - BracketAmount[bracket];
    }

    /// <summary>Largest rate of a schedule: no notional's maintenance rises faster.</summary>
    public double RateMax(int schedule)
    {
        var most = 0.0;
        for (var bracket = BracketStart[schedule]; bracket < BracketStart[schedule + 1]; bracket++)
        {
            most = Math.Max(most, BracketRate[bracket]);
        }
        return most;
    }
}
