using System.CommandLine;
using OrleansLeverage.Analytics.Performance;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Series;
using OrleansLeverage.App.Verbs;
using OrleansLeverage.Domain;

namespace OrleansLeverage.App.Strategies;

/// <summary><c>track hedge</c>: coins against a perpetual: funding, basis, fee, slippage, drift.</summary>
internal static class TrackHedge
{
    private static readonly Option<string> In = new("--in")
    {
        Description = "CSV with a header or JSON: index, mark, position (contracts, negative is short) and, where "
            + "known, fundingRate and fill; - reads the standard input",
        HelpName = "FILE|-",
        Required = true,
    };

    private static readonly Option<double> Coins = Numbers.Option("--coins", 1.0, "Coins held at the beginning");
    private static readonly Option<double> Fee = Numbers.Option("--fee-rate", 0.0005, "Of the notional traded");

    private static readonly Option<bool> Inverse = new("--inverse")
    {
        Description = "Contracts are USD, settled in coins",
    };

    public static Command Command() => new Command("hedge", "Where the result of a perpetual hedge comes from")
    {
        In, Coins, Fee, Inverse, Answer.Csv,
    }.Does((parsed, terminal, _) => Task.FromResult(Run(parsed, terminal)));

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        var file = TableFile.Read(parsed.GetRequiredValue(In));
        var (index, mark, position) = (file.Numbers("index"), file.Numbers("mark"), file.Numbers("position"));
        var funding = Optional(file, "fundingRate");
        var fill = Optional(file, "fill");
        var observations = index.Select((at, i) => new HedgeObservation(Given(at, i, "index"),
            Given(mark[i], i, "mark"), funding?[i] ?? 0.0, Given(position[i], i, "position"), fill?[i])).ToList();
        PerpHedge hedge;
        try
        {
            hedge = PerpHedge.Attribute(parsed.GetValue(Inverse) ? ContractStyle.Inverse : ContractStyle.Linear,
                parsed.GetValue(Coins), observations, parsed.GetValue(Fee));
        }
        catch (ArgumentException problem)
        {
            throw new InputException($"{file.Name}: {problem.Message}");
        }
        var rows = new ReportTable("interval", "drift", "basis", "funding", "fee", "slippage", "total");
        foreach (var (i, parts) in hedge.Intervals.Index())
        {
            rows.Add(i + 1, parts.Drift, parts.Basis, parts.Funding, parts.Fee, parts.Slippage, parts.Total);
        }
        var total = new ReportTable("part", "usd").Add("drift", hedge.Total.Drift).Add("basis", hedge.Total.Basis)
            .Add("funding", hedge.Total.Funding).Add("fee", hedge.Total.Fee).Add("slippage", hedge.Total.Slippage)
            .Add("total", hedge.Total.Total).Add("tracking error per interval", hedge.TrackingError)
            .Add("coins at the end", hedge.Coins);
        Answer.Give(parsed, terminal, new
        {
            schema = "leverage-track-hedge/1", total = hedge.Total, coins = hedge.Coins,
            trackingErrorPerInterval = hedge.TrackingError, intervals = hedge.Intervals,
        }, rows, () => total.WriteTo(terminal));
        return ExitCode.Ok;

        double Given(double? value, int row, string name) =>
            value ?? throw new InputException($"{file.Name} row {row + 1} has no {name}");
    }

    private static IReadOnlyList<double?>? Optional(TableFile file, string column) =>
        file.Columns.Contains(column, StringComparer.OrdinalIgnoreCase) ? file.Numbers(column) : null;
}
