using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Options.Books;

/// <summary>
/// What a book of derivatives holds, by what moves it. A contract's value moves with its underlying's spot in
/// proportion: the price it depends on is spot·<paramref name="Carry"/>, the forward of its own expiry, never the index
/// in its place.
/// </summary>
/// <param name="Name">As reports call it.</param>
/// <param name="Underlying">Place of the underlying in the book.</param>
/// <param name="Style">Of spot, perpetual or future; an option's profit is the same amount either way.</param>
/// <param name="Multiplier">Linear and options: base units a contract. Inverse: face value in the quote.</param>
/// <param name="Carry">Forward over spot; 1 without a basis.</param>
/// <param name="Option">Null for spot, perpetual and future.</param>
public sealed record BookInstrument(
    string Name, int Underlying, ContractStyle Style, double Multiplier, double Carry = 1.0, BookOption? Option = null)
{
    /// <summary>USD gained by one contract when spot and volatility have moved; options are valued anew.</summary>
    /// <param name="spot">Before the move.</param>
    /// <param name="move">Relative: −0.1 is ten percent down. Above −1.</param>
    /// <param name="volatilityShift">Added to the series' volatility, which stays at or above 0.</param>
    public double Gain(double spot, double move, double volatilityShift)
    {
        if (Option is { } option)
        {
            var forward = spot * Carry;
            return Multiplier * (option.At(forward * (1.0 + move), volatilityShift).Price
                - option.At(forward, 0.0).Price);
        }
        return DollarDelta(spot) * move;
    }

    /// <summary>USD gained per relative move of the spot, after a move.</summary>
    public double DollarDeltaAfter(double spot, double move, double volatilityShift)
    {
        if (Option is { } option)
        {
            var forward = spot * Carry * (1.0 + move);
            return Multiplier * forward * option.At(forward, volatilityShift).ForwardDelta;
        }
        // an inverse contract is worth a fixed amount of the quote: its delta in USD does not move with the price
        return DollarDelta(spot) * (Style == ContractStyle.Inverse ? 1.0 : 1.0 + move);
    }

    /// <summary>What one contract adds to its holder's sensitivities.</summary>
    public UnitGreeks Unit(double spot)
    {
        if (Option is not { } option)
        {
            return new UnitGreeks { DollarDelta = DollarDelta(spot) };
        }
        var forward = spot * Carry;
        var value = option.At(forward, 0.0);
        return new UnitGreeks
        {
            Value = Multiplier * value.Price,
            DollarDelta = Multiplier * forward * value.ForwardDelta,
            GammaPerPercent = Multiplier * forward * forward * value.ForwardGamma / 100.0,
            Vega = Multiplier * value.Vega * GreekScale.PerPoint,
            Vanna = Multiplier * forward * value.Vanna * GreekScale.PerPoint,
            Volga = Multiplier * value.Volga * GreekScale.PerPointSquared,
            Theta = Multiplier * value.Theta * GreekScale.PerDay,
            VegaElasticity = Multiplier * value.Vega * option.Volatility,
        };
    }

    private double DollarDelta(double spot) =>
        Style == ContractStyle.Inverse ? Multiplier / Carry : Multiplier * spot * Carry;
}

/// <summary>Terms of a series and the volatility it is marked at; years ACT/365, rate continuous, per year.</summary>
public sealed record BookOption(OptionRight Right, double Strike, double Years, double Volatility, double Rate = 0.0)
{
    /// <summary>The option at a forward and a shifted volatility; discounting does not move.</summary>
    public BlackScholes At(double forward, double volatilityShift) => new(EuropeanOption.OnForward(
        Right, forward, Strike, Years, Math.Max(0.0, Volatility + volatilityShift), Rate));
}
