using System.CommandLine;
using OrleansLeverage.Analytics.Cppi;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Strategies;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage cppi</c>: a floor, a multiplier, and how often the floor does not hold.</summary>
internal static class CppiVerb
{
    private static readonly Option<double> Value = Numbers.Option("--value", 100.0, "Value at the start");
    private static readonly Option<double> Floor = Numbers.Option("--floor", 0.8, "Share of the value that is insured");
    private static readonly Option<double> Multiplier = Numbers.Option("--multiplier", 3.0, "Exposure per cushion");

    private static readonly Option<string> Rule = new("--rule")
    {
        Description = "What the floor does: fixed, accreting (at the rate), drawdown (of the peak), ratchet",
        DefaultValueFactory = _ => "fixed",
    };

    private static readonly Option<double?> Cap = Numbers.Optional("--leverage-cap",
        "Largest exposure per value; 1 where left out, 0 has no cap");

    private static readonly Option<double> Band = Numbers.Option("--band", 0.0, "Share of the target left untraded");
    private static readonly Option<double> Cost = Numbers.Option("--cost", 0.0, "Cost per notional traded");
    private static readonly Option<double> Drift = Numbers.Option("--drift", 0.0, "Growth of the price per year");
    private static readonly Option<double> Rate = Numbers.Option("--rate", 0.0, "Riskless rate per year");
    private static readonly Option<double> Volatility = Numbers.Option("--volatility", 0.6, "Per year");
    private static readonly Option<double> Years = Numbers.Option("--years", 1.0, "How long");
    private static readonly Option<double> Jumps = Numbers.Option("--jumps", 0.0, "Jumps per year");
    private static readonly Option<double> JumpMean = Numbers.Option("--jump-mean", -0.1, "Mean of a jump's logarithm");
    private static readonly Option<double> JumpDeviation = Numbers.Option("--jump-deviation", 0.1, "Its deviation");

    private static readonly Option<int> Steps = new("--rebalances")
    {
        Description = "Looks over the whole time",
        DefaultValueFactory = _ => 365,
    };

    private static readonly Option<int> Paths = new("--paths")
    {
        Description = "Simulated paths",
        DefaultValueFactory = _ => 20_000,
    };

    private static readonly Option<int> Seed = RunOptions.Seed<int>("the paths");

    private static readonly Option<int> Workers = RunOptions.Workers();

    private static readonly CppiHistory History = new();

    private static readonly CppiLive Live = new(TimeProvider.System);

    public static Command Command()
    {
        Rule.AcceptOnlyFromAmong("fixed", "accreting", "drawdown", "ratchet");
        Steps.AcceptWithin(1, 100_000);
        Paths.AcceptWithin(1, CppiSimulation.PathsMax);
        var command = new Command("cppi", "Constant-proportion insurance: target, shortfall, simulated or on history")
        {
            Value, Floor, Multiplier, Rule, Cap, Band, Cost, Drift, Rate, Volatility, Years, Jumps, JumpMean,
            JumpDeviation, Steps, Paths, Seed, Workers, Answer.Csv,
        };
        var history = new Command("history", "The policy along a price file")
        {
            Value, Floor, Multiplier, Rule, Cap, Band, Cost, Rate, Answer.Csv,
        };
        History.AddTo(history);
        command.Add(history.Does((parsed, terminal, cancellation) => Task.Run(() => Run(() =>
            History.Run(parsed, terminal, Policy(parsed), parsed.GetValue(Value), parsed.GetValue(Rate))),
            cancellation)));
        var account = new Command("account", "The policy on an account of a running grid, look by look")
        {
            Floor, Multiplier, Rule, Cap, Band, Rate,
        };
        Live.AddTo(account);
        command.Add(account.Does((parsed, terminal, cancellation) =>
            Live.RunAsync(parsed, terminal, Checked(() => Policy(parsed)), parsed.GetValue(Rate), cancellation)));
        return command.Does((parsed, terminal, cancellation) => Task.Run(() => Run(() =>
            Simulate(parsed, terminal, Policy(parsed), cancellation)), cancellation));
    }

    private static int Run(Action work) => Checked(() =>
    {
        work();
        return ExitCode.Ok;
    });

    private static T Checked<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ArgumentOutOfRangeException problem)
        {
            throw new InputException(problem.Message.Split(" (Parameter")[0] + $" (not {problem.ActualValue})");
        }
    }

    private static CppiPolicy Policy(ParseResult parsed) => new(parsed.GetValue(Multiplier), parsed.GetValue(Floor))
    {
        Floor = Enum.Parse<FloorRule>(parsed.GetValue(Rule)!, ignoreCase: true),
        LeverageCap = parsed.GetValue(Cap) switch { null => 1.0, 0.0 => null, var cap => cap },
        Band = parsed.GetValue(Band),
        CostRate = parsed.GetValue(Cost),
    };

    private static void Simulate(ParseResult parsed, Terminal terminal, CppiPolicy policy,
        CancellationToken cancellation)
    {
        var market = new CppiMarket(parsed.GetValue(Drift), parsed.GetValue(Rate), parsed.GetValue(Volatility))
        {
            JumpsPerYear = parsed.GetValue(Jumps), JumpMean = parsed.GetValue(JumpMean),
            JumpDeviation = parsed.GetValue(JumpDeviation),
        };
        var (years, steps, start) = (parsed.GetValue(Years), parsed.GetValue(Steps), parsed.GetValue(Value));
        var now = CppiAllocation.Of(start, start * policy.FloorShare, policy.Multiplier, policy.LeverageCap);
        CppiDistribution ends;
        using (var progress = ProgressReport.On(terminal, "paths", parsed.GetValue(Paths), TimeProvider.System))
        {
            var gate = new Lock();
            ends = CppiSimulation.Run(policy, market, start, years, steps, parsed.GetValue(Paths),
                parsed.GetValue(Seed), parsed.GetValue(Workers), done =>
                {
                    lock (gate)
                    {
                        progress.Report(done);
                    }
                }, cancellation);
        }
        double? diffusion = market.Volatility > 0.0
            ? CppiRisk.Shortfall(policy.Multiplier, market.Drift, market.Rate, market.Volatility, years, steps)
            : null;
        double? jumps = market is { JumpsPerYear: > 0.0, JumpDeviation: > 0.0 }
            ? CppiRisk.JumpGap(policy.Multiplier, market.JumpsPerYear, market.JumpMean, market.JumpDeviation, years)
            : null;
        var rows = new ReportTable("figure", "value")
            .Add("exposure", now.Exposure).Add("weight", now.Weight).Add("cushion", now.Cushion)
            .Add("gapLoss", policy.GapLoss).Add("shortfallDiffusion", diffusion).Add("breachJumps", jumps)
            .Add("breachSimulated", ends.BreachProbability).Add("breachError", ends.BreachError)
            .Add("shortfallMean", ends.ShortfallMean).Add("locked", ends.LockProbability)
            .Add("lossProbability", ends.LossProbability).Add("mean", ends.Mean).Add("q01", ends.Q01)
            .Add("q05", ends.Q05).Add("median", ends.Median).Add("q95", ends.Q95).Add("q99", ends.Q99)
            .Add("turnover", ends.TurnoverMean);
        Answer.Give(parsed, terminal, new
        {
            schema = "leverage-cppi/1", exposure = now.Exposure, weight = now.Weight, cushion = now.Cushion,
            state = now.State.ToString(), gapLoss = policy.GapLoss, shortfallDiffusion = diffusion,
            breachJumps = jumps, simulated = ends,
        }, rows);
    }
}
