using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Core;
using OrleansLeverage.Engine.Journal;
using OrleansLeverage.Engine.State;
using Xunit;

namespace OrleansLeverage.Tests.App;

/// <summary>
/// Writes a real journal without threads or clocks: each command its own batch, at prices that are given.
/// </summary>
internal sealed class JournalMaker : IDisposable
{
    private const long TimeMs = 1_767_225_600_000;

    private readonly DurableJournal _journal;
    private readonly GridCore _core;
    private readonly decimal[] _funding;
    private long _frames = 1;
    private long _ids;

    public JournalMaker(string folder)
    {
        _journal = DurableJournal.Open(
            new JournalOptions { Directory = folder, SchemaVersion = JournalCodec.SchemaVersion });
        _funding = new decimal[Universe.Instruments.Count];
        _core = new GridCore(new GridState(Universe, 1024), Frame(60_000m));
    }

    public Universe Universe { get; } = StandardRules.Universe();

    public string Hash => _core.State.Hash();

    /// <summary>
    /// Deposits, trades with fees on a linear and an inverse contract, funding, an isolated position, an import.
    /// </summary>
    public static string Fill(string folder, bool snapshot)
    {
        using var maker = new JournalMaker(folder);
        maker.Trade();
        if (snapshot)
        {
            maker.Snapshot();
        }
        maker.Trade();
        return maker.Hash;
    }

    public void Trade()
    {
        foreach (var name in (string[])["alice", "bob", "mm-1"])
        {
            Apply(new Deposit(Id(), new AccountId(name), AssetId.Usd, 1_000_000.12345678m));
            Apply(new Deposit(Id(), new AccountId(name), new AssetId("BTC"), 3m));
        }
        Trade("BTC-USD-PERP", "alice", "mm-1", 1.2345m, 60_001.37m, 3.5m);
        Trade("BTC-USDI-PERP", "mm-1", "bob", 1_777m, 59_999.99m, 0.0001m);
        _funding[Universe.Instrument(new InstrumentId("BTC-USD-PERP"))!.Index] += 1.234567890123m;
        _core.Frame = Frame(61_000m);
        Apply(new SettleFunding(Id(), new AccountId("alice"), new InstrumentId("BTC-USD-PERP")));
        Apply(new SetMarginMode(Id(), new AccountId("mm-1"), new InstrumentId("BTC-USDI-PERP"), MarginMode.Isolated));
        Trade("BTC-USD-PERP", "mm-1", "alice", 0.2344m, 61_002m, 1m);
        Trade("BTC-USDI-PERP", "bob", "mm-1", 333m, 61_000m, 0m);
        Apply(new ImportAccount(Id(), new AccountId($"import-{_ids}"), [new ImportedBalance(AssetId.Usd, 5_000m)],
            [new ImportedPosition(new InstrumentId("ETH-USD-PERP"), new Quantity(2m), new Price(3_000m))]));
        Apply(new SetMarginMode(Id(), new AccountId("mm-1"), new InstrumentId("BTC-USDI-PERP"), MarginMode.Cross));
    }

    public void Snapshot() => _journal.WriteSnapshot(_journal.LastSequence, Convert.FromHexString(Hash), stream =>
    {
        foreach (var chunk in GridSnapshot.Write(_core.State))
        {
            stream.Write(chunk.Span);
        }
    });

    /// <summary>A record that no engine would write, as a batch that the journal accepts.</summary>
    public void Plant(Func<GridState, JournalRecord> make)
    {
        var sink = new ByteSink();
        JournalCodec.Write(sink, make(_core.State));
        _journal.Commit(sink.Written, 1);
    }

    public void Dispose() => _journal.Dispose();

    public CommandId Id() => CommandId.Series(TimeMs, 7, ++_ids);

    private void Trade(string instrument, string first, string second, decimal quantity, decimal price, decimal fee) =>
        Apply(new ApplyFill(Id(), new InstrumentId(instrument), new Price(price),
            new FillLeg(new AccountId(first), new Quantity(quantity), fee),
            new FillLeg(new AccountId(second), new Quantity(-quantity), 0m)));

    private void Apply(AccountCommand command)
    {
        _core.NowMs = TimeMs;
        var result = _core.Execute(command);
        Assert.True(result.Status == CommandStatus.Applied, $"{command}: {result.Status} {result.Detail}");
        var sink = new ByteSink();
        foreach (var record in _core.Pending.Records)
        {
            JournalCodec.Write(sink, record);
        }
        _journal.Commit(sink.Written, _core.Pending.Records.Count);
        _core.Commit((_, _) => { });
    }

    private PriceFrame Frame(decimal bitcoin)
    {
        var prices = Universe.Feeds.Select(feed => new FramePrice(
            new Price(feed.Id.Value == "BTC-USD" ? bitcoin : 3_000m), PriceState.Fresh, TimeMs)).ToArray();
        return new PriceFrame(new FrameNumber(1, _frames++), TimeMs, Universe, prices, (decimal[])_funding.Clone());
    }
}
