using OrleansLeverage.Analytics.Options;
using OrleansLeverage.App.Output;

namespace OrleansLeverage.App.Options;

/// <summary>
/// Figures of an option as shown, each with its unit in its name; null where the option has a fault. Internal units are
/// those of <see cref="BlackScholes"/>.
/// </summary>
internal sealed record OptionFigures
{
    private static readonly (string Name, Func<OptionFigures, double?> Value)[] FirstOrder =
    [
        ("price", f => f.Price), ("delta", f => f.Delta), ("gamma", f => f.Gamma),
        ("vegaPerPoint", f => f.VegaPerPoint), ("thetaPerDay", f => f.ThetaPerDay),
        ("rhoPerPercent", f => f.RhoPerPercent), ("phiPerPercent", f => f.PhiPerPercent),
    ];

    private static readonly (string Name, Func<OptionFigures, double?> Value)[] Others =
    [
        ("vannaPerPoint", f => f.VannaPerPoint), ("volgaPerPointSquared", f => f.VolgaPerPointSquared),
        ("charmPerDay", f => f.CharmPerDay), ("vetaPerPointPerDay", f => f.VetaPerPointPerDay),
        ("speed", f => f.Speed), ("zommaPerPoint", f => f.ZommaPerPoint), ("colorPerDay", f => f.ColorPerDay),
        ("ultimaPerPointCubed", f => f.UltimaPerPointCubed), ("dualDelta", f => f.DualDelta),
        ("dualGamma", f => f.DualGamma), ("deltaForward", f => f.DeltaForward),
        ("deltaPremiumAdjustedSpot", f => f.DeltaPremiumAdjustedSpot),
        ("deltaPremiumAdjustedForward", f => f.DeltaPremiumAdjustedForward), ("coinPrice", f => f.CoinPrice),
        ("coinDelta", f => f.CoinDelta), ("coinGamma", f => f.CoinGamma),
        ("coinVegaPerPoint", f => f.CoinVegaPerPoint), ("coinThetaPerDay", f => f.CoinThetaPerDay),
        ("elasticity", f => f.Elasticity), ("gammaLeverage", f => f.GammaLeverage),
        ("vegaElasticity", f => f.VegaElasticity), ("thetaBurnPerDay", f => f.ThetaBurnPerDay),
    ];

    public required OptionRequest Request { get; init; }

    public required string? Fault { get; init; }

    public double? Price { get; private init; }

    /// <summary>Spot delta.</summary>
    public double? Delta { get; private init; }

    public double? Gamma { get; private init; }

    public double? VegaPerPoint { get; private init; }

    public double? ThetaPerDay { get; private init; }

    public double? RhoPerPercent { get; private init; }

    public double? PhiPerPercent { get; private init; }

    public double? VannaPerPoint { get; private init; }

    public double? VolgaPerPointSquared { get; private init; }

    public double? CharmPerDay { get; private init; }

    public double? VetaPerPointPerDay { get; private init; }

    public double? Speed { get; private init; }

    public double? ZommaPerPoint { get; private init; }

    public double? ColorPerDay { get; private init; }

    public double? UltimaPerPointCubed { get; private init; }

    public double? DualDelta { get; private init; }

    public double? DualGamma { get; private init; }

    public double? DeltaForward { get; private init; }

    public double? DeltaPremiumAdjustedSpot { get; private init; }

    public double? DeltaPremiumAdjustedForward { get; private init; }

    public double? CoinPrice { get; private init; }

    public double? CoinDelta { get; private init; }

    public double? CoinGamma { get; private init; }

    public double? CoinVegaPerPoint { get; private init; }

    public double? CoinThetaPerDay { get; private init; }

    public double? Elasticity { get; private init; }

    public double? GammaLeverage { get; private init; }

    public double? VegaElasticity { get; private init; }

    public double? ThetaBurnPerDay { get; private init; }

    public static OptionFigures Of(OptionRequest request)
    {
        if (request.Option is not { } option)
        {
            return new OptionFigures { Request = request, Fault = request.Fault };
        }
        BlackScholes value = new(option);
        var coin = value.InCoin();
        return new OptionFigures
        {
            Request = request,
            Fault = null,
            Price = value.Price,
            Delta = value.Delta,
            Gamma = value.Gamma,
            VegaPerPoint = value.Vega * GreekScale.PerPoint,
            ThetaPerDay = value.Theta * GreekScale.PerDay,
            RhoPerPercent = value.Rho * GreekScale.PerPercent,
            PhiPerPercent = value.Phi * GreekScale.PerPercent,
            VannaPerPoint = value.Vanna * GreekScale.PerPoint,
            VolgaPerPointSquared = value.Volga * GreekScale.PerPointSquared,
            CharmPerDay = value.Charm * GreekScale.PerDay,
            VetaPerPointPerDay = value.Veta * GreekScale.PerPoint * GreekScale.PerDay,
            Speed = value.Speed,
            ZommaPerPoint = value.Zomma * GreekScale.PerPoint,
            ColorPerDay = value.Color * GreekScale.PerDay,
            UltimaPerPointCubed = value.Ultima * GreekScale.PerPointCubed,
            DualDelta = value.DualDelta,
            DualGamma = value.DualGamma,
            DeltaForward = value.DeltaAs(DeltaConvention.Forward),
            DeltaPremiumAdjustedSpot = value.DeltaAs(DeltaConvention.PremiumAdjustedSpot),
            DeltaPremiumAdjustedForward = value.DeltaAs(DeltaConvention.PremiumAdjustedForward),
            CoinPrice = coin.Price,
            CoinDelta = coin.Delta,
            CoinGamma = coin.Gamma,
            CoinVegaPerPoint = coin.Vega * GreekScale.PerPoint,
            CoinThetaPerDay = coin.Theta * GreekScale.PerDay,
            Elasticity = OptionLeverage.Elasticity(option, value),
            GammaLeverage = OptionLeverage.GammaLeverage(option, value),
            VegaElasticity = OptionLeverage.VegaElasticity(option, value),
            ThetaBurnPerDay = OptionLeverage.ThetaBurnPerDay(value),
        };
    }

    /// <summary>A row an option: what it is, its figures, its fault.</summary>
    public static ReportTable Table(IReadOnlyList<OptionFigures> figures, bool isAll)
    {
        var columns = isAll ? [.. FirstOrder, .. Others] : FirstOrder;
        ReportTable table = new(["line", "right", "underlying", "strike", "years", "volatility",
            .. columns.Select(c => c.Name), "fault"]);
        foreach (var row in figures)
        {
            var request = row.Request;
            var isRead = request.Problem is null;
            table.Add([request.Line, isRead ? StatusWord.Of(request.Right) : null,
                isRead ? request.Underlying : null, isRead ? request.Strike : null, isRead ? request.Years : null,
                request.Volatility, .. columns.Select(c => (object?)c.Value(row)),
                request.Problem is { } problem ? $"{row.Fault}: {problem}" : row.Fault]);
        }
        return table;
    }

    /// <summary>One option for people: a line a figure.</summary>
    public ReportTable Lines(bool isAll)
    {
        ReportTable table = new("figure", "value");
        foreach (var (name, value) in isAll ? [.. FirstOrder, .. Others] : FirstOrder)
        {
            table.Add(name, value(this)?.ToString("G10", System.Globalization.CultureInfo.InvariantCulture));
        }
        return table;
    }
}
