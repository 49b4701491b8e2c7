using System.Globalization;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Funding payments and sums over the time a position was held.</summary>
internal static class FundingCases
{
    private static readonly string[] Sizes = ["quantity", "qty", "size"];
    private static readonly string[] Marks = ["mark_price", "mark", "mid_price", "mid"];
    private static readonly string[] Rates = ["rate", "funding_rate"];

    public static void AddTo(CaseMap map) => map
        .Kind("funding_payment", vector => Payment(vector, needsShare: false))
        .Kind("funding_payment", vector => Payment(vector, needsShare: true), "kraken")
        .Kind("funding_window", vector => Window(vector, TimeSpan.Zero))
        .Kind("funding_window", vector => Window(vector, TimeSpan.FromSeconds(15)), "binance");

    private static Answer Payment(VectorCase vector, bool needsShare)
    {
        var inputs = vector.Inputs;
        decimal At(int side) => FundingForms.Payment(
            side, inputs.Decimal(Sizes), Mark(inputs), inputs.Decimal(Rates),
            needsShare ? Share(inputs) : inputs.DecimalOr(1m, "time_in_ratio"));
        return new Answer()
            .With(["payment", "funding_fee", "funding_payment"], () => At(inputs.Side()))
            .With("balance_after", () => Sum(inputs.Decimal("balance"), At(inputs.Side())))
            .With("long_delta", () => At(1))
            .With("short_delta", () => At(-1))
            .With("pool", () => Sum(At(1), At(-1)));
    }

    private static decimal? Mark(CaseInputs inputs) => inputs.DecimalOrNull(Marks)
        ?? (inputs.Has("bid") ? ContractForms.Mid(inputs.Decimal("bid"), inputs.Decimal("ask")) : null);

    private static decimal Sum(decimal left, decimal right) =>
        (new Money(left, AssetId.Usd) + new Money(right, AssetId.Usd)).Amount;

    private static decimal Share(CaseInputs inputs) =>
        inputs.DecimalOrNull("time_in_ratio") ?? throw new ProductRefusal("time_in_ratio_required");

    private static Answer Window(VectorCase vector, TimeSpan grace)
    {
        var inputs = vector.Inputs;
        decimal Sum(int side) => FundingForms.Window(
            side, inputs.Decimal(Sizes), Time(inputs, "open_time"), Time(inputs, "close_time"), grace,
            inputs.Items("funding_ticks").Select(tick =>
                new FundingTick(Time(tick, "time"), tick.Decimal(Rates), tick.DecimalOrNull(Marks))));
        return new Answer()
            .With("funding_fee_short", () => Sum(-1))
            .With("funding_fee_long", () => Sum(1))
            .With(["funding_fee", "payment"], () => Sum(inputs.Side()));
    }

    private static DateTimeOffset Time(CaseInputs inputs, string name) => DateTimeOffset.Parse(
        inputs.Text(name), CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
