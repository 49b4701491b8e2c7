using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Accounts whose margin grows with their size against the market's skew scale: Synthetix v3.</summary>
internal static class SkewCases
{
    private const string Venue = "synthetix_v3";
    private const decimal SecondsPerDay = 86_400m;

    public static void AddTo(CaseMap map) => map
        .Kind("available_margin", vector => Positions(vector.Inputs))
        .Kind("margin_requirement", vector => Positions(vector.Inputs), Venue)
        .Kind("withdrawable", vector => Positions(vector.Inputs), Venue)
        .Kind("account_open_interest", OpenInterest)
        .Kind("account_margin_state", State, Venue)
        .Kind("funding_velocity", Velocity);

    /// <summary>
    /// Positions that were opened on an empty market: their fills moved the skew from 0 to their size.
    /// </summary>
    private static Answer Positions(CaseInputs inputs)
    {
        var held = inputs.Items("positions");
        decimal Notional(CaseInputs position) =>
            AccountForms.AtIndex(Math.Abs(position.Decimal("size")), position.Decimal("price"));
        decimal Available() => AccountForms.Equity(inputs.Decimal("collateral"), [.. held.Select(position => Profit(
            position.Decimal("size"), ContractForms.SkewedFill(position.Decimal("price"), 0m, position.Decimal("size"),
                position.Decimal("skew_scale")), position.Decimal("price")))]);
        decimal Initial() => held.Sum(position => MarginForms.AtRate(Notional(position), Rate(
            position.Decimal("size"), inputs.Decimal("initial_margin_fraction"), position.Decimal("skew_scale"),
            inputs.Decimal("min_initial_margin_ratio"))));
        decimal Least() => held.Sum(position => position.DecimalOr(0m, "min_position_margin"));
        decimal Reward() => MarginForms.AtRate(held.Sum(Notional), inputs.Decimal("liquidation_reward_ratio"));
        return new Answer()
            .With("available", () => Available())
            .With("initial_excl_reward", () => AccountForms.Equity(Initial(), Least()))
            .With("maintenance_excl_reward", () => AccountForms.Equity(
                MarginForms.AtRate(Initial(), inputs.Decimal("maintenance_scalar")), Least()))
            .With("liquidation_reward", () => Reward())
            .With("withdrawable", () => AccountForms.Free(Available(), Initial(), Reward(), Least()));
    }

    private static Answer OpenInterest(VectorCase vector)
    {
        var prices = vector.Inputs.Numbers("prices").ToDictionary(price => price.Name, price => price.Value);
        return new Answer().With("open_interest", () => vector.Inputs.Numbers("sizes")
            .Sum(size => AccountForms.AtIndex(Math.Abs(size.Value), prices[size.Name])));
    }

    private static Answer State(VectorCase vector)
    {
        var inputs = vector.Inputs;
        decimal Of(string table, string market) => inputs.Numbers(table).First(entry => entry.Name == market).Value;
        var (profits, maintenance, notionals) = (0m, 0m, 0m);
        var answer = new Answer();
        foreach (var (market, size) in inputs.Numbers("sizes"))
        {
            var price = Of("prices", market);
            var notional = AccountForms.AtIndex(Math.Abs(size), price);
            var profit = Profit(size, Of("entry_fill", market), price);
            answer.Beside($"pnl_{market}", () => profit);
            (profits, notionals) = (profits + profit, notionals + notional);
            maintenance += MarginForms.AtRate(MarginForms.AtRate(notional, Rate(size,
                Of("initial_margin_fraction", market), Of("skew_scale", market), Of("min_im_ratio", market))),
                inputs.Decimal("maintenance_scalar"));
        }
        var available = AccountForms.Equity(inputs.Decimal("collateral"), profits);
        var reward = MarginForms.AtRate(notionals, inputs.Decimal("liquidation_reward_ratio"));
        return answer
            .With("available", () => available)
            .With("liquidatable", () =>
                new MarginBucket(available, available, AccountForms.Equity(maintenance, reward)).IsLiquidatable);
    }

    private static Answer Velocity(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var (rate, velocity) = (inputs.Decimal("funding_rate"),
            inputs.DecimalOrNull("funding_velocity", "velocity") ?? FundingRates.Velocity(
                inputs.Decimal("skew_before", "skew"), inputs.Decimal("skew_scale"), inputs.Decimal("max_velocity")));
        decimal Days() => inputs.DecimalOrNull("days") ?? inputs.Decimal("elapsed_s") / SecondsPerDay;
        return new Answer()
            .With("accrued_funding", () => AccountForms.Equity(inputs.DecimalOr(0m, "accrued"), FundingRates.Accrued(
                rate, velocity, Days(), inputs.Decimal("size"), inputs.Decimal("price"))))
            .With("funding_rate", () => FundingRates.After(rate, velocity, Days()));
    }

    private static decimal Rate(decimal size, decimal fraction, decimal skewScale, decimal least) =>
        MarginForms.SizeRate(size, least, fraction / skewScale);

    private static decimal Profit(decimal size, decimal entry, decimal price) => ContractForms.Profit(
        ContractStyle.Linear, Math.Sign(size), Math.Abs(size), entry, price);
}
