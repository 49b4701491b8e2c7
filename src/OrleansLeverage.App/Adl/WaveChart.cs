using System.Globalization;
using OrleansLeverage.App.Output;
using OrleansLeverage.Engine.Deleveraging.Study;
using Spectre.Console;

namespace OrleansLeverage.App.Adl;

/// <summary>
/// Needed and taken per wave as bars: drawn on a terminal, in characters elsewhere; <see cref="WavePicture"/> is the
/// picture. The scale is the square root of USD, so that small waves are seen beside the large ones.
/// </summary>
internal static class WaveChart
{
    private const int Columns = 50;
    private const string Words = "USD per wave, blue needed, red taken in production (square-root scale)";

    public static void Write(Terminal terminal, AdlEventStudy study)
    {
        if (terminal.OutputScreen is { } screen)
        {
            var chart = new BarChart().Width(Columns * 2).Label(Markup.Escape(Words)).HideValues();
            foreach (var (label, usd, isTaken) in Bars(study))
            {
                chart.AddItem(label, Root(usd), isTaken ? Color.Red : Color.Blue);
            }
            screen.Write(chart);
            return;
        }
        terminal.Output.WriteLine("USD per wave: = needed, # taken in production (square-root scale)");
        var largest = Bars(study).Max(bar => Root(bar.Usd));
        foreach (var (label, usd, isTaken) in Bars(study))
        {
            var bar = new string(isTaken ? '#' : '=', Math.Max(1, (int)Math.Round(Columns * Root(usd) / largest)));
            terminal.Output.WriteLine($"  {label,-14} {bar} {Usd(usd)}");
        }
    }

    private static IEnumerable<(string Label, decimal Usd, bool IsTaken)> Bars(AdlEventStudy study)
    {
        foreach (var wave in study.Waves)
        {
            yield return ($"{wave.Wave} needed", wave.NeededUsd, false);
            yield return ($"{wave.Wave} taken", wave.Policies.First(p => p.Policy == "prod").BudgetUsd, true);
        }
    }

    private static double Root(decimal usd) => Math.Sqrt((double)Math.Max(0m, usd));

    private static string Usd(decimal value) => decimal.Round(value).ToString("#,##0", CultureInfo.InvariantCulture);
}
