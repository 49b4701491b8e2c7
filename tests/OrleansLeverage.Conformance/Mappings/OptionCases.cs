using System.Globalization;
using System.Text;
using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Prices, sensitivities and implied volatilities of European options; perpetual prices.</summary>
internal static class OptionCases
{
    public static void AddTo(CaseMap map) => map
        .Topic("options_bsm_haug.json", Spot)
        .Topic("options_bsm_pyvollib.json", Spot)
        .Topic("options_greeks_full.json", Spot)
        .Topic("options_black76_quantlib.json", Forward)
        .Topic("options_fx_delta_conventions.json", Convention)
        .Topic("deribit_option_greeks.json", Deribit)
        .Topic("implied_vol_extremes.json", Implied)
        .Topic("implied_vol_lbr_random.json", Implied)
        .Topic("implied_vol_lbr_normalised.json", Normalised)
        .Topic("perp_futures_pricing.json", Perpetual);

    private static OptionRight Right(CaseInputs inputs) =>
        inputs.Text("type").StartsWith("c", StringComparison.OrdinalIgnoreCase) ? OptionRight.Call : OptionRight.Put;

    private static Answer Spot(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return Of(new EuropeanOption(Right(inputs), inputs.Double("S"), inputs.Double("K"), inputs.Double("T"),
            inputs.Double("sigma"), inputs.DoubleOrNull("r") ?? 0.0, inputs.DoubleOrNull("q") ?? 0.0));
    }

    private static Answer Forward(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return Of(EuropeanOption.FromForward(Right(inputs), inputs.Double("F"), inputs.Double("K"),
            inputs.Double("stdDev"), inputs.Double("discount"), inputs.DoubleOrNull("S") ?? inputs.Double("F"),
            inputs.DoubleOrNull("T") ?? 1.0));
    }

    private static Answer Of(EuropeanOption option)
    {
        var value = new BlackScholes(option);
        return new Answer()
            .With("price", () => value.Price)
            .With(["delta", "delta_spot"], () => value.Delta)
            .With("delta_forward", () => value.ForwardDelta)
            .With("delta_premium_adjusted", () => value.DeltaAs(DeltaConvention.PremiumAdjustedSpot))
            .With(["gamma", "gamma_spot"], () => value.Gamma)
            .With("gamma_forward", () => value.ForwardGamma)
            .With("vega", () => value.Vega)
            .With("theta", () => value.Theta)
            .With("theta_per_day_365", () => value.Theta * GreekScale.PerDay)
            .With("rho", () => value.Rho)
            .With(["phi", "dividend_rho"], () => value.Phi)
            .With("vanna", () => value.Vanna)
            .With("volga", () => value.Volga)
            .With("charm", () => value.Charm)
            .With("veta", () => value.Veta)
            .With("speed", () => value.Speed)
            .With("zomma", () => value.Zomma)
            .With("color", () => value.Color)
            .With("ultima", () => value.Ultima)
            .With(["dual_delta", "strike_sensitivity"], () => value.DualDelta)
            .With(["dual_gamma", "strike_gamma"], () => value.DualGamma)
            .With("itm_cash_prob", () => value.ExerciseProbability)
            .With("itm_asset_prob", () => value.AssetExerciseProbability)
            .With(["elasticity", "elasticity_spot", "elasticity_forward"],
                () => OptionLeverage.Elasticity(option, value));
    }

    private static Answer Convention(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var convention = inputs.Text("delta_type") switch
        {
            "Spot" => DeltaConvention.Spot,
            "Fwd" => DeltaConvention.Forward,
            "PaSpot" => DeltaConvention.PremiumAdjustedSpot,
            "PaFwd" => DeltaConvention.PremiumAdjustedForward,
            var other => throw new UnmappedCase($"delta type '{other}'"),
        };
        var option = EuropeanOption.FromDiscounts(Right(inputs), inputs.Double("S"), inputs.Double("K"),
            inputs.Double("stdDev"), inputs.Double("df_domestic"), inputs.Double("df_foreign"));
        return new Answer().With("delta", () => new BlackScholes(option).DeltaAs(convention));
    }

    private static Answer Deribit(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var greeks = DeribitGreeks.Of(Right(inputs), inputs.Double("F"), inputs.Double("K"), inputs.Double("T"),
            inputs.Double("mark_iv"));
        return new Answer()
            .With("mark_price_coin", () => greeks.MarkPrice)
            .With("delta", () => greeks.Delta)
            .With("gamma", () => greeks.Gamma)
            .With("vega_usd_per_volpoint", () => greeks.Vega)
            .With("theta_usd_per_day", () => greeks.Theta)
            .With("rho_usd_per_1pct", () => greeks.Rho);
    }

    private static Answer Implied(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var solved = ImpliedVolatility.OfForward(Right(inputs), inputs.Decimal("F"), inputs.Decimal("K"),
            inputs.Double("T"), inputs.Double("undiscounted_price"));
        return new Answer().With("implied_vol", () => solved.Value
            ?? throw new ProductRefusal(SnakeCase(solved.Status.ToString())));
    }

    private static Answer Normalised(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var (x, s) = (inputs.Double("x"), inputs.Double("s"));
        var right = inputs.Double("q") > 0.0 ? OptionRight.Call : OptionRight.Put;
        return new Answer()
            .With("normalised_black", () => NormalisedBlack.Value(right, x, s))
            .With("normalised_vega", () => NormalisedBlack.Vega(x, s))
            .With("norm_cdf", () => NormalDistribution.Cumulative(inputs.Double("z")));
    }

    private static Answer Perpetual(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var style = inputs.Text("payoff") == "inverse" ? ContractStyle.Inverse : ContractStyle.Linear;
        var funding = inputs.Text("funding") == "current_spot" ? FundingSpot.Current : FundingSpot.Previous;
        var terms = new PerpetualTerms(inputs.Double("r"), inputs.Double("q"), inputs.Double("kappa_per_interval"),
            inputs.Double("iota"), inputs.Double("funding_interval_years"));
        return new Answer().With("perp_price", () => terms.FairPrice(inputs.Double("spot"), style, funding));
    }

    private static string SnakeCase(string name)
    {
        StringBuilder text = new();
        foreach (var letter in name)
        {
            text.Append(char.IsUpper(letter) && text.Length > 0 ? "_" : "");
            text.Append(char.ToLower(letter, CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }
}
