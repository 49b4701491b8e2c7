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
    private const int Markets = 4;
    private const int Crashes = 12;
    private const int CalmFrames = 6;

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
        var universe = MakeUniverse();
        using var grid = new LockstepGrid(universe,
            [.. universe.Feeds.Select(f => OracleProfile.Replay(f.Id, f.TickSize, 60_000))], workers: 1);
        var timeMs = DateTimeOffset.UnixEpoch.AddYears(50).ToUnixTimeMilliseconds();
        var triggers = 0;
        Publish(100m);
        for (var i = 0; i < Accounts; i++)
        {
            var positions = Enumerable.Range(0, 1 + i % Markets).Select(p => new ImportedPosition(
                universe.Instruments[(i + p) % Markets].Id, new Quantity(10m), new Price(100m))).ToArray();
            // half of them fail when prices fall by an eighth
            grid.Execute(new ImportAccount(CommandId.Series(timeMs, 7, i + 1), new AccountId($"rehearsal-{i}"),
                [new ImportedBalance(AssetId.Usd, Math.Round(1_000m * positions.Length / (i % 2 == 0 ? 8m : 1.5m), 2))],
                positions));
        }
        for (var crash = 0; crash < Crashes; crash++)
        {
            Publish(88m);
            // calm for as long as it takes until whoever was told of is armed again
            for (var frame = 0; frame < CalmFrames; frame++)
            {
                Publish(100m);
            }
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
        using var pause = new ManualResetEventSlim();
        try
        {
            Rehearse(() => pause.Wait(PauseMs));
        }
        catch (Exception)
        {
            // a rehearsal that fails leaves the first crash a little slower, and nothing else
        }
    }

    private static Universe MakeUniverse()
    {
        var feeds = Enumerable.Range(0, Markets)
            .Select(i => new Feed { Id = new FeedId($"R{i}-USD"), TickSize = 0.01m, Index = i }).ToArray();
        var usd = new Asset { Id = AssetId.Usd, Quantum = 0.00000001m, Index = 0 };
        var coins = feeds.Select(f => new Asset
        {
            Id = new AssetId($"R{f.Index}"), Quantum = 0.00000001m, PriceFeed = f, Index = f.Index + 1,
        }).ToArray();
        var margin = MarginSchedule.Fraction("rehearsal", 0.02m, 0.01m);
        var instruments = coins.Select((coin, i) => new Instrument
        {
            Id = new InstrumentId($"R{i}-USD-PERP"), Kind = InstrumentKind.Perpetual, Base = coin, Quote = usd,
            Settlement = usd, MarkFeed = feeds[i], TickSize = 0.01m, LotSize = 0.001m, PositionLimit = 10_000_000m,
            PriceMax = 100_000m, Margin = margin, Index = i,
        }).ToArray();
        var rules = new RiskRules { Name = "rehearsal", Version = 1, EffectiveFrom = DateTimeOffset.UnixEpoch };
        return new Universe(1, rules, feeds, [usd, .. coins], instruments);
    }
}
