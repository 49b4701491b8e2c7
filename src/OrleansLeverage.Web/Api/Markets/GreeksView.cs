using System.Globalization;
using OrleansLeverage.Analytics.Options.Books;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Markets;

/// <summary>
/// One strike of one expiry. What one side gains the other loses, so the market has no net of its own: figures are
/// those of market makers, who hold what everybody else has sold or bought; open contracts say how much there is at
/// all. USD: delta per 100 % of the underlying, gamma as change of that per 1 %, vega per point of volatility, theta
/// per day.
/// </summary>
/// <param name="CallContracts">Calls held long by anybody.</param>
internal sealed record GreeksCell(
    string Expiry, string Strike, double CallContracts, double PutContracts, double? Delta, double? Gamma, double? Vega,
    double? Theta);

/// <summary>All strikes of one expiry.</summary>
internal sealed record TenorRow(string Expiry, double Days, double? Vega, double? Gamma);

/// <summary>What market makers gain when spot and volatility have moved, everything valued anew, USD.</summary>
/// <param name="Pnl">By volatility, then by spot.</param>
internal sealed record SpotVolatilityMatrix(
    IReadOnlyList<double> SpotPct, IReadOnlyList<double> VolPoints, IReadOnlyList<IReadOnlyList<double?>> Pnl);

/// <summary>One underlying: the net of market makers.</summary>
/// <param name="OpenVega">Of all that is held long, whoever holds it; likewise gamma.</param>
/// <param name="Matrix">Null where market makers hold nothing.</param>
internal sealed record UnderlyingRow(
    string Underlying, double Spot, double? Delta, double? Gamma, double? Vega, double? Theta, double? OpenGamma,
    double? OpenVega, IReadOnlyList<GreeksCell> Cells, IReadOnlyList<TenorRow> Tenors, SpotVolatilityMatrix? Matrix);

internal sealed record UnvaluedRow(string Symbol, string Reason);

/// <param name="Unvalued">Series without sensitivities, and why.</param>
internal sealed record GreeksTable(IReadOnlyList<UnderlyingRow> Underlyings, IReadOnlyList<UnvaluedRow> Unvalued);

/// <summary>Sensitivities of market makers by underlying, expiry and strike.</summary>
/// <param name="Greeks">Null while there are no options.</param>
/// <param name="Reach">Null while there are none.</param>
/// <param name="Reason">Why there are none.</param>
internal sealed record GreeksView(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, ReachView? Reach, GreeksTable? Greeks, string? Reason)
{
    private const double DayMs = 86_400_000.0;
    private const double Percent = 100.0;

    public static GreeksView None(PriceFrame frame)
    {
        var stamp = Stamp.Of(frame);
        return new GreeksView(stamp.AsOf, stamp.Seq, stamp.Freshness, null, null, "no options are listed");
    }

    public static GreeksView Of(MarketGreeks greeks, PriceFrame frame)
    {
        var stamp = Stamp.Of(greeks.Frame, greeks.FrameTimeMs, frame);
        return new GreeksView(stamp.AsOf, stamp.Seq, stamp.Freshness, ReachView.Of(greeks), new GreeksTable(
            [.. greeks.Underlyings.Select(underlying => Of(underlying, greeks.FrameTimeMs))],
            [.. greeks.Unvalued.Select(u => new UnvaluedRow(u.Instrument.Value, u.Reason))]), null);
    }

    private static UnderlyingRow Of(UnderlyingSeries of, long timeMs)
    {
        var (makers, open) = (Sum(of.Series, s => s.MakerContracts), Sum(of.Series, s => s.OpenContracts));
        GreeksCell[] cells = [.. of.Series.GroupBy(s => (s.Instrument.Expiry, s.Instrument.Option!.Strike.Value))
            .OrderBy(cell => cell.Key.Expiry).ThenBy(cell => cell.Key.Value).Select(cell =>
            {
                var net = Sum(cell, s => s.MakerContracts);
                return new GreeksCell(Day(cell.Key.Expiry), Decimals.Text(cell.Key.Value),
                    Contracts(cell, OptionRight.Call), Contracts(cell, OptionRight.Put),
                    Statistic.Of(net.DollarDelta), Statistic.Of(net.GammaPerPercent), Statistic.Of(net.Vega),
                    Statistic.Of(net.Theta));
            })];
        TenorRow[] tenors = [.. of.Series.GroupBy(s => s.Instrument.Expiry).OrderBy(e => e.Key).Select(expiry =>
        {
            var net = Sum(expiry, s => s.MakerContracts);
            return new TenorRow(Day(expiry.Key),
                Math.Max(0.0, ((expiry.Key?.ToUnixTimeMilliseconds() ?? timeMs) - timeMs) / DayMs),
                Statistic.Of(net.Vega), Statistic.Of(net.GammaPerPercent));
        })];
        return new UnderlyingRow(of.Underlying.Value, of.Spot, Statistic.Of(makers.DollarDelta),
            Statistic.Of(makers.GammaPerPercent), Statistic.Of(makers.Vega), Statistic.Of(makers.Theta),
            Statistic.Of(open.GammaPerPercent), Statistic.Of(open.Vega), cells, tenors,
            of.Series.All(s => s.MakerContracts == 0.0) ? null : new SpotVolatilityMatrix(
                [.. MarketGreeks.SpotMoves.Select(move => Math.Round(move * Percent))],
                [.. MarketGreeks.VolatilityShifts.Select(shift => Math.Round(shift * Percent))],
                [.. of.Gains.Select(row => (IReadOnlyList<double?>)[.. row.Select(gain => Statistic.Of(gain))])]));
    }

    private static UnitGreeks Sum(IEnumerable<SeriesGreeks> series, Func<SeriesGreeks, double> contracts) =>
        series.Aggregate(default(UnitGreeks), (sum, s) => sum + (contracts(s) * s.Unit));

    private static double Contracts(IEnumerable<SeriesGreeks> series, OptionRight right) =>
        series.Where(s => s.Instrument.Option!.Right == right).Sum(s => s.OpenContracts);

    private static string Day(DateTimeOffset? expiry) =>
        expiry?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
}
