using System.Numerics;
using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Margin in integers: quantums and parts per million.</summary>
internal static class IntegerCases
{
    private const string Venue = "dydx_v4";

    public static void AddTo(CaseMap map) => map
        .Kind("notional", Notional, Venue)
        .Kind("funding_settlement", FundingSettlement)
        .Kind("margin_requirement", Requirement, Venue)
        .Kind("oi_scaled_imf", ScaledFraction)
        .Kind("oi_scaled_initial_margin", ScaledFraction)
        .Kind("maintenance_fraction", MaintenanceFraction)
        .Kind("funding_clamp", FundingClamp)
        .Kind("risk_predicate", Predicate)
        .Kind("risk_ordering", Ordering)
        .Kind("is_liquidatable", AccountState, Venue)
        .Kind("account_margin_state", AccountState, Venue)
        .Kind("bankruptcy_price", Bankruptcy, Venue)
        .Kind("fillable_price", Fillable, Venue)
        .Kind("insurance_fund_delta", FundChange, Venue)
        .Kind("partial_liquidation_bounds", Bounds, Venue);

    private static Answer Notional(VectorCase vector) => new Answer()
        .With(["net_notional_quote_quantums", "notional"], () => Position(vector.Inputs).Notional);

    private static Answer FundingSettlement(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer().With("net_settlement_ppm", () => FundingForms.SettlementPpm(
            inputs.Integer("funding_index"), inputs.Integer("position_last_index"), inputs.Integer("base_quantums")));
    }

    private static Answer Requirement(VectorCase vector)
    {
        var position = Position(vector.Inputs);
        return new Answer()
            .With(["imr", "initial_margin"], () => position.InitialMargin)
            .With(["mmr", "maintenance_margin"], () => position.MaintenanceMargin)
            .With("notional", () => position.Notional);
    }

    private static Answer ScaledFraction(VectorCase vector)
    {
        var inputs = vector.Inputs;
        BigInteger Fraction() => IntegerMargin.ScaledInitialPpm(
            inputs.Integer("initial_margin_ppm"), inputs.Integer("open_interest_notional"),
            inputs.IntegerOr(0, "oi_lower_cap"), inputs.IntegerOr(0, "oi_upper_cap"));
        return new Answer()
            .With("imf_ppm", () => Fraction())
            .With(["initial_margin", "imr"], () => IntegerMargin.CeilingPpm(inputs.Integer("notional"), Fraction()));
    }

    private static Answer MaintenanceFraction(VectorCase vector) => new Answer()
        .With("mmf_ppm", () => IntegerMargin.MaintenancePpm(
            vector.Inputs.Integer("initial_margin_ppm"), vector.Inputs.Integer("maintenance_fraction_ppm")));

    private static Answer FundingClamp(VectorCase vector) => new Answer()
        .With("max_abs_funding_ppm", () => IntegerMargin.FundingClampPpm(
            vector.Inputs.Integer("clamp_factor_ppm"), vector.Inputs.Integer("initial_margin_ppm"),
            vector.Inputs.Integer("maintenance_fraction_ppm")));

    private static Answer Predicate(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var risk = new IntegerRisk(
            inputs.Integer("net_collateral", "nc"), inputs.IntegerOr(0, "imr"), inputs.IntegerOr(0, "mmr"));
        return new Answer()
            .With("IsInitialCollateralized", () => inputs.Has("imr") ? risk.IsInitialCollateralised : null)
            .With("IsMaintenanceCollateralized", () => inputs.Has("mmr") ? risk.IsMaintenanceCollateralised : null)
            .With(["IsLiquidatable", "is_liquidatable"], () => inputs.Has("mmr") ? risk.IsLiquidatable : null);
    }

    private static Answer Ordering(VectorCase vector)
    {
        var inputs = vector.Inputs;
        IntegerRisk Risk(string which) => new(inputs.Integer(which + "_nc"), 0, inputs.Integer(which + "_mmr"));
        return new Answer().With("cmp", () => Risk("first").CompareRisk(Risk("second")));
    }

    private static Answer AccountState(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var risk = IntegerRisk.Of(inputs.Integer("usdc_quote_quantums"), inputs.Items("positions").Select(Position));
        return new Answer()
            .With(["nc", "net_collateral"], () => risk.NetCollateral)
            .With("imr", () => risk.InitialMargin)
            .With("mmr", () => risk.MaintenanceMargin)
            .With("is_liquidatable", () => risk.IsLiquidatable);
    }

    private static Answer Bankruptcy(VectorCase vector)
    {
        var inputs = vector.Inputs;
        if (!inputs.Has("usdc_quote_quantums"))
        {
            return LiquidationCases.Bankruptcy(vector);
        }
        return new Answer().With("bankruptcy_quote_quantums", () =>
        {
            var (positions, index) = Held(inputs);
            var (check, quote) = IntegerLiquidation.BankruptcyQuote(inputs.Integer("usdc_quote_quantums"), positions,
                index, inputs.Integer("delta_base_quantums"));
            return Checked(check, quote);
        });
    }

    private static Answer Fillable(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer().With("fillable_price_quote_per_base_quantum", () =>
        {
            var (positions, index) = Held(inputs);
            var (check, numerator, denominator) = IntegerLiquidation.FillablePrice(
                inputs.Integer("usdc_quote_quantums"), positions, index, inputs.Integer("delta_base_quantums"),
                inputs.Integer("bankruptcy_adjustment_ppm"), inputs.Integer("spread_to_maintenance_margin_ratio_ppm"));
            return Checked(check, new ExactNumber(numerator, denominator));
        });
    }

    private static Answer FundChange(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer().With("insurance_fund_delta_quote_quantums", () =>
        {
            var (positions, index) = Held(inputs);
            var filled = inputs.Integer("fill_base_quantums");
            if (filled.IsZero)
            {
                throw new ProductRefusal("InvalidQuantumsForInsuranceFundDelta");
            }
            var (check, quote) = IntegerLiquidation.FundChange(
                inputs.Integer("usdc_quote_quantums"), positions, index, inputs.Flag("is_buy") ? filled : -filled,
                IntegerLiquidation.FillQuote(
                    filled, inputs.Integer("subticks"), (int)inputs.Integer("quantum_conversion_exponent")),
                inputs.Integer("max_liquidation_fee_ppm"));
            return Checked(check, quote);
        });
    }

    private static Answer Bounds(VectorCase vector)
    {
        var inputs = vector.Inputs;
        // quantums of a coin and prices of the file's other cases, where this one does not state them
        (BigInteger Least, BigInteger Most) Both() => IntegerLiquidation.Bounds(
            IntegerMargin.Notional(inputs.Integer("base_quantums"), (int)inputs.IntegerOr(-8, "atomic_resolution"),
                inputs.Integer("price"), (int)inputs.IntegerOr(-5, "exponent")),
            inputs.Integer("min_position_notional_liquidated"), inputs.Integer("max_position_portion_ppm"));
        return new Answer().With("min_notional", () => Both().Least).With("max_notional", () => Both().Most);
    }

    private static (IReadOnlyList<IntegerPosition> Positions, int Index) Held(CaseInputs inputs)
    {
        var items = inputs.Items("positions").ToList();
        var sought = inputs.Integer("perpetual_id");
        return ([.. items.Select(Position)], items.FindIndex(item => item.Integer("perpetual_id") == sought));
    }

    private static T Checked<T>(CloseCheck check, T value) => check switch
    {
        CloseCheck.Ok => value,
        CloseCheck.InvalidSizeDelta => throw new ProductRefusal("InvalidPerpetualPositionSizeDelta"),
        _ => throw new ProductRefusal(check.ToString()),
    };

    internal static IntegerPosition Position(CaseInputs inputs) => new(
        inputs.Integer("base_quantums"), (int)inputs.Integer("atomic_resolution"), inputs.Integer("price"),
        (int)inputs.Integer("exponent"), inputs.IntegerOr(0, "initial_margin_ppm"),
        inputs.IntegerOr(0, "maintenance_fraction_ppm"), inputs.IntegerOr(0, "open_interest_base_quantums"),
        inputs.IntegerOr(0, "oi_lower_cap"), inputs.IntegerOr(0, "oi_upper_cap"),
        inputs.IntegerOr(0, "custom_imf_ppm"));
}
