using FsCheck;
using FsCheck.Fluent;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;
using Xunit;

namespace OrleansLeverage.Tests.Market.Oracle;

/// <summary>Invariants I11 and I28 to I31 of the reliability reference, on random sources and clocks.</summary>
public sealed class OraclePropertyTests
{
    private const long T0 = OracleBench.T0;

    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(2_000)
        .WithReplay(new Replay(new Rnd(20260101, 1), Microsoft.FSharp.Core.FSharpOption<int>.None));

    // each of these is a sequence of up to 80 rounds
    private static readonly Config Long = Many.WithMaxTest(400);

    private static readonly Gen<decimal> AnyPrice = Gen.OneOf(
        Gen.Choose(1, 30_000).Select(ticks => ticks * 0.01m),
        Gen.Choose(1, 1_000_000).Select(thousands => thousands * 1_000m),
        Gen.Elements(0.01m, 1_000_000_000_000m));

    /// <summary>
    /// I11: the order and repetition of updates with distinct (source, session, sequence) leave no trace.
    /// </summary>
    [Fact]
    public void Order_and_repetition_of_updates_leave_no_trace()
    {
        var key = from source in Gen.Choose(0, 4)
                  from session in Gen.Choose(1, 2)
                  from sequence in Gen.Choose(1, 6)
                  select (source, session, sequence);
        var tick = from k in key
                   from price in Gen.Choose(8_000, 12_000)
                   from ageMs in Gen.Choose(-1_500, 32_000)
                   from confidence in Gen.Choose(0, 120)
                   select new PriceUpdate(OracleBench.Btc, price * 0.01m, new SourceId("abcde"[k.source].ToString()),
                       k.session, k.sequence, T0 - ageMs, Confidence: confidence * 0.01m);
        var runs = from ticks in tick.ArrayOf().Resize(40)
                   let distinct = ticks.DistinctBy(t => (t.Source, t.Session, t.Sequence)).ToArray()
                   from more in Gen.Shuffle(distinct.Concat(distinct).Concat(distinct.Take(3)).ToArray())
                   select (distinct, more);

        Check.One(Many, Prop.ForAll(runs.ToArbitrary(), run =>
            Hash(run.distinct.OrderBy(t => (t.Source, t.Session, t.Sequence))) == Hash(run.more)));

        static string Hash(IEnumerable<PriceUpdate> ticks)
        {
            var bench = new OracleBench().Settled();
            bench.NowMs = T0 + 1_000;
            foreach (var update in ticks)
            {
                bench.Oracle.Apply(update with { Session = update.Session + 1 }, bench.NowMs);
            }
            bench.Epoch();
            return bench.Oracle.StateHash();
        }
    }

    /// <summary>I28: 2f + 1 sources of which f say anything leave the index between two honest prices.</summary>
    [Fact]
    public void Liars_in_the_minority_never_move_the_index_out_of_the_honest_range()
    {
        var cases = from f in Gen.Choose(0, 3)
                    from spare in Gen.Choose(0, 1)
                    from honest in Gen.Choose(9_000, 16_000).Select(t => t * 0.01m).ArrayOf(f + 1 + spare)
                    from lies in AnyPrice.ArrayOf(f)
                    select (honest, lies);

        Check.One(Many, Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var index = Index([.. one.honest, .. one.lies]);
            return one.honest.Min() <= index && index <= one.honest.Max();
        }));
    }

    /// <summary>I28: one source, whatever it says, moves the index at most to the next honest price.</summary>
    [Fact]
    public void One_source_moves_the_index_at_most_to_its_neighbour()
    {
        var cases = from m in Gen.Choose(1, 3)
                    from honest in Gen.Choose(9_000, 16_000).Select(t => t * 0.01m).ArrayOf(2 * m)
                    from lie in AnyPrice
                    select (honest: honest.Order().ToArray(), lie);

        Check.One(Many, Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var index = Index([.. one.honest, one.lie]);
            var middle = one.honest.Length / 2;
            return one.honest[middle - 1] <= index && index <= one.honest[middle];
        }));
    }

    /// <summary>
    /// I29, I30: the price used is never older than the limit, ages are never negative, and with fewer live sources
    /// than the minimum the price stands and the state is not fresh. The reference keeps each source's last time and
    /// nothing else.
    /// </summary>
    [Fact]
    public void Age_and_minimum_hold_under_any_clock()
    {
        var step = from moveMs in Gen.Frequency(
                       (8, Gen.Choose(0, 1_500)), (2, Gen.Choose(2_500, 40_000)), (1, Gen.Choose(-5_000, -1)))
                   from speaking in Gen.Choose(0, 31)
                   from lagMs in Gen.Choose(0, 3_500)
                   select (moveMs, speaking, lagMs);

        Check.One(Long, Prop.ForAll(step.ArrayOf().Resize(40).ToArbitrary(), steps =>
        {
            var bench = new OracleBench(p => p with { FrozenMs = 0 });
            var lastMs = new long[5];
            var sequence = 0;
            var before = bench.Quote;
            foreach (var (moveMs, speaking, lagMs) in steps)
            {
                bench.NowMs += moveMs;
                for (var source = 0; source < 5; source++)
                {
                    if ((speaking >> source & 1) == 1)
                    {
                        var update = new PriceUpdate(OracleBench.Btc, 100m + sequence % 3,
                            new SourceId("abcde"[source].ToString()), 1, ++sequence, bench.NowMs - lagMs);
                        bench.Oracle.Apply(update, bench.NowMs);
                        lastMs[source] = update.SourceTimeMs;
                    }
                }
                var quote = bench.Epoch();
                var live = lastMs.Count(ms => ms > 0 && bench.NowMs - ms <= 3_000);
                var expectedAge = Math.Max(0, bench.NowMs - quote.TimeMs);
                var decides = quote.State is PriceState.Fresh or PriceState.Degraded;
                Require(quote.SourcesLive == live, $"live {quote.SourcesLive}, reference {live}");
                Require(quote.Price is null || quote.AgeMs == expectedAge,
                    $"age {quote.AgeMs}, reference {expectedAge}");
                Require(!decides || quote.AgeMs <= 30_000, $"{quote.State} at an age of {quote.AgeMs}");
                Require(quote.Price is null || live < 3 || lastMs.Count(ms => ms >= quote.TimeMs) >= 3,
                    $"time {quote.TimeMs} reached by fewer than 3 of {string.Join(',', lastMs)}");
                Require(live >= 3 || (quote.Price == before.Price && quote.State != PriceState.Fresh
                    && quote.Inhibits == Inhibitions.All), $"{live} live, price {before.Price} to {quote.Price}");
                before = quote;
            }
            return true;
        }));
    }

    /// <summary>I31: a move of more than 10 % within a second has three sources beyond it.</summary>
    [Fact]
    public void No_jump_passes_without_its_witnesses()
    {
        var step = from moveMs in Gen.Choose(1, 400)
                   from source in Gen.Choose(0, 4)
                   from price in Gen.Frequency((3, Gen.Choose(9_500, 10_500)), (2, Gen.Choose(8_000, 12_500)))
                   select (moveMs, source, price: price * 0.01m);

        Check.One(Long, Prop.ForAll(step.ArrayOf().Resize(80).ToArbitrary(), steps =>
        {
            var bench = new OracleBench(p => p with { DeviationMax = 0.9m, HeartbeatMs = 60_000, AgeMaxMs = 120_000 });
            bench.Settled();
            var said = Enumerable.Repeat(100m, 5).ToArray();
            var seen = new List<(long Ms, decimal Index)>();
            foreach (var (moveMs, source, price) in steps)
            {
                bench.NowMs += moveMs;
                bench.Tick("abcde"[source].ToString(), price);
                said[source] = price;
                var quote = bench.Epoch();
                var index = quote.Price!.Value.Value;
                foreach (var (ms, old) in quote.Reason == FeedReason.JumpHeld ? [] : seen)
                {
                    var isJump = bench.NowMs - ms <= 1_000 && Math.Abs(index / old - 1m) > 0.10m;
                    var witnesses = said.Count(p => index > old ? p / old - 1m > 0.10m : 1m - p / old > 0.10m);
                    Require(!isJump || witnesses >= 3, $"{old} to {index} with {witnesses} witnesses");
                }
                seen.Add((bench.NowMs, index));
            }
            return true;
        }));
    }

    // the index of a round in which every source speaks once, without a gate on jumps
    private static decimal Index(decimal[] prices)
    {
        var oracle = new PriceOracle([OracleBench.Profile() with
        {
            Sources = [], SourcesConfigured = prices.Length, MinSources = 1, JumpConfirmations = 1,
        }]);
        for (var i = 0; i < prices.Length; i++)
        {
            oracle.Apply(new PriceUpdate(OracleBench.Btc, prices[i], new SourceId($"s{i}"), 1, 1, T0), T0);
        }
        oracle.Epoch(T0);
        return oracle.Quote(OracleBench.Btc, T0)!.Value.Price!.Value.Value;
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidOperationException(message);
        }
    }
}
