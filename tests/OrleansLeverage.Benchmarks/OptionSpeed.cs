using System.Diagnostics;
using System.Globalization;
using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Benchmarks;

/// <summary>
/// First-order sensitivities of 2,000 series, and implied volatilities, on one thread; QuantLib (Debian's
/// quantlib-python) beside it with the same cases in the same run, where it is installed.
/// </summary>
internal static class OptionSpeed
{
    private const double Forward = 60_000.0;
    private const string Script = "quantlib_options.py";

    public static async Task RunAsync(bool tiny, TextWriter output)
    {
        var columns = Cases(tiny ? 200 : 2_000);
        var rounds = tiny ? 5 : 400;
        var evaluate = Time(rounds, () => columns.Evaluate());
        var volatilities = new double[columns.Count];
        var invert = Time(rounds, () => Invert(columns, volatilities));
        var worst = Enumerable.Range(0, columns.Count)
            .Max(i => Math.Abs((volatilities[i] / columns.Volatility[i]) - 1.0));
        output.WriteLine($"price and six sensitivities of {columns.Count} series: "
            + $"p50 {Text(Machine.Percentile(evaluate, 50))} ms, p99 {Text(Machine.Percentile(evaluate, 99))} ms; "
            + $"load {Machine.Load()}");
        output.WriteLine($"implied volatility of {columns.Count} prices: p50 "
            + $"{Text(columns.Count / Machine.Percentile(invert, 50) / 1e3)} M/s, p99 "
            + $"{Text(columns.Count / Machine.Percentile(invert, 99) / 1e3)} M/s; largest relative error "
            + worst.ToString("E1", CultureInfo.InvariantCulture));
        if (await QuantLibAsync(columns, volatilities) is not { } lines)
        {
            output.WriteLine("QuantLib is not installed (Debian: quantlib-python): nothing to compare with");
            return;
        }
        foreach (var line in lines)
        {
            output.WriteLine($"QuantLib {line}");
        }
    }

    /// <summary>20 expiries of as many strikes and both rights: 3 days to 2 years, ±2.5 deviations, a smile.</summary>
    private static OptionColumns Cases(int count)
    {
        OptionColumns columns = new(count);
        for (var i = 0; i < count; i++)
        {
            var years = (3.0 + (727.0 * (i % 20) / 19.0)) / 365.0;
            var away = -2.5 + (5.0 * (i / 20) / ((count / 20) - 1));
            var volatility = 0.6 + (0.03 * away * away) - (0.02 * away);
            // the out-of-the-money side of each strike, which is the one that is traded
            columns.Right[i] = away < 0.0 ? OptionRight.Put : OptionRight.Call;
            columns.Spot[i] = Forward;
            columns.Strike[i] = Math.Round(Forward * Math.Exp(away * volatility * Math.Sqrt(years)));
            columns.Years[i] = years;
            columns.Volatility[i] = volatility;
        }
        return columns;
    }

    private static void Invert(OptionColumns columns, double[] volatilities)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            volatilities[i] = ImpliedVolatility.OfForward(columns.Right[i], columns.Spot[i], columns.Strike[i],
                columns.Years[i], columns.Price[i]).Value ?? throw new InvalidOperationException($"series {i}");
        }
    }

    private static List<double> Time(int rounds, Action body)
    {
        List<double> times = [];
        for (var round = -rounds / 4; round < rounds; round++)
        {
            var from = Stopwatch.GetTimestamp();
            body();
            if (round >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
            }
        }
        times.Sort();
        return times;
    }

    private static string Text(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    /// <summary>What QuantLib says of the same cases, or null where no interpreter finds it.</summary>
    private static async Task<string[]?> QuantLibAsync(OptionColumns columns, double[] volatilities)
    {
        foreach (var python in new[] { "python3", "/usr/bin/python3" })
        {
            ProcessStartInfo start = new(python, [Path.Combine(AppContext.BaseDirectory, Script)])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            try
            {
                using var process = Process.Start(start)!;
                var error = process.StandardError.ReadToEndAsync();
                var text = process.StandardOutput.ReadToEndAsync();
                try
                {
                    for (var i = 0; i < columns.Count; i++)
                    {
                        await process.StandardInput.WriteLineAsync(string.Join(' ', ((double[])[columns.Spot[i],
                            columns.Strike[i], columns.Years[i], columns.Volatility[i], columns.Price[i],
                            columns.Delta[i], columns.Gamma[i], columns.Vega[i], columns.Theta[i], columns.Rho[i],
                            volatilities[i]]).Select(x => x.ToString("R", CultureInfo.InvariantCulture))
                            .Prepend(columns.Right[i] == OptionRight.Call ? "1" : "-1")));
                    }
                    process.StandardInput.Close();
                }
                catch (IOException)
                {
                    // it ended before it read: no QuantLib
                }
                await process.WaitForExitAsync();
                await error;
                if (process.ExitCode == 0)
                {
                    return (await text).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                }
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // no such interpreter
            }
        }
        return null;
    }
}
