using OrleansLeverage.Domain;
using OrleansLeverage.Engine;

namespace OrleansLeverage.App.Demo;

/// <summary>
/// What a margin engine does with the grid's triggers: closes whoever is liquidated, and acknowledges.
/// </summary>
internal sealed class LiquidationDesk(ILeverageGrid grid, TraderFlow traders)
{
    private const string Subscriber = "demo-desk";
    private const int AtOnce = 200;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    private long _triggers;
    private long _liquidated;

    /// <summary>Triggers received.</summary>
    public long Triggers => Volatile.Read(ref _triggers);

    /// <summary>Accounts closed.</summary>
    public long Liquidated => Volatile.Read(ref _liquidated);

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            var triggers = await grid.TriggersAsync(Subscriber, AtOnce, cancellation);
            foreach (var trigger in triggers)
            {
                Interlocked.Increment(ref _triggers);
                if (trigger.Kind is TriggerKind.Liquidation or TriggerKind.Bankrupt)
                {
                    await CloseAsync(trigger.Account, cancellation);
                }
            }
            if (triggers.Count > 0)
            {
                await grid.AcknowledgeAsync(Subscriber, triggers[^1].Sequence, cancellation);
            }
        }
    }

    private async Task CloseAsync(AccountId account, CancellationToken cancellation)
    {
        var begun = await grid.ExecuteAsync(new Liquidate(traders.NextId(), account), cancellation);
        if (!begun.IsApplied || await grid.AccountAsync(account, cancellation) is not { } now)
        {
            return;
        }
        foreach (var held in now.Positions)
        {
            await traders.FillAsync(account, held.Position.Instrument, -held.Position.Quantity, FillReason.Liquidation,
                cancellation);
        }
        Interlocked.Increment(ref _liquidated);
    }
}
