using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Deleveraging;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Deleveraging.Saga;
using OrleansLeverage.Engine.State;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Codec;

/// <summary>
/// The bytes of version 2 of the schema: all that version 1 has, and plans of deleveraging in every state. Nobody
/// rewrites a file here.
/// </summary>
public sealed class DeleveragingFixtureTests
{
    // of what came of the plans: when, and after how many commands, is in the bytes and in no hash
    private const string Hash = "a9ae9f1abb94d627e753f1488eaebd9ec46dffc3e6e8bdf07fa9dbb1d677143c";
    private const long TimeMs = 1_700_000_000_200;
    private static readonly CommandId First = CommandId.Series(TimeMs, 2, 1);
    private static readonly CommandId Second = CommandId.Series(TimeMs, 2, 2);

    [Fact]
    public void The_journal_and_the_snapshot_of_schema_2_read_into_their_state()
    {
        var state = SchemaFixtureTests.Fold(SchemaFixtureTests.Fixture("journal-schema-2.bin"));
        var snapshot = new GridState(SchemaFixtureTests.Universe, 1024);
        GridSnapshot.Read(SchemaFixtureTests.Fixture("snapshot-schema-2.bin"), snapshot);

        Assert.True(Hash == state.Hash(), state.Hash());
        Assert.Equal(Hash, snapshot.Hash());
        foreach (var folded in new[] { state, snapshot })
        {
            var ended = folded.Deleveraging.Audit(First)!;
            Assert.Equal((DeleveragingStatus.CompletedShort, 1.25m, 0.25m), (ended.State, ended.Requested,
                ended.Residual));
            Assert.Equal([LegState.Filled, LegState.Refused, LegState.Cancelled],
                ended.Rounds[0].Legs.Select(l => l.State));
            Assert.Equal(CommandStatus.ReduceOnly, ended.Rounds[0].Legs[1].Refusal);
            Assert.Equal([LegState.Filled], ended.Rounds[1].Legs.Select(l => l.State));
            var active = folded.Deleveraging.Audit(Second)!;
            Assert.Equal((DeleveragingStatus.Active, "night shift"), (active.State, active.ExecutedBy));
            Assert.Equal([LegState.Sent, LegState.Planned], active.Rounds[0].Legs.Select(l => l.State));
            Assert.Equal([Second], folded.Deleveraging.Active());
        }
    }

    [Fact]
    public void Schema_2_is_still_written_as_it_was()
    {
        Assert.Equal(2, JournalCodec.SchemaVersion);
        Assert.Equal(SchemaFixtureTests.Fixture("journal-schema-2.bin"), Journal());
        Assert.Equal(SchemaFixtureTests.Fixture("snapshot-schema-2.bin"),
            GridSnapshot.Write(SchemaFixtureTests.Fold(Journal())).SelectMany(c => c.ToArray()).ToArray());
    }

    internal static byte[] Journal() => ByteCodecTests.Bytes(sink =>
    {
        foreach (var record in SchemaFixtureTests.Records().Concat(Plans()))
        {
            JournalCodec.Write(sink, record);
        }
    });

    private static IEnumerable<JournalRecord> Plans()
    {
        var instrument = SchemaFixtureTests.Universe.Instruments[0].Id;
        var rule = new DeleveragingRule
        {
            Name = "capped", Version = 3, Policy = DeleveragingPolicy.CappedProRata, Score = DeleveragingScore.Binance,
            IsHedgeAware = true, ProfitShareMax = 0.5m,
        };
        static DeleveragingRecord Of(SagaEvent happened) => new(happened);
        static LegPlan Leg(string account, decimal contracts, int rank, decimal? score) =>
            new(new AccountId(account), contracts, rank, score, 12.5m);
        RoundPlan Round(decimal requested, params LegPlan[] legs) => new(new FrameNumber(3, 18), 1_700_000_000_148,
            1_700_000_000_140, 7, 30_000.25m, new Price(30_100.5m), requested, legs);
        static CommandId Command(CommandId plan, int round, int leg) => SagaRound.LegId(plan, round, leg, TimeMs);
        static PayloadDigest Digest(ulong n) => new(n, ~n);

        yield return Of(new PlanArmed(First, TimeMs, new DeleveragingOrder(First, instrument, new AccountId("alice"),
            rule, "day shift", 1.25m), 1,
            Round(1.25m, Leg("bob-2", 0.5m, 1, 1.5m), Leg("carol", 0.5m, 2, null), Leg("dave", 0.25m, 3, 0m))));
        yield return Of(new ExecutionBegan(First, TimeMs + 1, "day shift"));
        yield return Of(new LegsSent(First, TimeMs + 2, 0, 2));
        yield return new AppliedRecord(Command(First, 1, 0), Digest(6), 5, new FrameNumber(3, 18), [], []);
        yield return new RefusedRecord(Command(First, 1, 1), Digest(7), CommandStatus.ReduceOnly,
            new FrameNumber(3, 18));
        yield return Of(new RestCancelled(First, TimeMs + 3));
        yield return Of(new RoundPlanned(First, TimeMs, Round(0.75m, Leg("erin", 0.5m, 1, -2m))));
        yield return Of(new LegsSent(First, TimeMs + 4, 0, 1));
        yield return new AppliedRecord(Command(First, 2, 0), Digest(8), 6, new FrameNumber(3, 18), [], []);
        yield return Of(new PlanEnded(First, TimeMs + 5, DeleveragingStatus.CompletedShort, "", "no_candidates"));
        yield return Of(new PlanArmed(Second, TimeMs, new DeleveragingOrder(Second, instrument, new AccountId("alice"),
            new DeleveragingRule(), "day shift"), -1, Round(1m, Leg("bob-2", 0.5m, 1, 2m), Leg("carol", 0.5m, 2, 1m))));
        yield return Of(new ExecutionBegan(Second, TimeMs + 6, "night shift"));
        yield return Of(new LegsSent(Second, TimeMs + 7, 0, 1));
    }
}
