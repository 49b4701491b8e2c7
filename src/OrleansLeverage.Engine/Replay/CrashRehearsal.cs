using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Engine.Replay;

/// <summary>
/// Takes a small market of its own through one crash after the other, for a second and on a thread that gives way to
/// all others, so that the code which a crash needs has been compiled for speed before there is one. Otherwise the
/// first crash of a process takes nearly twice as long as the next. Touches nothing of any grid.
/// </summary>
public static class CrashRehearsal
{
    private const int Accounts = 512;
    private const int Crashes = 12;

    // code is compiled for speed a tenth of a second after it was last found to be used for the first time
    private const int PauseMs = 120;

    /// <summary>Returns at once.</summary>
    public static Thread Start()
    {
        var thread = new Thread(Run)
        {
            IsBackground = true, Priority = ThreadPriority.BelowNormal, Name = "leverage-rehearsal",
        };
        thread.Start();
        return thread;
    }

    /// <summary>Once; how many triggers it raised.</summary>
    internal static int Rehearse(Action pause)
    {
        var universe = StandardRules.Universe();
        using var grid = new LockstepGrid(universe,
            [.. universe.Feeds.Select(f => OracleProfile.Replay(f.Id, f.TickSize, 60_000))], workers: 1);
        var timeMs = DateTimeOffset.UnixEpoch.AddYears(50).ToUnixTimeMilliseconds();
        var triggers = 0;
        Publish(100m);
        for (var i = 0; i < Accounts; i++)
        {
            var positions = Enumerable.Range(0, 1 + i % 4).Select(p => new ImportedPosition(
                universe.Instruments[(i + 5 * p) % universe.Instruments.Count].Id, new Quantity(10m), new Price(100m)));
            // half of them fail when prices fall by an eighth
            grid.Execute(new ImportAccount(CommandId.Series(timeMs, 7, i + 1), new AccountId($"rehearsal-{i}"),
                [new ImportedBalance(AssetId.Usd, 1_000m * (1 + i % 4) / (i % 2 == 0 ? 8m : 1.5m))], [.. positions]));
        }
        for (var crash = 0; crash < Crashes; crash++)
        {
            Publish(88m);
            Publish(100m);
            pause();
        }
        return triggers;

        void Publish(decimal price)
        {
            timeMs += 60_000;
            grid.Publish(timeMs, universe.Feeds.Select(f => KeyValuePair.Create(f.Id, new Price(price))),
                _ => triggers++);
        }
    }

    private static void Run()
    {
        try
        {
            Rehearse(static () => Thread.Sleep(PauseMs));
        }
        catch (Exception)
        {
            // a rehearsal that fails leaves the first crash a little slower, and nothing else
        }
    }
}
