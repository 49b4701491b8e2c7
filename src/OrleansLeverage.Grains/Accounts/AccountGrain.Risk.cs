using Microsoft.Extensions.Logging;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Core;

namespace OrleansLeverage.Grains.Accounts;

/// <summary>Exact looks at the account, triggers and their delivery.</summary>
public sealed partial class AccountGrain
{
    private Task? _delivering;
    private Account? _direct;

    public async Task ConfirmAsync(long epoch, long sequence)
    {
        if (Writer.Failure is not null || !await FreeAsync() || Book.Account is not { } account)
        {
            Rest();
            return;
        }
        var frame = Grid.FrameAt(new FrameNumber((int)epoch, sequence));
        var look = GridCore.LookAt(account, frame);
        if (look.Episode == account.Episode)
        {
            Rest();
            return;
        }
        var change = new AccountChange(account.Id, account.Sequence, [new EpisodeChanged(look.Episode)]);
        Book.Account = change.ApplyTo(account);
        if (look.Told(Book.LastTrigger + 1) is { } trigger)
        {
            Book.LastTrigger++;
            Book.Outbox.Add(trigger);
            Grid.SetUndelivered(Id, this, true);
        }
        Changed();
        await Writer.WriteAsync();
        await DeliverAsync();
    }

    public async Task DeliverAsync()
    {
        while (_delivering is { } running)
        {
            await running;
        }
        _delivering = SendAsync();
        try
        {
            await _delivering;
        }
        finally
        {
            _delivering = null;
        }
        Rest();
    }

    public Task OnFrameAsync(long epoch, long sequence)
    {
        var frame = Grid.FrameAt(new FrameNumber((int)epoch, sequence));
        var account = _direct ??= ReadBook().Account;
        if (account is not null && _row.IsRow)
        {
            var valuation = AccountValuation.Of(account, frame);
            Grid.SetDirect(_row, (double)valuation.Equity, (double)valuation.GrossNotional);
        }
        return Task.CompletedTask;
    }

    /// <summary>Sends what is durable and not taken; what the desk has taken leaves with the next write.</summary>
    private async Task SendAsync()
    {
        while (Writer.Failure is null && Book.Outbox.Count > 0)
        {
            if (_changes > 0)
            {
                await Writer.WriteAsync();
                continue;
            }
            var offered = Book.Outbox.ToArray();
            long taken;
            try
            {
                taken = await GrainFactory.Triggers().RaiseAsync(Id.Value, [.. offered.Select(TriggerMessage.Of)]);
            }
            catch (Exception exception)
            {
                LogUndelivered(_services.Logger, Id, offered.Length, exception.Message);
                return;
            }
            if (Book.Outbox.RemoveAll(t => t.Sequence <= taken) > 0)
            {
                Changed();
                _ = WriteQuietlyAsync();
            }
            if (taken < offered[^1].Sequence)
            {
                return;
            }
        }
        Grid.SetUndelivered(Id, this, Book.Outbox.Count > 0);
    }

    [LoggerMessage(LogLevel.Warning, "account {Account} keeps {Count} triggers: {Message}")]
    private static partial void LogUndelivered(ILogger logger, AccountId account, int count, string message);
}
