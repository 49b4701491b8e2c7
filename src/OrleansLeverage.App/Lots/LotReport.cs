using OrleansLeverage.Analytics.Lots;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Lots;

namespace OrleansLeverage.App.Lots;

/// <summary>Ledgers by stock: facts, years, what is still held. Decimals are exact and stand as text in JSON.</summary>
internal sealed class LotReport(string source, string method,
    IReadOnlyList<(string Stock, LotLedger Ledger)> ledgers, IReadOnlyList<string> notes)
{
    public ReportTable Rows()
    {
        var table = new ReportTable("asset", "time", "event", "kind", "label", "quantity", "proceeds", "basis", "gain",
            "disallowed", "term", "rule", "lot", "acquired", "lotSpot");
        foreach (var (stock, ledger) in ledgers)
        {
            foreach (var m in ledger.Matches)
            {
                table.Add(stock, Time(m.Time), m.Event, m.Kind.ToString().ToLowerInvariant(), m.Label, m.Quantity,
                    m.Proceeds, m.Basis, m.Gain, m.Disallowed, LotSummary.Term(m), m.Rule, m.Lot?.Id,
                    m.Lot is { } lot ? Time(lot.Acquired) : null, m.Lot?.Spot);
            }
        }
        return table;
    }

    public ReportTable Years()
    {
        var table = new ReportTable("asset", "year", "label", "term", "quantity", "proceeds", "basis", "gain",
            "disallowed") { Title = $"{source}: {method}" };
        foreach (var (stock, ledger) in ledgers)
        {
            foreach (var row in LotSummary.Of(ledger))
            {
                table.Add(stock, row.Year.ToString(System.Globalization.CultureInfo.InvariantCulture), row.Label,
                    row.Term, row.Quantity, Shown(row.Proceeds), Shown(row.Basis), Shown(row.Gain),
                    Shown(row.Disallowed));
            }
        }
        return table;
    }

    public ReportTable Open()
    {
        var table = new ReportTable("asset", "wallet", "lot", "acquired", "quantity", "basis", "unit cost");
        foreach (var (stock, ledger) in ledgers)
        {
            foreach (var (wallet, lot) in ledger.Open)
            {
                table.Add(stock, wallet, lot.Id, Time(lot.Acquired), lot.Quantity, Shown(lot.Basis),
                    Shown(lot.UnitCost));
            }
        }
        return table;
    }

    public object Json() => new
    {
        schema = "leverage-lots/1",
        source,
        method,
        notes,
        assets = ledgers.Select(item => new
        {
            asset = item.Stock,
            gain = Decimals.Text(item.Ledger.Gain),
            shortage = Decimals.Text(item.Ledger.Shortage),
            expenses = Decimals.Text(item.Ledger.Expenses.Sum(e => e.Amount)),
            openQuantity = Decimals.Text(item.Ledger.OpenQuantity),
            openBasis = Decimals.Text(item.Ledger.OpenBasis),
            years = LotSummary.Of(item.Ledger).Select(row => new
            {
                year = row.Year, label = row.Label, term = row.Term, quantity = Decimals.Text(row.Quantity),
                proceeds = Decimals.Text(row.Proceeds), basis = Decimals.Text(row.Basis),
                gain = Decimals.Text(row.Gain), disallowed = Decimals.Text(row.Disallowed),
            }),
            matches = item.Ledger.Matches.Select(m => new
            {
                time = Time(m.Time), @event = m.Event, kind = m.Kind.ToString().ToLowerInvariant(), label = m.Label,
                quantity = Decimals.Text(m.Quantity), proceeds = Decimals.Text(m.Proceeds),
                basis = Decimals.Text(m.Basis), gain = Decimals.Text(m.Gain),
                disallowed = Decimals.Text(m.Disallowed), term = LotSummary.Term(m), rule = m.Rule, lot = m.Lot?.Id,
                acquired = m.Lot is { } lot ? Time(lot.Acquired) : null,
            }),
            open = item.Ledger.Open.Select(open => new
            {
                wallet = open.Wallet, lot = open.Lot.Id, acquired = Time(open.Lot.Acquired),
                quantity = Decimals.Text(open.Lot.Quantity), basis = Decimals.Text(open.Lot.Basis),
            }),
        }),
    };

    /// <summary>To the cent's hundredth where people read it; files have every digit.</summary>
    private static decimal Shown(decimal amount) => decimal.Round(amount, 4);

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        System.Globalization.CultureInfo.InvariantCulture);
}
