namespace OrleansLeverage.Analytics.Limits;

/// <summary>
/// The position that a limit is for and the market it must be sold in: what <see cref="MarketAddOns"/> are made of. All
/// amounts in one unit, usually USD.
/// </summary>
/// <param name="Notional">Of the position; 0 or above.</param>
public sealed record MarketDepth(double Notional)
{
    /// <summary>Days over which the volume of the bars is averaged where no volume is given.</summary>
    public const int VolumeDays = 30;

    /// <summary>Traded a day; null takes the mean of the bars' own over the last days before.</summary>
    public double? DailyVolume { get; init; }

    /// <summary>Of the market; null leaves concentration out.</summary>
    public double? OpenInterest { get; init; }

    /// <summary>Y of the square-root law.</summary>
    public double Impact { get; init; } = 1.0;

    /// <summary>Of the volume that a seller may be.</summary>
    public double Share { get; init; } = 0.2;

    /// <summary>Share of the open interest from which a position is concentrated.</summary>
    public double ConcentratedFrom { get; init; } = 0.05;

    /// <summary>Share at which the add-on is whole.</summary>
    public double ConcentratedAt { get; init; } = 0.25;

    public double ConcentrationMost { get; init; } = 0.10;

    /// <summary>Throws with the first setting that is out of range.</summary>
    public void Check()
    {
        Require(Notional >= 0.0, nameof(Notional), Notional);
        Require(DailyVolume is null or > 0.0, nameof(DailyVolume), DailyVolume ?? 0.0);
        Require(OpenInterest is null or > 0.0, nameof(OpenInterest), OpenInterest ?? 0.0);
        Require(Impact >= 0.0, nameof(Impact), Impact);
        Require(Share is > 0.0 and <= 1.0, nameof(Share), Share);
        Require(ConcentratedFrom >= 0.0 && ConcentratedAt > ConcentratedFrom && ConcentratedAt <= 1.0,
            nameof(ConcentratedFrom), ConcentratedFrom);
        Require(ConcentrationMost is >= 0.0 and <= 1.0, nameof(ConcentrationMost), ConcentrationMost);
    }

    /// <summary>Margin beyond price moves, a fraction of notional, at a volatility and a volume of a day.</summary>
    public double AddOn(double volatility, double dailyVolume, double z) =>
        MarketAddOns.Liquidity(Notional, dailyVolume, volatility, z, Impact, Share)
        + (OpenInterest is { } open
            ? MarketAddOns.Concentration(Notional, open, ConcentratedFrom, ConcentratedAt, ConcentrationMost)
            : 0.0);

    private static void Require(bool isRight, string name, double value)
    {
        if (!isRight || !double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} of a market's depth is out of range");
        }
    }
}
