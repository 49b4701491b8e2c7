using System.Diagnostics;
using System.Globalization;
using OrleansLeverage.Analytics.Models;

namespace OrleansLeverage.Benchmarks;

/// <summary>
/// GARCH(1,1) with a constant mean fitted to 5,000 simulated observations, errors included, beside R's fGarch on the
/// same numbers. statsmodels has no GARCH; the Python package arch is tried and named where it is absent.
/// </summary>
internal static class GarchFits
{
    private const string RProgram = """
        suppressMessages(library(fGarch)); x <- scan(commandArgs(TRUE)[1], quiet = TRUE)
        fit <- function() garchFit(~ garch(1, 1), data = x, trace = FALSE)
        f <- fit(); t <- sapply(1:5, function(i) system.time(fit())[["elapsed"]])
        cat(sprintf("%.1f ms, log-likelihood %.4f, %s", 1000 * median(t), -f@fit$llh,
          paste(sprintf("%.6f", coef(f)), collapse = " ")))
        """;

    private const string ArchProgram = """
        import sys, time, arch, numpy as np
        x = np.loadtxt(sys.argv[1]); fit = lambda: arch.arch_model(x).fit(disp="off")
        f = fit(); t = []
        for _ in range(5):
            s = time.perf_counter(); fit(); t.append(time.perf_counter() - s)
        print("%.1f ms, log-likelihood %.4f" % (1000 * sorted(t)[2], f.loglikelihood))
        """;

    public static async Task RunAsync(bool tiny, TextWriter output)
    {
        var count = tiny ? 500 : 5_000;
        var spec = new VolatilitySpec(VarianceModel.Garch);
        var values = VolatilitySimulation.Of(new VolatilityModel(spec, [0.05, 0.05, 0.05, 0.90]), count, seed: 1);
        var series = ReturnSeries.Of(values);
        foreach (var model in Enum.GetValues<VarianceModel>())
        {
            var (times, fit) = (new List<double>(), VolatilityFitter.Fit(series, new VolatilitySpec(model)));
            for (var i = 0; i < (tiny ? 1 : 25); i++)
            {
                var watch = Stopwatch.StartNew();
                fit = VolatilityFitter.Fit(series, new VolatilitySpec(model));
                times.Add(watch.Elapsed.TotalMilliseconds);
            }
            times.Sort();
            output.WriteLine($"{model} of {Machine.Number(count)} observations, {fit.Starts} searches, three errors: "
                + $"median {Machine.Number(times[times.Count / 2], "N1")} ms, log-likelihood "
                + $"{Machine.Number(fit.LogLikelihood, "F4")}, "
                + string.Join(" ", fit.Parameters.Select(p => p.ToString("F6", CultureInfo.InvariantCulture)))
                + $"; load {Machine.Load()}");
        }
        if (tiny)
        {
            return;
        }
        var folder = Directory.CreateTempSubdirectory("garch-").FullName;
        try
        {
            var data = Path.Combine(folder, "returns.txt");
            await File.WriteAllLinesAsync(data, values.Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
            await File.WriteAllTextAsync(Path.Combine(folder, "peer.R"), RProgram);
            var r = await PeerProgram.RunAsync("Rscript", Path.Combine(folder, "peer.R"), data);
            output.WriteLine($"fGarch: {r.Output ?? r.Reason}");
            var python = await PeerProgram.RunAsync("python3", "-c", ArchProgram, data);
            output.WriteLine($"arch: {python.Output ?? python.Reason}");
            output.WriteLine("statsmodels: has no GARCH");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
