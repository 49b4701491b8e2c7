using Microsoft.Extensions.Logging;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Core;

namespace OrleansLeverage.Grains.Accounts;

/// <summary>
/// What neither the account nor the insurance fund can pay, paid by those who gain in the same market, as in one
/// process: in proportion to their gain at the mark of the close and never above it. Where that is more than one
/// transaction holds, what is left is kept here, and goes on by itself until everybody has paid.
/// </summary>
public sealed partial class AccountGrain
{
    /// <summary>The close has happened and some have not paid yet.</summary>
    private bool IsSharing => Book.Sharing is { IsBegun: true };

    /// <summary>Those who gain in a market, by id, without this account and the desk; null where not everybody can be
    /// asked now.</summary>
    private async Task<ShareMessage[]?> GainsAsync(Instrument market, AccountId desk,
        Dictionary<InstrumentId, ShareMessage[]> known, PriceFrame frame)
    {
        if (known.TryGetValue(market.Id, out var winners))
        {
            return winners;
        }
        try
        {
            var gains = await Writer.UnlessFailedAsync(GrainFactory.MarketReads().GainsAsync(market.Id.Value,
                frame.Mark(market)!.Value.Value));
            winners = [.. gains.Where(g => g.Account != Id.Value && g.Account != desk.Value)
                .OrderBy(g => g.Account, StringComparer.Ordinal)];
            known.Add(market.Id, winners);
            return winners;
        }
        catch (Exception exception)
        {
            LogUnshared(_services.Logger, Id, market.Id, exception.Message);
            return null;
        }
    }

    private static ShareMessage[] Payers(decimal loss, ShareMessage[] winners, decimal quantum)
    {
        var shares = SocialisedLoss.ByGain(loss, [.. winners.Select(w => w.Amount)], quantum);
        return [.. winners.Select((w, i) => w with { Amount = shares[i] }).Where(s => s.Amount > 0m)];
    }

    /// <summary>Goes on with what is kept until all of it is paid, or something stands in the way. True where somebody
    /// paid.</summary>
    private async Task<bool> ShareAsync(PriceFrame frame)
    {
        var isDone = false;
        while (await FreeAsync() && Book is { Sharing: { IsBegun: true } sharing, Account: { } account })
        {
            var loss = sharing.Loss;
            var status = await OrderAsync(account, Payments(account, sharing),
                [.. sharing.Batch.ToArray().Select(loss.Gain)]);
            if (!await FreeAsync() || Book.Sharing?.Opens != sharing.Opens)
            {
                isDone = true;
                continue;
            }
            if (status is CommandStatus.IdTooOld or CommandStatus.CommandIdReused or CommandStatus.IdAlreadyFailed
                or CommandStatus.Overloaded)
            {
                // under other ids, when it comes again
                LogUnpaid(_services.Logger, Id, loss.Market, status.Value);
                await KeepAsync(account, sharing, sharing with { First = FirstId(frame) });
                return isDone;
            }
            if (status is not null
                || (Book.Account?.Sequence == account.Sequence && !await LeaveOutAsync(account, sharing)))
            {
                return isDone;
            }
        }
        return isDone;
    }

    /// <summary>Some payers, and the account's claim of what they pay.</summary>
    private List<AccountCommand> Payments(Account account, LossShare sharing)
    {
        var market = _services.Universe.Instrument(sharing.Loss.Market)!;
        var (asset, sum) = (market.Settlement.Id, 0m);
        var commands = new List<AccountCommand>(sharing.Batch.Length + 1);
        foreach (var (payer, amount) in sharing.Batch)
        {
            commands.Add(new InsuranceTransfer(sharing.Id(commands.Count), new AccountId(payer), asset, amount));
            sum += amount;
        }
        var isIsolated = account.Position(market) is { Mode: MarginMode.Isolated, Quantity.IsZero: false };
        commands.Add(new InsuranceTransfer(sharing.Id(commands.Count), Id, asset, -sum, isIsolated ? market.Id : null));
        return commands;
    }

    /// <summary>
    /// Leaves out those who do not gain any more what they would pay: they have closed since. What they would have paid
    /// stays with the account. False where it is somebody else's fault.
    /// </summary>
    private async Task<bool> LeaveOutAsync(Account account, LossShare sharing)
    {
        var (loss, payers) = (sharing.Loss, sharing.Batch.ToArray());
        var market = _services.Universe.Instrument(loss.Market)!;
        var found = await Writer.UnlessFailedAsync(Task.WhenAll(payers.Select(p =>
            GrainFactory.GetGrain<IAccountGrain>(p.Account).ReadAsync()))).WaitAsync(Patience);
        var gone = payers.Where((p, i) => found[i].Account is not { } bytes || MarketGain.Of(
            AccountCodec.Read(new AccountId(p.Account), bytes, _services.Universe, names: true), market,
            new Price(loss.Mark)) < p.Amount).ToArray();
        if (gone.Length == 0)
        {
            return false;
        }
        LogLeftOut(_services.Logger, Id, loss.Market, gone.Length, gone.Sum(g => g.Amount));
        return await KeepAsync(account, sharing, sharing.Without(gone.Select(g => g.Account).ToHashSet()));
    }

    /// <summary>
    /// Keeps what is to be shared from here on, durable when this returns; false where the account has changed
    /// meanwhile. Never while a transaction has the account: it may be the one that belongs to what was kept before.
    /// </summary>
    private async Task<bool> KeepAsync(Account account, LossShare? before, LossShare? after)
    {
        while (IsHeld)
        {
            if (!await FreeAsync())
            {
                return false;
            }
        }
        if (Writer.Failure is not null || Book.Account?.Sequence != account.Sequence
            || Book.Sharing?.Opens != before?.Opens)
        {
            return false;
        }
        if (before is not null || after is not null)
        {
            Book.Sharing = after;
            Changed();
            await Writer.WriteAsync();
        }
        return true;
    }

    /// <summary>Of the frame's time, the account, its state and the place, with room for the ids of one loss.</summary>
    private CommandId FirstId(PriceFrame frame)
    {
        const ulong Series = 0x11D1;
        return CommandId.Create(frame.TimeMs, new UInt128(Series,
            GrainKeys.Hash($"{Id} {Book.Account?.Sequence} {++_ordered}") >> LossShare.IdBits << LossShare.IdBits));
    }

    [LoggerMessage(LogLevel.Warning, "a loss of {Account} in {Market} is not shared yet: {Message}")]
    private static partial void LogUnshared(ILogger logger, AccountId account, InstrumentId market, string message);

    [LoggerMessage(LogLevel.Warning, "a loss of {Account} in {Market} waits for deleveraging: {Payers} would have to "
        + "pay for it, {PayersMax} may")]
    private static partial void LogTooMany(ILogger logger, AccountId account, InstrumentId market, int payers,
        int payersMax);

    [LoggerMessage(LogLevel.Warning, "a loss of {Account} in {Market} is shared under other ids: {Status}")]
    private static partial void LogUnpaid(ILogger logger, AccountId account, InstrumentId market,
        CommandStatus status);

    [LoggerMessage(LogLevel.Warning, "of a loss of {Account} in {Market} {Amount} stays with the account: {Payers} "
        + "have closed since")]
    private static partial void LogLeftOut(ILogger logger, AccountId account, InstrumentId market, int payers,
        decimal amount);
}
