using System.CommandLine;
using System.Globalization;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Risk;
using OrleansLeverage.Engine.Scenarios;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage cascade</c>: what a shock sets off when liquidations move the price.</summary>
internal static class CascadeVerb
{
    private static readonly Option<double> Shock = Number("--shock", -0.20,
        "Move of the market, feeds by their beta; -0.2 is 20 % down");

    private static readonly Option<int> Ticks = new("--ticks")
    {
        Description = "Ticks of the path, a second each as far as the figures go",
        DefaultValueFactory = _ => 240,
    };

    private static readonly Option<int> Ramp = new("--ramp")
    {
        Description = "Ticks until the shock is there; 1 is a gap",
        DefaultValueFactory = _ => 60,
    };

    private static readonly Option<double> Recovered = Number("--recovered", 0.25,
        "Share of the shock that the market gives back by the end");

    private static readonly Option<double> Noise = Number("--noise", 0.0005,
        "Standard deviation of a tick's return around the path");

    private static readonly Option<int> Runs = new("--runs")
    {
        Description = "Paths with seeds of their own; figures are the median and the 5 and 95 % of them",
        DefaultValueFactory = _ => 1,
    };

    // Cont and Schaanning's 0.4·ADV/σ where a day trades one and a half open interests and moves 3 %
    private static readonly Option<double> Depth = Number("--depth", 20.0,
        "Open interests that move a feed's price by its whole value when sold");

    private static readonly Option<double> DepthExponent = Number("--depth-exponent", 0.5,
        "How depth falls with volatility: (calm / volatility)^exponent, 0 keeps it");

    private static readonly Option<string> Impact = Word("--impact", "linear", "How prices answer forced sales",
        CascadePlan.Impacts);

    private static readonly Option<string> Oracle = Word("--oracle", "own-book", "The price margin is tested at",
        CascadePlan.Oracles);

    private static readonly Option<string> Liquidation = Word("--liquidation", "slice",
        "What is sold of an account below its line", CascadePlan.Liquidations);

    private static readonly Option<string> Deleveraging = Word("--deleveraging", "pro-rata",
        "Who pays what the fund cannot", CascadePlan.Deleveragings);

    private static readonly Option<bool> Counterfactuals = new("--counterfactuals")
    {
        Description = "The same path under every oracle, liquidation and deleveraging policy, side by side",
    };

    private static readonly MarketOptions Market = new();

    public static Command Command()
    {
        Ticks.AcceptWithin(2, 1_000_000);
        Ramp.AcceptWithin(1, 999_999);
        Runs.AcceptWithin(1, 1_000);
        var command = new Command("cascade", "A shock through accounts, liquidations, price impact, fund, deleveraging")
        {
            Shock, Ticks, Ramp, Recovered, Noise, Runs, Depth, DepthExponent, Impact, Oracle, Liquidation, Deleveraging,
            Counterfactuals,
        };
        Market.AddTo(command);
        return command.Does(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var book = await Market.LoadAsync(parsed, cancellation);
        var plan = new CascadePlan
        {
            Path = new OrleansLeverage.Market.Simulation.ShockPath(parsed.GetValue(Shock), parsed.GetValue(Ticks),
                parsed.GetValue(Ramp), parsed.GetValue(Recovered), parsed.GetValue(Noise)),
            Seed = Market.Seed(parsed),
            Runs = parsed.GetValue(Runs),
            DepthInInterest = parsed.GetValue(Depth),
            DepthExponent = parsed.GetValue(DepthExponent),
            Impact = parsed.GetValue(Impact)!,
            Oracle = parsed.GetValue(Oracle)!,
            Liquidation = parsed.GetValue(Liquidation)!,
            Deleveraging = parsed.GetValue(Deleveraging)!,
            Fund = Market.Fund(parsed),
            WithCounterfactuals = parsed.GetValue(Counterfactuals),
        };
        CascadeReport report;
        try
        {
            report = await Task.Run(() => CascadeReport.Of(book, plan,
                Market.Work(parsed, cancellation)), cancellation);
        }
        catch (FormatException problem)
        {
            throw new InputException(problem.Message);
        }
        Answer.Give(parsed, terminal, report, report.Rows(), () => report.WriteTo(terminal.Output));
        return ExitCode.Ok;
    }

    private static Option<double> Number(string name, double value, string what) => new(name)
    {
        Description = what,
        DefaultValueFactory = _ => value,
        CustomParser = result => result.Tokens is [var token] && double.TryParse(token.Value, NumberStyles.Float,
            CultureInfo.InvariantCulture, out var parsed) && double.IsFinite(parsed)
            ? parsed
            : Refused(result, name),
    };

    private static double Refused(System.CommandLine.Parsing.ArgumentResult result, string name)
    {
        result.AddError($"{name} {string.Join(' ', result.Tokens)} is no number");
        return 0.0;
    }

    private static Option<string> Word(string name, string value, string what, IReadOnlyList<string> words)
    {
        var option = new Option<string>(name) { Description = what, DefaultValueFactory = _ => value };
        option.AcceptOnlyFromAmong([.. words]);
        return option;
    }
}
