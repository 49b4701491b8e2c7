using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Conformance.Mappings;

internal static class OracleHeartbeat
{
    private const decimal MsPerSecond = 1000m;

    public static Answer Answer(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer()
            .With("status", () => Heartbeat.Status(
                Ms(inputs, "now"), Ms(inputs, "updatedAt"), Ms(inputs, "heartbeat_s", "heartbeat"),
                inputs.Has("grace_s", "grace") ? Ms(inputs, "grace_s", "grace") : 0L,
                inputs.DecimalOrNull("answer"), Round(inputs, "roundId"), Round(inputs, "answeredInRound")).Code())
            .With(["should_update", "publish"], () => Heartbeat.MustPush(
                inputs.DecimalOrNull("last"), inputs.Decimal("current", "new"),
                inputs.Decimal("deviation_threshold", "deviation"),
                Ms(inputs, "elapsed_s", "elapsed"), Ms(inputs, "heartbeat_s", "heartbeat")));
    }

    private static long Ms(CaseInputs inputs, params string[] names) => (long)(inputs.Decimal(names) * MsPerSecond);

    /// <summary>A feed without rounds answers in the round it is asked for.</summary>
    private static long Round(CaseInputs inputs, string name) => (long)inputs.IntegerOr(0, name);
}
