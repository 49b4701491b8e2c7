using System.Diagnostics;
using OrleansLeverage.Engine.Core;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Engine.Replay;

/// <summary>
/// What the grid does of itself after a frame: liquidation where it is asked for, and plans that go on.
/// </summary>
public sealed partial class LockstepGrid
{
    private readonly MarketReporter _reporter = new(accountsMax: int.MaxValue);

    /// <summary>Deleveraging at the current frame, whose time is the clock; one call at a time.</summary>
    public IDeleveraging Deleveraging => _deleveraging;

    /// <summary>What the grid liquidated by itself.</summary>
    public LiquidationTotals Liquidations => _liquidation?.Totals ?? default;

    /// <summary>How the market is built at the current frame, and why its leverage changed since the last call.
    /// </summary>
    public MarketReport MakeMarketReport()
    {
        var began = Stopwatch.GetTimestamp();
        return _reporter.Make(AccountCut.Of(State, _frame), static () => false,
            () => Stopwatch.GetElapsedTime(began).TotalMilliseconds)!;
    }

    private void Liquidate()
    {
        if (_liquidation is not { } watch)
        {
            return;
        }
        _core.NowMs = _frame.TimeMs;
        var fault = watch.Run();
        Commit();
        if (fault is not null)
        {
            throw new InvalidOperationException(fault);
        }
    }

    /// <summary>Plans that wait for a price go on, and are waited for: nothing runs between two calls.</summary>
    private void Deleverage()
    {
        _deleveraging.Pump();
        _deleveraging.IdleAsync().GetAwaiter().GetResult();
    }

    /// <summary>Decides and commits at once: there is nobody to wait for.</summary>
    private sealed class Turn(LockstepGrid grid) : IPlanWriter
    {
        public Task<T> Ask<T>(Func<GridCore, T> action)
        {
            grid._core.NowMs = grid._frame.TimeMs;
            try
            {
                var answer = action(grid._core);
                grid.Commit();
                return Task.FromResult(answer);
            }
            catch (Exception exception)
            {
                grid._core.Discard();
                return Task.FromException<T>(exception);
            }
        }
    }

    private sealed class FrameClock(LockstepGrid grid) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(grid._frame.TimeMs);
    }
}
