using System.CommandLine;
using OrleansLeverage.Analytics.Loops;
using OrleansLeverage.Analytics.Options;
using OrleansLeverage.App.Options;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Verbs;

namespace OrleansLeverage.App.Strategies;

/// <summary>
/// <c>leverage loop options</c>: options sold for yield against coins, cash or a loan, and the prices on either side at
/// which the margin ends.
/// </summary>
internal sealed class LoopOptions
{
    private const int Points = 80;

    private readonly OptionSource _option = new();

    private readonly Option<double> _contracts = Numbers.Option("--contracts", 1.0, "Contracts sold, one coin each");
    private readonly Option<double> _coins = Numbers.Option("--coins", 0.0, "Coins held against them");

    private readonly Option<double> _cash = Numbers.Option("--cash", 0.0,
        "Money beside them, the premium already in it; below 0 it is a debt");

    private readonly Option<double> _maintenance = Numbers.Option("--mmr", 0.075,
        "Maintenance margin per notional of sold options that no coin covers");

    private readonly Option<double> _weight = Numbers.Option("--coin-weight", 0.95,
        "Share at which a coin counts as margin");

    public Command Command()
    {
        var command = new Command("options", "Options sold for yield: premium, break-even, liquidation on either side")
        {
            _contracts, _coins, _cash, _maintenance, _weight, PictureFile.Svg,
        };
        _option.AddTo(command);
        return command.Does(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        if (_option.IsFile(parsed))
        {
            throw new InputException("loop options takes one option, not --in");
        }
        var request = (await _option.LoadAsync(parsed, cancellation))[0];
        if (request.IsForward)
        {
            throw new InputException("loop options takes --spot: the coins held are spot");
        }
        if (!(parsed.GetValue(_maintenance) is >= 0.0 and < 1.0) || !(parsed.GetValue(_weight) is > 0.0 and <= 1.0))
        {
            throw new InputException("--mmr is within 0 and 1, --coin-weight above 0 and at most 1");
        }
        var sold = new OptionYield
        {
            Option = request.Needed(),
            Contracts = parsed.GetValue(_contracts),
            Coins = parsed.GetValue(_coins),
            Cash = parsed.GetValue(_cash),
            MaintenanceRate = parsed.GetValue(_maintenance),
            CoinWeight = parsed.GetValue(_weight),
        };
        try
        {
            Give(parsed, terminal, sold);
        }
        catch (ArgumentOutOfRangeException problem)
        {
            throw new InputException(problem.Message.Split(" (Parameter")[0] + $" (not {problem.ActualValue})");
        }
        return ExitCode.Ok;
    }

    private static void Give(ParseResult parsed, Terminal terminal, OptionYield sold)
    {
        var spot = sold.Option.Spot;
        var (below, above) = sold.LiquidationPrices();
        var (equity, maintenance) = (sold.Equity(spot), sold.Maintenance(spot));
        double? Distance(double? price) => price is { } known ? (known / spot) - 1.0 : null;
        var coinDelta = sold.Coins - (sold.Contracts * new BlackScholes(sold.Option).Delta);
        var rows = new ReportTable("figure", "value").Add("premium", sold.Premium)
            .Add("yieldPerYear", sold.YieldPerYear).Add("breakEven", sold.BreakEven).Add("equity", equity)
            .Add("maintenance", maintenance).Add("delta", coinDelta)
            .Add("deltaLeverage", equity > 0.0 ? Math.Abs(coinDelta) * spot / equity : null)
            .Add("liquidationBelow", below).Add("liquidationAbove", above)
            .Add("distanceBelow", Distance(below)).Add("distanceAbove", Distance(above));
        PictureFile.Write(parsed, terminal, () => Charts(sold));
        Answer.Give(parsed, terminal, new
        {
            schema = "leverage-loop-options/1", premium = sold.Premium, yieldPerYear = sold.YieldPerYear,
            breakEven = sold.BreakEven, equity, maintenance, delta = coinDelta,
            deltaLeverage = equity > 0.0 ? Math.Abs(coinDelta) * spot / equity : (double?)null,
            liquidationBelow = below, liquidationAbove = above, distanceBelow = Distance(below),
            distanceAbove = Distance(above), isLiquidatable = equity < maintenance,
        }, rows, () =>
        {
            rows.WriteTo(terminal);
            terminal.Output.WriteLine(equity < maintenance
                ? "equity is below maintenance already"
                : below is null && above is null
                    ? "no price within 0 and twenty times the spot ends the margin"
                    : "liquidated where equity falls below maintenance, volatility held as it is");
        });
    }

    private static SvgChart[] Charts(OptionYield sold)
    {
        var prices = Enumerable.Range(0, Points + 1)
            .Select(i => sold.Option.Spot * (0.25 + (2.0 * i / Points))).ToList();
        return
        [
            new SvgChart($"{sold.Contracts:0.####} {sold.Option.Right} {sold.Option.Strike:0.######} sold", "price",
                "money").Line("equity", [.. prices.Select(p => (p, sold.Equity(p)))])
                .Line("maintenance", [.. prices.Select(p => (p, sold.Maintenance(p)))]),
        ];
    }
}
