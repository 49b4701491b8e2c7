using System.CommandLine;
using OrleansLeverage.Analytics.Cppi;
using OrleansLeverage.Analytics.Performance;
using OrleansLeverage.App.Models;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Series;

namespace OrleansLeverage.App.Strategies;

/// <summary>A policy walked along a price file, with its picture.</summary>
internal sealed class CppiHistory
{
    private readonly SeriesInput _series = new();

    public void AddTo(Command command)
    {
        _series.AddTo(command);
        command.Add(PictureFile.Svg);
    }

    public void Run(ParseResult parsed, Terminal terminal, CppiPolicy policy, double start, double rate)
    {
        var series = SingleSeries.Load(_series, parsed);
        var path = CppiPath.Run(policy, start, series.Returns(), [Math.Exp(rate / series.PeriodsPerYear) - 1.0]);
        double[] returns = [.. path.Steps.Select((step, i) =>
            (step.Value / (i == 0 ? start : path.Steps[i - 1].Value)) - 1.0)];
        var falls = Drawdowns.Of(returns);
        var rows = new ReportTable("date", "value", "floor", "exposure", "weight", "state", "turnover");
        for (var i = 0; i < path.Steps.Count; i++)
        {
            var step = path.Steps[i];
            rows.Add(series.Date(i), step.Value, step.Floor, step.Exposure, step.Weight, step.State.ToString(),
                step.Turnover);
        }
        PictureFile.Write(parsed, terminal, () =>
            new SvgChart($"CPPI on {series.Feed}", "", "value") { XText = series.Date }
                .Line("value", [.. path.Steps.Select((step, i) => ((double)i, step.Value))])
                .Line("floor", [.. path.Steps.Select((step, i) => ((double)i, step.Floor))])
                .Line("exposure", [.. path.Steps.Select((step, i) => ((double)i, step.Exposure))]).ToSvg());
        var worst = series.Returns().Min();
        var summary = new ReportTable("figure", "value").Add("start", start).Add("end", path.End)
            .Add("maxDrawdown", falls.Max).Add("breached", path.Breached).Add("locked", path.Locked)
            .Add("turnover", path.Turnover).Add("worstReturn", worst)
            .Add("largestMultiplier", CppiRisk.LargestMultiplier(-worst));
        Answer.Give(parsed, terminal, new
        {
            schema = "leverage-cppi-history/1", feed = series.Feed, start, end = path.End, maxDrawdown = falls.Max,
            breached = path.Breached, locked = path.Locked, turnover = path.Turnover, worstReturn = worst,
            largestMultiplier = CppiRisk.LargestMultiplier(-worst), steps = path.Steps,
        }, rows, () => summary.WriteTo(terminal));
    }
}
