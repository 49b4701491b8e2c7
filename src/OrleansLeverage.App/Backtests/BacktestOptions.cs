using System.CommandLine;
using OrleansLeverage.Analytics.Backtests;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Models;
using OrleansLeverage.App.Series;
using OrleansLeverage.App.Verbs;

namespace OrleansLeverage.App.Backtests;

/// <summary>What <c>backtest</c> and <c>calibrate</c> share.</summary>
internal sealed class BacktestOptions
{
    private readonly Option<string[]> _models = new("--models")
    {
        Description = $"Models; the others are compared with the first: {string.Join(", ", ReturnModels.Names)}",
        HelpName = "NAME",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => ["ewma-normal", "ewma-filtered", "garch-student", "gjr-student", "historical"],
    };

    private readonly Option<double> _tail = new("--tail")
    {
        Description = "Probability of an exception: 0.01 is VaR at 99 %",
        DefaultValueFactory = _ => 0.01,
    };

    private readonly Option<int> _recalibrate;

    private readonly Option<int> _window = new("--window")
    {
        Description = "Returns a calibration looks back on",
        DefaultValueFactory = _ => 1_000,
    };

    private readonly Option<double> _significance = new("--significance")
    {
        Description = "At which a test rejects",
        DefaultValueFactory = _ => 0.05,
    };

    private readonly Option<int> _seed = RunOptions.Seed<int>("what is simulated");

    private readonly Option<string?> _report = new("--report")
    {
        Description = "Also write a page with charts",
        HelpName = "FILE.html",
    };

    private readonly SeriesInput _series = new();

    /// <param name="recalibrateEvery">Returns between calibrations where nothing else is asked for.</param>
    public BacktestOptions(int recalibrateEvery) => _recalibrate = new Option<int>("--recalibrate")
    {
        Description = "Returns between calibrations; 0 keeps the first parameters",
        DefaultValueFactory = _ => recalibrateEvery,
    };

    public void AddTo(Command command)
    {
        _recalibrate.AcceptWithin(0, 100_000);
        _window.AcceptWithin(120, 1_000_000);
        _series.AddTo(command);
        foreach (var option in (Option[])[_models, _tail, _recalibrate, _window, _significance, _seed, _report])
        {
            command.Add(option);
        }
        command.Add(Answer.Csv);
    }

    public PriceSeries Series(ParseResult parsed) => SingleSeries.Load(_series, parsed);

    public int Seed(ParseResult parsed) => parsed.GetValue(_seed);

    public double Significance(ParseResult parsed) => parsed.GetValue(_significance) is > 0.0 and < 1.0 and var level
        ? level
        : throw new InputException($"--significance {parsed.GetValue(_significance)} is not within 0 and 1");

    /// <param name="falls">Logarithmic falls whose frequency is forecast too.</param>
    public IReadOnlyList<ModelRun> Run(ParseResult parsed, PriceSeries series, IReadOnlyList<double> falls,
        Terminal terminal, CancellationToken cancellation)
    {
        if (!(parsed.GetValue(_tail) is > 0.0 and < 0.5 and var tail))
        {
            throw new InputException($"--tail {parsed.GetValue(_tail)} is not within 0 and 0.5");
        }
        var plan = new BacktestPlan
        {
            Tail = tail, RecalibrateEvery = parsed.GetValue(_recalibrate), CalibrationWindow = parsed.GetValue(_window),
            Falls = falls,
        };
        return ModelRun.Of(series, parsed.GetValue(_models)!, plan, Significance(parsed), Seed(parsed), terminal,
            cancellation);
    }

    public void WritePage(ParseResult parsed, Terminal terminal, Func<HtmlReport> page)
    {
        if (parsed.GetValue(_report) is { } path)
        {
            page().WriteTo(path, terminal);
        }
    }
}
