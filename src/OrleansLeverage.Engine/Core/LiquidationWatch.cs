using System.Collections.Concurrent;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Core;

/// <summary>
/// The accounts that a grid liquidates by itself, by id. An account is let go once what is durable says that it does
/// not fail, so a batch that was lost loses nothing here. One writer.
/// </summary>
internal sealed class LiquidationWatch(GridCore core, LiveLiquidation how, Action<int, Action<int>> inParallel)
{
    /// <summary>Until an account that nothing could be done for is tried again.</summary>
    private const long AgainMs = 1_000;

    private readonly SortedDictionary<AccountId, long> _notBeforeMs = [];
    private readonly ConcurrentDictionary<(InstrumentId Instrument, int Side), decimal> _liquidated = new();

    /// <summary>USD closed by market and side, by name; may be read by anyone.</summary>
    public IReadOnlyList<LiquidatedNotional> Liquidated => [.. _liquidated
        .OrderBy(row => row.Key.Instrument).ThenBy(row => row.Key.Side)
        .Select(row => new LiquidatedNotional(row.Key.Instrument, row.Key.Side, row.Value))];

    public LiquidationTotals Totals { get; private set; }

    /// <summary>Takes an account that fails on the list.</summary>
    public void Look(Account? account)
    {
        if (account is not null && GridCore.IsFailing(account) && account.Id != how.Desk)
        {
            _notBeforeMs.TryAdd(account.Id, 0L);
        }
    }

    /// <summary>
    /// Deals with those that are due at the core's frame. Null, or what is wrong with one of them; it does not keep
    /// the others from being dealt with.
    /// </summary>
    public string? Run()
    {
        var (fault, count) = ((string?)null, 0);
        foreach (var (id, notBeforeMs) in _notBeforeMs.ToArray())
        {
            // neither as it is durable nor as it is about to be
            if (core.State.Accounts.Read(id) is { } durable && !GridCore.IsFailing(durable)
                && core.Find(id) is { } pending && !GridCore.IsFailing(pending))
            {
                _notBeforeMs.Remove(id);
                continue;
            }
            if (core.Frame.TimeMs < notBeforeMs)
            {
                continue;
            }
            if (++count > how.AccountsAtOnce)
            {
                break;
            }
            var mark = core.Pending.Here();
            try
            {
                var done = core.Liquidate(id, how, inParallel);
                Totals = new LiquidationTotals(Totals.Liquidations + done.Liquidations, Totals.Closes + done.Closes,
                    Totals.Waiting + done.Waiting, Totals.Shared + done.Shared);
                foreach (var (instrument, side, notional) in core.Closed)
                {
                    _liquidated.AddOrUpdate((instrument, side), notional, (_, before) => before + notional);
                }
                _notBeforeMs[id] = core.Pending.Records.Count > mark.Records ? 0L : core.Frame.TimeMs + AgainMs;
            }
            catch (Exception exception)
            {
                core.Pending.Return(mark);
                _notBeforeMs[id] = core.Frame.TimeMs + AgainMs;
                fault = $"account {id} cannot be liquidated at frame {core.Frame.Number}: {exception.Message}";
            }
        }
        return fault;
    }
}
