using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Domain;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.App.Replay;

/// <summary>
/// <c>attribution.csv</c>: leverage of the market before and after each frame and what each cause made of it; the four
/// parts sum to the difference. Empty where the market has no equity.
/// </summary>
internal sealed class AttributionCsv : IDisposable
{
    private readonly CsvFile _file;

    public AttributionCsv(string path) => _file = new CsvFile(path, "timestamp", "datetime", "frame", "leverageBefore",
        "leverageAfter", "byPrice", "byPosition", "byCollateral", "byFunding", "equityByPrice", "equityByPosition",
        "equityByCollateral", "equityByFunding");

    public void Write(PriceFrame frame, LeverageChange change, AttributedLeverage? leverage)
    {
        _file.Add(frame.TimeMs);
        _file.Add(SnapshotJson.Datetime(frame.TimeMs));
        _file.Add(frame.Number.ToString());
        foreach (var part in (decimal?[])[leverage?.Before, leverage?.After, leverage?.Price, leverage?.Position,
            leverage?.Collateral, leverage?.Funding])
        {
            if (part is { } known)
            {
                _file.Add(known);
            }
            else
            {
                _file.Add("");
            }
        }
        _file.Add(change.Price.Equity);
        _file.Add(change.Position.Equity);
        _file.Add(change.Collateral.Equity);
        _file.Add(change.Funding.Equity);
        _file.EndRow();
    }

    public string Complete() => _file.Complete();

    public void Dispose() => _file.Dispose();
}
