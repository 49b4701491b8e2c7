using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.App.Replay;

/// <summary>
/// <c>system.csv</c>: the whole market, a row per frame. Names are those of the API; a price per feed at the end.
/// </summary>
internal sealed class SystemCsv : IDisposable
{
    private static readonly string[] Names =
    [
        "timestamp", "datetime", "frame", "marketLeverage", "longLeverage", "shortLeverage", "leverageSkew",
        "notionalSkew", "accountSkew", "leverageSkewExMakers", "notionalSkewExMakers", "notional", "longNotional",
        "shortNotional", "equity", "borrowed", "estimatedLeverageRatio", "notionalHhi", "notionalTop10Share",
        "equityHhi",
        "accounts", "accountsWithExposure", "healthy", "warning", "marginCall", "liquidation", "bankrupt", "unknown",
        "accountsAtRisk", "notionalAtRisk", "deficit", "coverage", "notionalCoverage", "oldestPriceAgeMs", "notFresh",
    ];

    private static readonly RiskTier[] Tiers =
    [
        RiskTier.Healthy, RiskTier.Warning, RiskTier.MarginCall,
        RiskTier.Liquidation, RiskTier.Bankrupt, RiskTier.Unknown,
    ];

    private readonly CsvFile _file;
    private readonly Universe _universe;

    public SystemCsv(string path, Universe universe)
    {
        _universe = universe;
        _file = new CsvFile(path, [.. Names, .. universe.Feeds.Select(f => f.Id.Value)]);
    }

    public void Write(SystemFigures figures, PriceFrame frame)
    {
        _file.Add(figures.FrameTimeMs);
        _file.Add(SnapshotJson.Datetime(figures.FrameTimeMs));
        _file.Add(figures.Frame.ToString());
        _file.Add(figures.MarketLeverage);
        _file.Add(figures.LongLeverage);
        _file.Add(figures.ShortLeverage);
        _file.Add(figures.LeverageSkew);
        _file.Add(figures.NotionalSkew);
        _file.Add(figures.AccountSkew);
        _file.Add(figures.LeverageSkewExMakers);
        _file.Add(figures.NotionalSkewExMakers);
        _file.Add(figures.GrossNotional);
        _file.Add(figures.LongNotional);
        _file.Add(figures.ShortNotional);
        _file.Add(figures.Equity);
        _file.Add(figures.Borrowed);
        _file.Add(figures.EstimatedLeverageRatio);
        _file.Add(figures.Concentration.NotionalHhi);
        _file.Add(figures.Concentration.NotionalTop10Share);
        _file.Add(figures.Concentration.EquityHhi);
        _file.Add(figures.Accounts);
        _file.Add(figures.AccountsWithExposure);
        foreach (var tier in Tiers)
        {
            _file.Add(figures.Tiers.First(t => t.Tier == tier).Accounts);
        }
        _file.Add(figures.AccountsAtRisk);
        _file.Add(figures.NotionalAtRisk);
        _file.Add(figures.Deficit);
        _file.Add(figures.Coverage);
        _file.Add(figures.NotionalCoverage);
        _file.Add((double?)figures.OldestPriceAgeMs);
        _file.Add(string.Join(' ', figures.NotFresh));
        foreach (var feed in _universe.Feeds)
        {
            _file.Add(frame[feed].Price?.ToString() ?? "");
        }
        _file.EndRow();
    }

    public string Complete() => _file.Complete();

    public void Dispose() => _file.Dispose();
}
