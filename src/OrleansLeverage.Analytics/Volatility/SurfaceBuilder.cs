using OrleansLeverage.Analytics.Options;

namespace OrleansLeverage.Analytics.Volatility;

/// <summary>How a smile is made.</summary>
public enum SmileMethod
{
    /// <summary>Through the mids of bid and ask.</summary>
    Quotes,

    /// <summary>Through the venue's marks.</summary>
    Marks,

    /// <summary>Vanna-volga through the 25-delta and at-the-money volatilities of the marks.</summary>
    VannaVolga,

    /// <summary>SVI fitted to the marks.</summary>
    Svi,
}

/// <summary>The pillars of one expiry and the market that they are quoted in.</summary>
/// <param name="Rate">Continuous per year, as <paramref name="Yield"/>.</param>
public sealed record PillarRow(
    DateTimeOffset Expiry, double Spot, double Rate, double Yield, VannaVolgaPillars Pillars);

/// <summary>What became of one expiry.</summary>
public sealed record SliceReport(DateTimeOffset Expiry, double Years)
{
    /// <summary>A wing that ends above this |delta| is missing.</summary>
    public const double WingDeltaMax = 0.10;

    /// <summary>Null where <see cref="Fault"/> says why there is none.</summary>
    public VolatilitySmile? Smile { get; init; }

    public SmileQuotes? Quotes { get; init; }

    public VannaVolgaPillars? Pillars { get; init; }

    /// <summary>|forward delta| of the lowest strike with a volatility; null without one.</summary>
    public double? PutWingDelta { get; init; }

    public double? CallWingDelta { get; init; }

    /// <summary>Largest |smile − quoted volatility|, per 1.00.</summary>
    public double? LargestError { get; init; }

    public SmileArbitrage? Arbitrage { get; init; }

    public VolatilityFault? Fault { get; init; }

    public string? Reason { get; init; }

    public bool IsPutWingMissing => !(PutWingDelta <= WingDeltaMax);

    public bool IsCallWingMissing => !(CallWingDelta <= WingDeltaMax);
}

/// <summary>A surface out of a venue's option chain, and what became of every expiry of it.</summary>
/// <param name="Surface">Of the expiries that have a smile; null where none has.</param>
public sealed record SurfaceBuild(VolatilitySurface? Surface, IReadOnlyList<SliceReport> Slices);

/// <summary>Makes surfaces. One expiry's bad quotes cost that expiry, never the surface.</summary>
public static class SurfaceBuilder
{
    /// <param name="rate">Continuous per year; 0 for coins, whose forwards carry it.</param>
    public static SurfaceBuild Build(OptionChain chain, SmileMethod method, double rate = 0.0)
    {
        return Of(chain.Underlying, chain.Time,
            [.. chain.Expiries.Select(expiry => Slice(chain, expiry, method, rate))]);
    }

    /// <summary>Vanna-volga through quoted pillars; expiries that have passed are refused one by one.</summary>
    public static SurfaceBuild FromPillars(string underlying, DateTimeOffset asOf, IEnumerable<PillarRow> rows) =>
        Of(underlying, asOf, [.. rows.OrderBy(row => row.Expiry).Select(row => Slice(asOf, row))]);

    private static SurfaceBuild Of(string underlying, DateTimeOffset asOf, SliceReport[] slices)
    {
        SurfaceSlice[] smiles = [.. slices.Where(slice => slice.Smile is not null)
            .Select(slice => new SurfaceSlice(slice.Expiry, slice.Smile!))];
        return new SurfaceBuild(smiles.Length > 0 ? new VolatilitySurface(underlying, asOf, smiles) : null, slices);
    }

    private static SliceReport Slice(DateTimeOffset asOf, PillarRow row)
    {
        var report = new SliceReport(row.Expiry, (row.Expiry - asOf).TotalDays / 365.0) { Pillars = row.Pillars };
        try
        {
            var smile = new VannaVolgaSmile(
                ForwardMarket.FromRates(row.Spot, report.Years, row.Rate, row.Yield), row.Pillars);
            return report with
            {
                Smile = smile,
                LargestError = Math.Max(Math.Abs(smile.At(smile.PutStrike).Volatility - row.Pillars.Put), Math.Max(
                    Math.Abs(smile.At(smile.AtmStrike).Volatility - row.Pillars.Atm),
                    Math.Abs(smile.At(smile.CallStrike).Volatility - row.Pillars.Call))),
                Arbitrage = SmileArbitrage.Check(smile, smile.PutStrike, smile.CallStrike),
            };
        }
        catch (VolatilityException fault)
        {
            return report with { Fault = fault.Fault, Reason = fault.Message };
        }
    }

    private static SliceReport Slice(OptionChain chain, DateTimeOffset expiry, SmileMethod method, double rate)
    {
        var report = new SliceReport(expiry, chain.YearsTo(expiry));
        try
        {
            var quotes = SmileQuotes.Of(chain.At(expiry), report.Years,
                method == SmileMethod.Quotes ? QuoteSource.Quotes : QuoteSource.Marks, rate);
            report = report with { Quotes = quotes };
            var discount = Math.Exp(-rate * report.Years);
            var market = new ForwardMarket(quotes.Forward, report.Years, discount, discount);
            var quoted = new QuotedSmile(market, quotes.Nodes);
            var (first, last) = (quoted.Nodes[0], quoted.Nodes[^1]);
            report = report with
            {
                PutWingDelta = NormalDistribution.Cumulative(-market.D1(first.Strike, first.Volatility)),
                CallWingDelta = NormalDistribution.Cumulative(market.D1(last.Strike, last.Volatility)),
            };
            report = Fitted(report, quoted, method);
            var smile = report.Smile!;
            return report with
            {
                LargestError = quoted.Nodes.Max(node => Math.Abs(smile.At(node.Strike).Volatility - node.Volatility)),
                Arbitrage = first.Strike < last.Strike
                    ? SmileArbitrage.Check(smile, first.Strike, last.Strike)
                    : null,
            };
        }
        catch (VolatilityException fault)
        {
            return report with { Smile = null, Fault = fault.Fault, Reason = fault.Message };
        }
    }

    private static SliceReport Fitted(SliceReport report, QuotedSmile quoted, SmileMethod method)
    {
        switch (method)
        {
            case SmileMethod.VannaVolga:
                var pillars = PillarQuotes.Of(quoted, quoted.Nodes[0].Strike, quoted.Nodes[^1].Strike);
                return report with { Pillars = pillars, Smile = new VannaVolgaSmile(quoted.Market, pillars) };
            case SmileMethod.Svi:
                return report with { Smile = SviCalibration.Fit(quoted.Market, quoted.Nodes).Smile };
            default:
                return report with { Smile = quoted };
        }
    }
}
