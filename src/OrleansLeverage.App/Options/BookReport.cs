using OrleansLeverage.Analytics.Options.Books;
using OrleansLeverage.App.Calc;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Greeks;

namespace OrleansLeverage.App.Options;

/// <summary>What is assumed of dealers and the market; null is unknown.</summary>
/// <param name="DealerPrefix">Accounts whose id begins so are the dealers, as observed.</param>
/// <param name="DailyVolume">USD a day.</param>
/// <param name="Impact">Fraction of the price that a sale of one USD moves.</param>
internal sealed record DealerView(string? DealerPrefix, double? DailyVolume, double? Impact);

/// <summary>
/// Sensitivities of the accounts of a file: per account and underlying, of the market, of its dealers, and how levered
/// each account is now and after a move. Amounts in USD; vega and vanna per volatility point, theta per day.
/// </summary>
internal sealed record BookReport(IReadOnlyList<BookReport.AccountRow> Accounts, BookReport.MarketRow Market,
    IReadOnlyList<BookReport.DealerRow> Dealers, IReadOnlyList<string> Unvalued)
{
    public static BookReport Of(CalcFile file, DealerView view, double move, double volatilityMove)
    {
        FrameBook frame = new(file.Frame);
        var book = frame.Book;
        List<AccountRow> rows = [];
        List<BookAccount> known = [];
        foreach (var account in file.Accounts)
        {
            var valuation = AccountValuation.Of(account, file.Frame);
            var holdings = frame.Holdings(account, out var reason);
            if (holdings is null || !valuation.IsKnown)
            {
                rows.Add(new(account.Id.Value, null, [], null, null,
                    reason ?? $"{valuation.MissingFeed} has no price"));
                continue;
            }
            var equity = (double)valuation.Equity;
            var greeks = book.Of(holdings);
            known.Add(new(account.Id.Value, equity, holdings));
            rows.Add(new(account.Id.Value, equity, Named(book, greeks), HolderLeverage.Of(greeks, equity),
                HolderLeverage.After(book, holdings, equity, move, volatilityMove), null));
        }
        var market = SystemicGreeks.Of(book, known);
        return new(rows, new(market.Accounts, market.WithoutEquity, Named(book, market.Net), market.DeltaLeverage,
            market.VegaLeverage), DealersOf(book, known, view), [.. frame.Unvalued.Select(u => u.Reason)]);
    }

    public ReportTable Table()
    {
        ReportTable table = new("account", "underlying", "equity", "dollarDelta", "gammaPerPercent", "vegaPerPoint",
            "vegaThirtyDays", "vannaPerPoint", "volgaPerPointSquared", "thetaPerDay", "leverage", "gammaLeverage",
            "leverageAfterMove", "fault");
        foreach (var row in Accounts)
        {
            foreach (var part in row.Underlyings)
            {
                table.Add(row.Account, part.Underlying, row.Equity, part.DollarDelta, part.GammaPerPercent,
                    part.VegaPerPoint, part.VegaThirtyDays, part.VannaPerPoint, part.VolgaPerPointSquared,
                    part.ThetaPerDay, row.Leverage?.Leverage, row.Leverage?.GammaLeverage, row.LeverageAfterMove, null);
            }
            if (row.Underlyings.Count == 0)
            {
                table.Add(row.Account, null, row.Equity, null, null, null, null, null, null, null,
                    row.Leverage?.Leverage, row.Leverage?.GammaLeverage, row.LeverageAfterMove, row.Fault);
            }
        }
        return table;
    }

    public ReportTable DealerTable()
    {
        ReportTable table = new("underlying", "dealers", "absoluteGammaPerPercent", "netGammaPerPercent",
            "flowPerPercent", "flowShare", "feedback")
        {
            Title = "Hedging, USD per 1 %; nothing signed where the dealers are not known",
        };
        foreach (var row in Dealers)
        {
            table.Add(row.Underlying, row.Dealers, row.AbsoluteGammaPerPercent, row.NetGammaPerPercent,
                row.FlowPerPercent, row.FlowShare, row.Feedback);
        }
        return table;
    }

    private static IReadOnlyList<UnderlyingRow> Named(OptionBook book, IReadOnlyList<UnderlyingGreeks> greeks) =>
    [
        .. greeks.Select(g => new UnderlyingRow(book.Underlyings[g.Underlying], g.Total.DollarDelta,
            g.Total.GammaPerPercent, g.Total.Vega,
            [.. g.VegaByExpiry.Select((vega, i) => new ExpiryVega(ExpiryBuckets.Name(i), vega))],
            g.VegaThirtyDays, g.Total.Vanna, g.Total.Volga, g.Total.Theta)),
    ];

    private static List<DealerRow> DealersOf(OptionBook book, List<BookAccount> accounts, DealerView view)
    {
        var side = view.DealerPrefix is null ? DealerSide.Unknown : DealerSide.Observed;
        var held = accounts.Where(a => view.DealerPrefix is not { } prefix
            || a.Name.StartsWith(prefix, StringComparison.Ordinal)).SelectMany(a => a.Holdings).ToList();
        return [.. Enumerable.Range(0, book.Underlyings.Count).Select(u =>
        {
            var gamma = DealerGamma.Of(book, u, held, side, view.DailyVolume, view.Impact);
            return new DealerRow(book.Underlyings[u], StatusWord.Of(side), gamma.AbsoluteGamma, gamma.NetGamma,
                gamma.FlowPerPercent, gamma.FlowShare, gamma.VannaFlowPerPoint, gamma.Feedback, gamma.IsRunaway);
        })];
    }

    internal sealed record ExpiryVega(string Within, double VegaPerPoint);

    internal sealed record UnderlyingRow(string Underlying, double DollarDelta, double GammaPerPercent,
        double VegaPerPoint, IReadOnlyList<ExpiryVega> VegaByExpiry, double VegaThirtyDays, double VannaPerPoint,
        double VolgaPerPointSquared, double ThetaPerDay);

    internal sealed record AccountRow(string Account, double? Equity, IReadOnlyList<UnderlyingRow> Underlyings,
        HolderLeverage? Leverage, double? LeverageAfterMove, string? Fault);

    internal sealed record MarketRow(int Accounts, int WithoutEquity, IReadOnlyList<UnderlyingRow> Underlyings,
        double? DeltaLeverage, double? VegaLeverage);

    internal sealed record DealerRow(string Underlying, string Dealers, double AbsoluteGammaPerPercent,
        double? NetGammaPerPercent, double? FlowPerPercent, double? FlowShare, double? VannaFlowPerPoint,
        double? Feedback, bool? IsRunaway);
}
