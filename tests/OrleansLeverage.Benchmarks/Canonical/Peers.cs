using System.Diagnostics;
using System.Globalization;

namespace OrleansLeverage.Benchmarks.Canonical;

/// <summary>
/// What people would write instead: an object per account, in decimal and in double; the same in numpy; and a plain
/// read of as many bytes as the columns have, which nothing that looks at all of them can beat.
/// </summary>
internal static class Peers
{
    private sealed record Holding(int Instrument, decimal Quantity);

    private sealed record DecimalAccount(decimal Cash, Holding[] Holdings);

    private sealed record FastHolding(int Instrument, double Quantity);

    private sealed class DoubleAccount(double cash, FastHolding[] holdings)
    {
        public double Cash { get; } = cash;

        public FastHolding[] Holdings { get; } = holdings;

        public double Equity { get; set; }

        public double Gross { get; set; }

        public double Maintenance { get; set; }

        public int Tier { get; set; }
    }

    /// <summary>
    /// Milliseconds of one frame over <paramref name="share"/> of the accounts, scaled to all, on one thread.
    /// </summary>
    public static double DecimalObjects(CanonicalMarket market, int share)
    {
        var accounts = Enumerable.Range(0, market.Accounts / share).Select(a => new DecimalAccount(
            (decimal)market.Cash[a], Positions(market, a).Select(p => new Holding(p.Instrument, (decimal)p.Quantity))
                .ToArray())).ToArray();
        var prices = Array.ConvertAll(market.Prices, p => Math.Round((decimal)p, 4));
        var brackets = CanonicalMarket.Brackets.ToArray();
        return share * Fastest(2, () =>
        {
            var (gross, equity, atRisk) = (0m, 0m, 0);
            foreach (var account in accounts)
            {
                var (e, g, m) = (account.Cash, 0m, 0m);
                foreach (var holding in account.Holdings)
                {
                    var worth = holding.Quantity * prices[holding.Instrument];
                    var notional = Math.Abs(worth);
                    e += worth;
                    g += notional;
                    m += notional * brackets.Last(b => b.Floor <= notional).Rate;
                }
                atRisk += m >= 0.7m * e ? 1 : 0;
                gross += g;
                equity += Math.Max(0m, e);
            }
            return atRisk + (double)(gross / equity);
        });
    }

    /// <summary>The same in doubles, which keeps what it found in the objects.</summary>
    public static double DoubleObjects(CanonicalMarket market)
    {
        var accounts = Enumerable.Range(0, market.Accounts)
            .Select(a => new DoubleAccount(market.Cash[a], Positions(market, a).ToArray())).ToArray();
        var prices = market.Prices;
        var floors = CanonicalMarket.Brackets.Select(b => (double)b.Floor).ToArray();
        var rates = CanonicalMarket.Brackets.Select(b => (double)b.Rate).ToArray();
        return Fastest(5, () =>
        {
            double gross = 0d, equity = 0d, squares = 0d;
            foreach (var account in accounts)
            {
                double e = account.Cash, g = 0d, m = 0d;
                foreach (var holding in account.Holdings)
                {
                    var worth = holding.Quantity * prices[holding.Instrument];
                    var notional = Math.Abs(worth);
                    var bracket = floors.Length - 1;
                    while (floors[bracket] > notional)
                    {
                        bracket--;
                    }
                    e += worth;
                    g += notional;
                    m += notional * rates[bracket];
                }
                account.Equity = e;
                account.Gross = g;
                account.Maintenance = m;
                account.Tier = m >= e ? 3 : m >= 0.85 * e ? 2 : m >= 0.7 * e ? 1 : 0;
                gross += g;
                equity += Math.Max(0d, e);
                squares += g * g;
            }
            return gross / equity + squares;
        });
    }

    /// <summary>Milliseconds that numpy says; null where it is not installed.</summary>
    public static double? Numpy(int accounts)
    {
        var start = new ProcessStartInfo(File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Script);
        start.ArgumentList.Add(accounts.ToString(CultureInfo.InvariantCulture));
        try
        {
            using var process = Process.Start(start)!;
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return double.TryParse(text, CultureInfo.InvariantCulture, out var found) ? found : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static IEnumerable<FastHolding> Positions(CanonicalMarket market, int account) =>
        Enumerable.Range(account * CanonicalMarket.PositionsPerAccount, CanonicalMarket.PositionsPerAccount)
            .Select(at => new FastHolding(market.Instruments[at], market.Quantities[at]));

    private static double Fastest(int runs, Func<double> run)
    {
        var best = double.PositiveInfinity;
        var sink = 0d;
        for (var i = 0; i < runs; i++)
        {
            var from = Stopwatch.GetTimestamp();
            sink += run();
            best = Math.Min(best, Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }
        return double.IsNaN(sink) ? double.NaN : best;
    }

    // equity, gross, maintenance by bracket, tiers and totals of the same number of accounts; arrays made once
    private const string Script = """
        import sys, time
        import numpy as np
        n = int(sys.argv[1]); rng = np.random.default_rng(1)
        w = 1 / np.arange(1, 129); w /= w.sum()
        held = rng.choice(128, size=(3, n), p=w); price = np.exp(rng.random(128) * 8)
        notional = np.exp(8.5 + 1.5 * rng.standard_normal((3, n)))
        side = rng.choice([-1.0, 1.0], size=(3, n)); quantity = side * notional / price[held]
        cash = notional.sum(0) / np.exp(1.2 + 0.9 * rng.standard_normal(n)) - (side * notional).sum(0)
        floor = np.array([0, 5e4, 6e5, 3e6, 1.2e7, 7e7]); rate = np.array([.004, .005, .01, .025, .05, .1])
        amount = np.concatenate([[0], np.cumsum(floor[1:] * np.diff(rate))])
        best = 1e9
        for k in range(4):
            price *= 1 + 1e-4 * rng.standard_normal(128)
            t = time.perf_counter()
            worth = quantity * price[held]; size = np.abs(worth)
            equity = cash + worth.sum(0); gross = size.sum(0)
            bracket = np.searchsorted(floor, size, side='right') - 1
            maintenance = (size * rate[bracket] - amount[bracket]).sum(0)
            tier = (maintenance >= .7 * equity).astype(np.int8) + (maintenance >= .85 * equity)
            tier += maintenance >= equity
            ok = equity > 0
            total = (equity[ok].sum(), gross[ok].sum(), (gross[ok] ** 2).sum(), np.bincount(tier))
            best = min(best, time.perf_counter() - t)
        print(best * 1000)
        """;
}
