using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Analytics.Options.Barriers;
using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Vanna-volga smiles and barrier options on them.</summary>
internal static class VannaVolgaCases
{
    public static void AddTo(CaseMap map) => map
        .Topic("vanna_volga_castagna_mercurio.json", Vanilla)
        .Topic("vanna_volga_barriers_quantlib.json", vector => Barrier(vector, SingleOf(vector.Inputs),
            VannaVolgaConvention.QuantLibSingle))
        .Topic("vanna_volga_double_barriers_quantlib.json", vector => Barrier(vector, DoubleOf(vector.Inputs),
            VannaVolgaConvention.QuantLibDouble));

    private static Answer Vanilla(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var smile = new VannaVolgaSmile(
            new ForwardMarket(inputs.Double("S"), inputs.Double("T"), inputs.Double("df_d"), inputs.Double("df_f")),
            new VannaVolgaPillars(inputs.Double("vol_25p"), inputs.Double("vol_atm"), inputs.Double("vol_25c"),
                DeltaConvention.Spot));
        double Strike() => inputs.Double("K");
        return new Answer()
            .With("K_25p", () => smile.PutStrike)
            .With("K_atm", () => smile.AtmStrike)
            .With("K_25c", () => smile.CallStrike)
            .With("x1", () => smile.Weights(Strike()).Put)
            .With("x2", () => smile.Weights(Strike()).Atm)
            .With("x3", () => smile.Weights(Strike()).Call)
            .With("call_price", () => smile.Price(OptionRight.Call, Strike()))
            .With("put_price", () => smile.Price(OptionRight.Put, Strike()))
            .With("vv_implied_vol", () => smile.At(Strike()).Volatility)
            .With("first_order_vol", () => smile.FirstOrder(Strike()))
            .With("second_order_vol", () => smile.SecondOrder(Strike()));
    }

    private static Answer Barrier(VectorCase vector, BarrierOption option, VannaVolgaConvention convention)
    {
        var inputs = vector.Inputs;
        if (inputs.DoubleOrNull("rebate") is { } rebate and not 0.0)
        {
            throw new UnmappedCase($"a rebate of {rebate}");
        }
        var smile = new VannaVolgaSmile(
            ForwardMarket.FromRates(inputs.Double("S"), inputs.Double("T"), inputs.Double("r_domestic"),
                inputs.Double("q_foreign")),
            new VannaVolgaPillars(inputs.Double("vol_25d_put"), inputs.Double("vol_atm_dns"),
                inputs.Double("vol_25d_call"), DeltaConvention.Forward));
        VannaVolgaBarrier Value() => VannaVolgaBarrier.Of(option, smile, inputs.Double("vanilla_vol_at_K"), convention);
        return new Answer()
            .With("price", () => Value().Price)
            .With("knock_in_price", () => Value().KnockIn)
            .With("knock_out_price", () => Value().KnockOut)
            .With("vanilla_price", () => Value().Vanilla);
    }

    private static BarrierOption SingleOf(CaseInputs inputs)
    {
        var (type, barrier) = (inputs.Text("barrier_type"), inputs.Double("barrier"));
        var (kind, isUp) = type switch
        {
            "UpOut" => (BarrierKind.KnockOut, true),
            "UpIn" => (BarrierKind.KnockIn, true),
            "DownOut" => (BarrierKind.KnockOut, false),
            "DownIn" => (BarrierKind.KnockIn, false),
            _ => throw new UnmappedCase($"barrier '{type}'"),
        };
        return new BarrierOption(kind, Right(inputs), inputs.Double("K"), isUp ? null : barrier, isUp ? barrier : null);
    }

    private static BarrierOption DoubleOf(CaseInputs inputs)
    {
        var kind = inputs.Text("barrier_type") switch
        {
            "KnockOut" => BarrierKind.KnockOut,
            "KnockIn" => BarrierKind.KnockIn,
            var other => throw new UnmappedCase($"barrier '{other}'"),
        };
        return new BarrierOption(
            kind, Right(inputs), inputs.Double("K"), inputs.Double("lower"), inputs.Double("upper"));
    }

    private static OptionRight Right(CaseInputs inputs) =>
        inputs.Text("type").StartsWith("c", StringComparison.OrdinalIgnoreCase) ? OptionRight.Call : OptionRight.Put;
}
