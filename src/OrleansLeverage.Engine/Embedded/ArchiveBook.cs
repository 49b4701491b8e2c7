using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Deleveraging.Saga;
using OrleansLeverage.Engine.Journal;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>
/// What a journal that nobody serves from says of accounts and plans: every account as it was last, at the last frame
/// that anything was decided at, with the prices and states of then.
/// </summary>
/// <param name="Frame">Null where nothing was ever decided.</param>
/// <param name="Insurance">The insurance fund by asset.</param>
public sealed record ArchiveBook(PriceFrame? Frame, IReadOnlyList<Account> Accounts,
    IReadOnlyDictionary<AssetId, decimal> Insurance)
{
    private const int WindowCapacity = 1024;

    public static ArchiveBook Read(string directory, Universe universe)
    {
        using var journal = Open(directory);
        return Of(JournalReader.Recover(journal, universe, WindowCapacity), universe);
    }

    private static ArchiveBook Of(GridState state, Universe universe) =>
        new(state.Frame is { } record ? FrameOf(record, state, universe) : null,
            [.. state.Accounts.InOrder().Select(state.Accounts.Read)],
            state.House.Balances.Where(b => b.Account == HouseAccount.Insurance)
                .ToDictionary(b => b.Asset, b => b.Amount));

    /// <summary>
    /// What the journal said at an instant: every account as it was then, at the last frame that anything was decided
    /// at until then. Folded from the first record: a journal that no longer has it cannot be asked.
    /// </summary>
    /// <param name="universe">Under the rules in force then.</param>
    /// <exception cref="InvalidDataException">The journal begins later than with its first record.</exception>
    public static ArchiveBook ReadAt(string directory, Universe universe, DateTimeOffset instant)
    {
        using var journal = Open(directory);
        if (journal.FirstSequence != 1)
        {
            throw new InvalidDataException(
                $"the journal begins at {journal.FirstSequence}: what was before is in a backup that has the first");
        }
        var (state, untilMs) = (new GridState(universe, WindowCapacity), instant.ToUnixTimeMilliseconds());
        foreach (var record in journal.ReadAll().SelectMany(batch => JournalReader.Records(batch, universe)))
        {
            if (record is FrameRecord frame && frame.TimeMs > untilMs)
            {
                break;
            }
            state.Recover(record);
        }
        return Of(state, universe);
    }

    /// <summary>Every plan that was ever armed, oldest first.</summary>
    public static IReadOnlyList<PlanAudit> Plans(string directory, Universe universe)
    {
        using var journal = Open(directory);
        var ledger = new DeleveragingLedger(endedMax: int.MaxValue);
        foreach (var record in journal.ReadAll().SelectMany(batch => JournalReader.Records(batch, universe)))
        {
            switch (record)
            {
                case DeleveragingRecord deleveraging:
                    ledger.Apply(deleveraging.Happened);
                    break;
                case AppliedRecord applied:
                    ledger.Applied(applied.Id, applied.Sequence);
                    break;
                case RefusedRecord refused:
                    ledger.Refused(refused.Id, refused.Status);
                    break;
            }
        }
        return ledger.Newest(int.MaxValue);
    }

    private static DurableJournal Open(string directory) => DurableJournal.Open(new JournalOptions
    {
        Directory = directory, SchemaVersion = JournalCodec.SchemaVersion, CreateIfEmpty = false,
    });

    private static PriceFrame FrameOf(FrameRecord record, GridState state, Universe universe)
    {
        var prices = new FramePrice[universe.Feeds.Count];
        foreach (var (id, price, priceState, timeMs) in record.Prices)
        {
            if (universe.Feed(id) is { } feed)
            {
                prices[feed.Index] = new FramePrice(new Price(price), priceState, timeMs);
            }
        }
        return new PriceFrame(record.Number, record.TimeMs, universe, prices, state.FundingIndices,
            state.Longs.OpenInterest(prices));
    }
}
