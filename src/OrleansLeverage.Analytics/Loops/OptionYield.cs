using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Loops;

/// <summary>
/// Options sold for yield against collateral, with or without debt: a covered call holds the coin, a secured put the
/// money. Equity at a price, and where the margin ends on either side.
/// <code>
/// equity(S) = coins·S + cash − contracts·option(S)                       a debt is negative cash
/// maintenance(S) = rate·uncovered·S + (1 − weight)·(coins − contracts·delta(S))⁺·S
/// </code>
/// A call is covered by a coin; what a sold call already gives away of a coin needs no haircut.
/// Prices by Black-Scholes at the volatility given, held as it is: a move of volatility is a scenario of its own.
/// </summary>
public sealed record OptionYield
{
    private const double RangeFactor = 20.0;
    private const int Grid = 2_000;
    private const int Bisections = 80;

    /// <summary>The option that is sold; its spot is the price now.</summary>
    public required EuropeanOption Option { get; init; }

    /// <summary>Contracts sold, each on one coin; above 0.</summary>
    public required double Contracts { get; init; }

    public double Coins { get; init; }

    /// <summary>Money beside them, the premium already in it; negative is a debt.</summary>
    public double Cash { get; init; }

    /// <summary>Of the notional of the sold options.</summary>
    public double MaintenanceRate { get; init; } = 0.075;

    /// <summary>Share at which a coin counts as margin: 1 − haircut.</summary>
    public double CoinWeight { get; init; } = 0.95;

    /// <summary>Premium per contract now.</summary>
    public double Premium => Price(Option.Spot);

    /// <summary>Premium over what is committed, per year, simple: the yield where the option ends worthless.</summary>
    public double? YieldPerYear => Option.Years > 0.0 && Equity(Option.Spot) is > 0.0 and var equity
        ? Contracts * Premium / equity / Option.Years
        : null;

    /// <summary>Price at expiry below (call) or above which the premium no longer pays the loss of the coin or put.
    /// </summary>
    public double BreakEven => Option.Right == OptionRight.Call ? Option.Spot - Premium : Option.Strike - Premium;

    public double Equity(double spot) => (Coins * spot) + Cash - (Contracts * Price(spot));

    public double Maintenance(double spot)
    {
        var isCall = Option.Right == OptionRight.Call;
        var uncovered = isCall ? Math.Max(0.0, Contracts - Math.Max(0.0, Coins)) : Contracts;
        var given = isCall ? Contracts * At(spot).Delta : 0.0;
        return spot * ((MaintenanceRate * uncovered) + ((1.0 - CoinWeight) * Math.Max(0.0, Coins - given)));
    }

    /// <summary>
    /// The nearest price below and above the spot at which equity is below maintenance; null on a side where there is
    /// none within 0 and twenty times the spot. Both are the spot where it already is below.
    /// </summary>
    public (double? Below, double? Above) LiquidationPrices()
    {
        if (!(Contracts > 0.0) || !double.IsFinite(Coins) || !double.IsFinite(Cash))
        {
            throw new ArgumentOutOfRangeException(nameof(Contracts), Contracts, "contracts above 0, amounts finite");
        }
        var spot = Option.Spot;
        return Ends(spot) ? (spot, spot)
            : (Nearest(i => spot * (1.0 - (i / (double)Grid))),
                Nearest(i => spot * Math.Pow(RangeFactor, i / (double)Grid)));
    }

    private double? Nearest(Func<int, double> grid)
    {
        for (var i = 1; i <= Grid; i++)
        {
            var outside = Math.Max(grid(i), Option.Spot * 1e-9);
            if (Ends(outside))
            {
                var inside = grid(i - 1);
                for (var step = 0; step < Bisections; step++)
                {
                    var middle = (inside + outside) / 2.0;
                    (inside, outside) = Ends(middle) ? (inside, middle) : (middle, outside);
                }
                return outside;
            }
        }
        return null;
    }

    private bool Ends(double spot) => Equity(spot) < Maintenance(spot);

    private double Price(double spot) => At(spot).Price;

    private BlackScholes At(double spot) => new(new EuropeanOption(Option.Right, spot,
        Option.Strike, Option.Years, Option.Volatility, Option.Rate, Option.Yield));
}
