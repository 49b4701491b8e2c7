using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.State;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Codec;

/// <summary>
/// The bytes of every schema version that was ever released, in the repository: they are read for ever, and into the
/// state they were written from. Nobody rewrites a file here; a new version of the schema adds its own.
/// </summary>
public sealed class SchemaFixtureTests
{
    // of version 1: state after all records, and after the snapshot, which is the same
    private const string Hash = "58c04eda7fdf71702aefe772b11f2f0417367cd60779ef0a85a1c37eeccd0440";

    private const int WindowCapacity = 1024;
    private static readonly AccountId Alice = new("alice");
    private static readonly AccountId Bob = new("bob-2");

    internal static Universe Universe { get; } = Build();

    [Fact]
    public void The_journal_of_schema_1_reads_into_its_state()
    {
        var state = Fold(Fixture("journal-schema-1.bin"));

        Assert.Equal(Hash, state.Hash());
        Assert.Equal((4L, 1L, 2L, 1), (state.Applied, state.Refused, state.Outbox.LastSequence, state.Outbox.Count));
        Assert.Equal(new FrameNumber(3, 18), state.Frame!.Number);
        Assert.Equal(-1.5m, state.Accounts.Read(Bob)!.Position(Universe.Instruments[0]).Quantity.Value);
        Assert.Equal(0.000000000031m, state.Funding[Universe.Instruments[0].Id]);
        Assert.True(state.Window.TryGet(CommandId.Series(1_700_000_000_000, 1, 4), out var refused));
        Assert.Equal(CommandStatus.InsufficientCollateral, refused.Status);
    }

    [Fact]
    public void The_snapshot_of_schema_1_reads_into_its_state()
    {
        var state = new GridState(Universe, WindowCapacity);
        GridSnapshot.Read(Fixture("snapshot-schema-1.bin"), state);

        Assert.Equal(Hash, state.Hash());
        Assert.Equal(new FrameNumber(3, 18), state.Frame!.Number);
        Assert.True(state.Window.TryGet(CommandId.Series(1_700_000_000_000, 1, 4), out _));
        Assert.Equal(5, state.Window.Count);
    }

    [Fact]
    public void What_schema_1_has_is_still_written_as_it_was()
    {
        Assert.Equal(Fixture("journal-schema-1.bin"), Journal());
        var state = Fold(Journal());
        Assert.Equal(Fixture("snapshot-schema-1.bin"), GridSnapshot.Write(state).SelectMany(c => c.ToArray())
            .ToArray());
    }

    private static byte[] Journal() => ByteCodecTests.Bytes(sink =>
    {
        foreach (var record in Records())
        {
            JournalCodec.Write(sink, record);
        }
    });

    internal static GridState Fold(byte[] bytes)
    {
        var state = new GridState(Universe, WindowCapacity);
        var source = new ByteSource(bytes);
        while (!source.AtEnd)
        {
            state.Recover(JournalCodec.Read(ref source, Universe));
        }
        return state;
    }

    /// <summary>Every kind of record and fact, with the shapes that each can have.</summary>
    internal static IEnumerable<JournalRecord> Records()
    {
        var (usd, btc) = (Universe.Assets[0], Universe.Assets[1]);
        var (linear, inverse) = (Universe.Instruments[0], Universe.Instruments[1]);
        var frame = new FrameNumber(3, 17);
        static CommandId Id(int n) => CommandId.Series(1_700_000_000_000, 1, n);
        static PayloadDigest Digest(ulong n) => new(unchecked(n * 0x9E3779B97F4A7C15UL), ~n);
        yield return new FrameRecord(frame, 1_700_000_000_123, 7,
            [(new FeedId("BTC-USD"), 60_000.5m, PriceState.Fresh, 1_700_000_000_100)], []);
        yield return new AcknowledgedRecord("margin-engine", 0);
        yield return new AppliedRecord(Id(1), Digest(1), 1, frame,
            [new AccountChange(Alice, 1,
                [new BalanceChanged(usd, 1_000_000.000001m, 1_000_000.000001m, BalanceReason.Deposit)])],
            [new HouseEntry(HouseAccount.External, usd, -1_000_000.000001m)]);
        yield return new AppliedRecord(Id(2), Digest(2), 2, frame,
            [new AccountChange(Bob, 1,
                [new BalanceChanged(btc, 79_228_162_514.26433759m, 79_228_162_514.26433759m, BalanceReason.Import)])],
            [new HouseEntry(HouseAccount.External, btc, -79_228_162_514.26433759m)]);
        yield return new AppliedRecord(Id(3), Digest(3), 3, frame,
        [
            new AccountChange(Alice, 2,
            [
                new BalanceChanged(usd, -12.5m, 999_987.500001m, BalanceReason.Fee),
                new BalanceChanged(usd, -30_000m, 969_987.500001m, BalanceReason.IsolatedMargin),
                new PositionChanged(new Position
                {
                    Instrument = linear, Quantity = new Quantity(1.5m), Cost = 90_000.75m,
                        RealisedProfit = -0.00000001m, FundingIndex = 0m,
                    Mode = MarginMode.Isolated, IsolatedMargin = 30_000m, LeverageSetting = 2.5m,
                }),
            ]),
            new AccountChange(Bob, 2,
            [
                new PositionChanged(new Position { Instrument = linear, Quantity = new Quantity(-1.5m),
                    Cost = -90_000.75m }),
                new PositionChanged(new Position
                {
                    Instrument = inverse, Quantity = new Quantity(-7m), Cost = -0.00116667m, LeverageSetting = 10m,
                        FundingIndex = -0.5m,
                }),
                new OrderReserved(new Reservation(Id(99), inverse, new Quantity(-3m), new Price(61_000m))),
                new OrderReserved(new Reservation(Id(98), linear, new Quantity(0.25m), new Price(59_000.01m))),
                new OrderReleased(Id(99)),
            ]),
        ],
        [new HouseEntry(HouseAccount.Fees, usd, 12.5m),
            new HouseEntry(HouseAccount.Dust, btc, 0.00000000000000000001m)]);
        yield return new RefusedRecord(Id(4), Digest(4), CommandStatus.InsufficientCollateral, frame);
        yield return new AppliedRecord(Id(5), Digest(5), 4, frame, [], []);
        yield return new FundingRecord(linear.Id, 0.000000000031m);
        yield return new FrameRecord(new FrameNumber(3, 18), 1_700_000_000_148, 7,
        [
            (new FeedId("BTC-USD"), 30_000.25m, PriceState.Degraded, 1_700_000_000_140),
            (new FeedId("ETH-USD"), 0.0001m, PriceState.Stale, 0),
        ], [(linear.Id, 0.000000000031m), (inverse.Id, -2m)]);
        yield return Raised(1, Alice, 2, TriggerKind.Warning, RiskTier.Warning,
            new RiskEpisode(RiskTier.Warning, 0, false, false));
        yield return Raised(2, Bob, 2, TriggerKind.OracleInhibited, RiskTier.Bankrupt,
            new RiskEpisode(RiskTier.MarginCall, 1, true, true));
        yield return new TriggerRecord(null,
            new AccountChange(Alice, 2, [new EpisodeChanged(new RiskEpisode(RiskTier.Warning, 300, false, false))]),
            new FrameNumber(3, 18));
        yield return new AcknowledgedRecord("margin-engine", 1);
    }

    private static TriggerRecord Raised(long sequence, AccountId account, long accountSequence, TriggerKind kind,
        RiskTier tier, RiskEpisode episode) =>
        new(new Trigger(sequence, account, kind, tier, new FrameNumber(3, 18), 1_700_000_000_148, accountSequence,
            -1.25m, 3m, 4.5m, 90_000m),
            new AccountChange(account, accountSequence, [new EpisodeChanged(episode)]), new FrameNumber(3, 18));

    internal static byte[] Fixture(string name) =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Engine", "Codec", "Fixtures", name));

    /// <summary>Only names and places matter here; it is never changed.</summary>
    private static Universe Build()
    {
        Feed[] feeds =
        [
            new Feed { Id = new FeedId("BTC-USD"), TickSize = 0.01m, Index = 0 },
                new Feed { Id = new FeedId("ETH-USD"), TickSize = 0.01m, Index = 1 },
        ];
        Asset[] assets =
        [
            new Asset { Id = AssetId.Usd, Quantum = 0.00000001m, Index = 0 },
            new Asset { Id = new AssetId("BTC"), Quantum = 0.00000001m, PriceFeed = feeds[0], Index = 1 },
        ];
        Instrument Of(string id, int index, ContractStyle style) => new()
        {
            Id = new InstrumentId(id), Kind = InstrumentKind.Perpetual, Style = style, Base = assets[1],
                Quote = assets[0],
            Settlement = style == ContractStyle.Linear ? assets[0] : assets[1], MarkFeed = feeds[0], Multiplier = 1m,
                TickSize = 0.01m,
            LotSize = 0.01m, PositionLimit = 1000m, PriceMax = 10_000_000m,
                Margin = MarginSchedule.Fraction("flat", 0.1m, 0.05m), Index = index,
        };
        var rules = new RiskRules { Name = "fixture", Version = 7, EffectiveFrom = DateTimeOffset.UnixEpoch };
        return new Universe(1, rules, feeds, assets,
            [Of("BTC-USD-PERP", 0, ContractStyle.Linear), Of("BTC-USDI-PERP", 1, ContractStyle.Inverse)]);
    }
}
