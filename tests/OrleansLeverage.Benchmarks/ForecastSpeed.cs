using System.Diagnostics;
using MathNet.Numerics.LinearAlgebra;
using OrleansLeverage.Analytics.Forecast;
using OrleansLeverage.Analytics.Models;

namespace OrleansLeverage.Benchmarks;

/// <summary>
/// The liquidation probability of 100,000 accounts of three positions on 32 markets within 30 days, from 10,000 paths
/// of daily steps with path-wise equity, beside numpy doing the same. Both draw correlated GARCH paths once and
/// share them between accounts; numpy values a sample of the accounts, and its time is scaled up.
/// <para>
/// How: paths in blocks of 32 that stay in the second-level cache while all accounts pass; accounts sorted by what they
/// hold; an account whose surplus is above 0 at the worst of the block costs one sum; a group of eight paths at its own
/// worst three multiply-adds; the rest walk the steps, eight paths an instruction, until all eight are liquidated.
/// Antithetic pairs. Sorted thresholds serve accounts of one market only, and these have three.
/// </para>
/// </summary>
internal static class ForecastSpeed
{
    private const int Markets = 32;
    private const int Days = 30;
    private const double Correlation = 0.6;
    private const double MaintenanceRate = 0.005;

    // the same law and the same kind of book; its own random numbers
    private const string Numpy = """
        import sys, time, numpy as np
        paths, accounts, sample, markets, days = [int(a) for a in sys.argv[1:6]]
        rng = np.random.default_rng(1); t0 = time.perf_counter(); c0 = time.process_time()
        c = np.full((markets, markets), 0.6); np.fill_diagonal(c, 1.0); l = np.linalg.cholesky(c)
        h = np.full((markets, paths), 16.0); x = np.zeros((markets, paths)); p = np.empty((markets, days, paths))
        for d in range(days):
            z = rng.standard_normal((markets, paths // 2)); z = l @ np.concatenate([z, -z], axis=1)
            e = np.sqrt(h) * z; x += e / 100 - h / 20000; p[:, d] = np.exp(x); h = 0.32 + 0.08 * e * e + 0.90 * h
        t1 = time.perf_counter(); c1 = time.process_time(); total = 0.0
        for a in range(sample):
            lev = np.exp(np.log(4) + 0.8 * rng.standard_normal())
            f = np.floor(np.exp(rng.random(3) * np.log(markets + 1))).astype(int) - 1
            n = 1000 * lev / 3 * np.where(rng.random(3) < 0.5, -1, 1); w = n - 0.005 * np.abs(n)
            s = (1000 - n.sum()) + w[0] * p[f[0]] + w[1] * p[f[1]] + w[2] * p[f[2]]
            total += (s.min(axis=0) < 0).mean()
        scale = accounts / sample; cpu = c1 - c0 + (time.process_time() - c1) * scale
        print("%.1f %.1f %.1f %.4f" % (t1 - t0, (time.perf_counter() - t1) * scale, cpu, total / sample))
        """;

    public static async Task RunAsync(bool tiny, TextWriter output)
    {
        var (accounts, paths) = tiny ? (300, 200) : (100_000, 10_000);
        var book = Book(accounts);
        var law = new VolatilityModel(new VolatilitySpec(VarianceModel.Garch), [0.0, 0.32, 0.08, 0.90]);
        AssetDynamics[] assets =
        [
            .. Enumerable.Range(0, Markets).Select(i => new AssetDynamics($"M{i}", law, 16.0, 100.0)),
        ];
        var source = new VolatilityPaths(assets, Days, PathMethod.MonteCarlo, seed: 1, jumps: null,
            Matrix<double>.Build.Dense(Markets, Markets, (i, j) => i == j ? 1.0 : Correlation));
        var ours = 0.0;
        foreach (var withLeverage in (bool[])[false, true])
        {
            var watch = Stopwatch.StartNew();
            var before = Environment.CpuUsage.TotalTime;
            var forecast = LeverageForecast.Run(book, source, new ForecastOptions
            {
                Paths = paths, Workers = Environment.ProcessorCount, WithLeverage = withLeverage,
            });
            var seconds = watch.Elapsed.TotalSeconds;
            var cpu = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            ours = withLeverage ? ours : seconds;
            var mean = Enumerable.Range(0, accounts).Average(i => forecast[i].Probability);
            output.WriteLine($"{Machine.Number(accounts)} accounts x {Machine.Number(paths)} paths x {Days} days on "
                + $"{Environment.ProcessorCount} threads{(withLeverage ? ", leverage quantiles too" : "")}: "
                + $"{Machine.Number(seconds, "F1")} s ({Machine.Number(cpu, "F1")} s of processor), mean "
                + $"probability {Machine.Number(mean, "F4")}; load {Machine.Load()}");
        }
        if (tiny)
        {
            return;
        }
        string[] arguments = ["-c", Numpy, $"{paths}", $"{accounts}", "500", $"{Markets}", $"{Days}"];
        var peer = await PeerProgram.RunAsync("python3", arguments);
        if (peer.Output is null)
        {
            peer = await PeerProgram.RunAsync("/usr/bin/python3", arguments);
        }
        if (peer.Output?.Split(' ') is not [var drawing, var valuing, var processor, var probability])
        {
            output.WriteLine($"numpy: {peer.Reason}");
            return;
        }
        var theirs = double.Parse(drawing, System.Globalization.CultureInfo.InvariantCulture)
            + double.Parse(valuing, System.Globalization.CultureInfo.InvariantCulture);
        output.WriteLine($"numpy, one process: paths {drawing} s, accounts {valuing} s (500 of them, scaled; "
            + $"{processor} s of processor), mean probability {probability}; "
            + $"{Machine.Number(theirs / ours, "F1")} times ours");
    }

    private static ForecastBook Book(int accounts)
    {
        var random = new PathRandom(7, 1);
        var builder = new ForecastBookBuilder([.. Enumerable.Repeat(1.0, Markets + 1)]);
        builder.AddSchedule([0.0], [MaintenanceRate], [0.0]);
        for (var account = 0; account < accounts; account++)
        {
            var leverage = Math.Exp(Math.Log(4.0) + 0.8 * random.NextGaussian());
            builder.BeginAccount($"a{account}", 1_000.0);
            for (var position = 0; position < 3; position++)
            {
                var market = (int)Math.Floor(Math.Exp(random.NextDouble() * Math.Log(Markets + 1))) - 1;
                var notional = 1_000.0 * leverage / 3.0 * (random.NextDouble() < 0.5 ? -1.0 : 1.0);
                builder.AddPosition(market, Markets, isInverse: false, notional, notional, 0);
            }
        }
        return builder.Build();
    }
}
