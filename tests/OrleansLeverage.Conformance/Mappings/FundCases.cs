using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>What an insurance fund may pay, and stepped requirements of portfolio accounts.</summary>
internal static class FundCases
{
    public static void AddTo(CaseMap map) => map
        .Kind("insurance_fund_check", Check)
        .Kind("portfolio_margin", Stepped, "okx");

    private static Answer Check(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer().With("valid", () => InsuranceFund.Covers(
            inputs.Decimal("insurance_fund_balance"), inputs.Decimal("delta")));
    }

    private static Answer Stepped(VectorCase vector)
    {
        var inputs = vector.Inputs;
        decimal Adjusted() => MarginForms.Stepped(
            inputs.Decimal("raw"), inputs.Decimal("tier1"), inputs.Decimal("mult2"));
        return new Answer()
            .With("mr7_adj", () => Adjusted())
            .With("mmr", () => MarginForms.AtLeast(Adjusted(), 1m, inputs.Decimal("scan_sum")));
    }
}
