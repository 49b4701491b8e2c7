using System.Text.Json;

namespace OrleansLeverage.Engine.Deleveraging.Study;

/// <summary>
/// Production's takings at a later moment than the fill: the study's own sweep, which needs rows that are not
/// published. Source: pluriholonomic/autodeleveraging-analysis@aae0be8, <c>out/eval_horizon_sweep_gap_ms=5000.csv</c>
/// (MIT).
/// </summary>
public sealed record PublishedHorizon(int HorizonMs, decimal ProductionUsd)
{
    public static IReadOnlyList<PublishedHorizon> All { get; } =
    [
        new(0, 60108335.328144774m), new(500, 66753276.21823378m), new(1000, 66091792.83439987m),
        new(2000, 62526361.714594774m), new(5000, 64353144.63285082m),
    ];

    public decimal OvershootUsd(decimal neededUsd) => ProductionUsd - neededUsd;
}

/// <summary>
/// What the study states of its winners' accounts and its rows here cannot show: equity over profit.
/// </summary>
public sealed record PublishedHeadlines(decimal OverCollateralMedian, decimal OverCollateralTrimmedMean, int Winners)
{
    /// <exception cref="FormatException">Not the study's headlines.</exception>
    public static PublishedHeadlines Read(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var ratio = json.RootElement.GetProperty("headline")
                .GetProperty("winner_overcollateralization_equity_over_pnl");
            return new PublishedHeadlines(ratio.GetProperty("median").GetDecimal(),
                ratio.GetProperty("trimmed_mean").GetDecimal(), ratio.GetProperty("n_users").GetInt32());
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException
            or InvalidOperationException)
        {
            throw new FormatException($"{Path.GetFileName(path)}: {exception.Message}", exception);
        }
    }
}
