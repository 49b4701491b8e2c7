using MathNet.Numerics.LinearAlgebra;
using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Options.Barriers;

/// <summary>
/// A barrier option on a vanna-volga smile: the Black-Scholes knock-out at the money's volatility, and what hedging its
/// vega, vanna and volga with the three pillars costs more in the market than there, as far as the option survives:
/// <code>
/// out = BS(σ2) + λ·(Σ q_i·(market_i − BS_i) + vanilla − vanilla of the smile),   in = vanilla − out
/// </code>
/// q solves the pillars' vegas, vannas and volgas for those of the barrier, λ is the probability of no touch, and out
/// stays within 0 and the vanilla. All in the quote currency. Sources: Castagna, FX Options and Smile Risk, 2009;
/// Fisher, Variations on the vanna-volga adjustment, 2007; QuantLib's VannaVolgaBarrierEngine with adapted delta.
/// </summary>
/// <param name="Price">Of the option's kind.</param>
/// <param name="BlackScholes">Of the knock-out, at the money's volatility.</param>
/// <param name="Survival">λ.</param>
/// <param name="IsBounded">Whether the formula left [0, vanilla] and was put back to its end.</param>
public readonly record struct VannaVolgaBarrier(
    double Price, double KnockOut, double KnockIn, double Vanilla, double BlackScholes, double Vega, double Vanna,
    double Volga, double Survival, bool IsBounded)
{
    private const double VolgaStep = 1e-4;
    private const double VannaStep = 1e-4;
    private const double SpotStep = 1e-4;

    /// <param name="vanillaVolatility">The market's at the strike; null takes the smile's.</param>
    /// <exception cref="VolatilityException">Values for which the formulas have none.</exception>
    public static VannaVolgaBarrier Of(BarrierOption option, VannaVolgaSmile smile, double? vanillaVolatility = null,
        VannaVolgaConvention? convention = null)
    {
        var form = convention ?? VannaVolgaConvention.Exact;
        var (market, atm) = (smile.Market, smile.Pillars.Atm);
        var smileVanilla = VanillaPrice(option, form.SmileAtForeignDiscount ? AtForeignDiscount(smile) : smile, market);
        var vanilla = vanillaVolatility is { } quoted
            ? market.Price(option.Right, option.Strike, quoted)
            : VanillaPrice(option, smile, market);
        if (option.IsTouchedAt(market.Spot))
        {
            return new VannaVolgaBarrier(option.Kind == BarrierKind.KnockIn ? vanilla : 0.0, 0.0, vanilla, vanilla, 0.0,
                0.0, 0.0, 0.0, 0.0, false);
        }
        var value = form.VegaStep is { } step
            ? Differences(option, market, form, atm, step)
            : KnockOutSeries.Price(option, market, market.Years * form.BarrierTimeScale,
                SpotVolatilityJet.OfSpot(market.Spot), SpotVolatilityJet.OfVolatility(atm));
        var survival = KnockOutSeries.Survival(option, market, market.Years, atm);
        var raw = value.Value + (survival * (HedgingCost(smile, value) + vanilla - smileVanilla));
        if (!double.IsFinite(raw))
        {
            throw new VolatilityException(VolatilityFault.NotFinite, $"the barrier's value comes to {raw}");
        }
        var knockOut = Math.Clamp(raw, 0.0, vanilla);
        var knockIn = vanilla - knockOut;
        return new VannaVolgaBarrier(option.Kind == BarrierKind.KnockOut ? knockOut : knockIn, knockOut, knockIn,
            vanilla, value.Value, value.Vol, value.SpotVol, value.VolVol, survival, knockOut != raw);
    }

    private static double VanillaPrice(BarrierOption option, VannaVolgaSmile smile, ForwardMarket market) =>
        market.Price(option.Right, option.Strike, smile.At(option.Strike).Volatility);

    // the smile of the same strikes and volatilities; its forward is its spot
    private static VannaVolgaSmile AtForeignDiscount(VannaVolgaSmile smile) => smile.Rebased(new ForwardMarket(
        smile.Market.Spot, smile.Market.Years, smile.Market.ForeignDiscount, smile.Market.ForeignDiscount));

    // Σ q_i·(market_i − BS_i); the straddle's market price is its own
    private static double HedgingCost(VannaVolgaSmile smile, SpotVolatilityJet target)
    {
        var market = smile.Market;
        var (put, atm, call) = (Sensitivities(smile.PutStrike), Sensitivities(smile.AtmStrike),
            Sensitivities(smile.CallStrike));
        var units = Matrix<double>.Build.DenseOfColumnArrays(put, atm, call)
            .Solve(Vector<double>.Build.Dense([target.Vol, target.SpotVol, target.VolVol]));
        return (units[0] * Excess(smile.PutStrike, smile.Pillars.Put))
            + (units[2] * Excess(smile.CallStrike, smile.Pillars.Call));

        double[] Sensitivities(double strike)
        {
            var volatility = smile.Pillars.Atm;
            var vega = new BlackScholes(market.Option(OptionRight.Call, strike, volatility)).Vega;
            var (d1, deviation) = (market.D1(strike, volatility), volatility * Math.Sqrt(market.Years));
            var d2 = d1 - deviation;
            return [vega, -vega * d2 / (market.Spot * deviation), vega * d1 * d2 / volatility];
        }

        double Excess(double strike, double volatility) => market.Price(OptionRight.Call, strike, volatility)
            - market.Price(OptionRight.Call, strike, smile.Pillars.Atm);
    }

    private static SpotVolatilityJet Differences(BarrierOption option, ForwardMarket market, VannaVolgaConvention form,
        double atm, double vegaStep)
    {
        double Price(double spot, double volatility) =>
            KnockOutSeries.Price(option, market, market.Years * form.BarrierTimeScale, spot, volatility).Value;
        double Delta(double volatility)
        {
            var step = SpotStep * market.Spot;
            return (Price(market.Spot + step, volatility) - Price(market.Spot - step, volatility)) / (2.0 * step);
        }
        double Vega(double volatility) =>
            (Price(market.Spot, volatility + vegaStep) - Price(market.Spot, volatility)) / vegaStep;
        return new SpotVolatilityJet(Price(market.Spot, atm), Delta(atm), Vega(atm),
            (Delta(atm + VannaStep) - Delta(atm)) / VannaStep, (Vega(atm + VolgaStep) - Vega(atm)) / VolgaStep);
    }
}
