using System.CommandLine;
using OrleansLeverage.Analytics.Scenarios;
using OrleansLeverage.App.Calc;
using OrleansLeverage.App.Margin;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Options;
using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage margin</c>: what a portfolio of options and futures must hold, and why.</summary>
internal static class MarginVerb
{
    private const string Portfolio = "portfolio";
    private const string Standard = "standard";

    private static readonly Option<string> In = new("--in")
    {
        Description = "Portfolio and its market, JSON or CSV; - reads the standard input",
        HelpName = "FILE|-",
        Required = true,
    };

    private static readonly Option<string> Model = new("--model")
    {
        Description = "portfolio: worst of many scenarios; standard: closed form of short options",
        DefaultValueFactory = _ => Portfolio,
    };

    private static readonly Option<string?> Rules = new("--rules")
    {
        Description = $"Parameter file: {string.Join(", ", ScenarioProfiles.Ids)}; with --model standard "
            + $"{string.Join(", ", OptionProfiles.Ids)}",
        HelpName = "NAME",
    };

    private static readonly Option<bool> Explain = new("--explain")
    {
        Description = "Also which scenario, which instrument, what offset",
    };

    private static readonly Option<bool> Coin = new("--coin")
    {
        Description = "With --model standard: options settle in the coin",
    };

    private static readonly Option<decimal?> Spot = new("--spot") { Description = "Index price, for CSV" };

    private static readonly Option<decimal> Cash = new("--cash") { Description = "Cash, where the file names none" };

    private static readonly Option<string?> At = new("--at")
    {
        Description = "Time of the market where the file names none; now where it is left out",
        HelpName = "TIME",
    };

    public static Command Command() =>
        new Command("margin", "Margin of a portfolio of options and futures, explained")
        {
            In, Model, Rules, Explain, Coin, PictureFile.Svg, Spot, Cash, At, Answer.Csv,
        }.Does(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var name = parsed.GetRequiredValue(In);
        var text = name == "-"
            ? await CalcFile.ReadTextAsync("the standard input", Console.In, cancellation)
            : await CalcFile.ReadTextAsync(name, cancellation);
        DateTimeOffset? time = parsed.GetValue(At) is { } at ? RulesVerb.TimeOf(at) : null;
        var file = PortfolioFile.Parse(text, name == "-" ? "the standard input" : Path.GetFileName(name),
            new PortfolioFile.Beside(parsed.GetValue(Spot), parsed.GetValue(Cash), time), TimeProvider.System);
        try
        {
            switch (parsed.GetValue(Model))
            {
                case Portfolio:
                    return await ByScenariosAsync(parsed, terminal, file, cancellation);
                case Standard:
                    return ByStandard(parsed, terminal, file);
                case var other:
                    throw new InputException($"--model {other} is neither {Portfolio} nor {Standard}");
            }
        }
        catch (ScenarioException error)
        {
            throw new InputException($"{error.Message} ({error.Status.Code()})");
        }
        catch (RuleException error)
        {
            throw new InputException(error.Message);
        }
    }

    private static async Task<int> ByScenariosAsync(ParseResult parsed, Terminal terminal, PortfolioFile file,
        CancellationToken cancellation)
    {
        var name = parsed.GetValue(Rules) ?? file.Rules
            ?? throw new InputException($"which rules? --rules one of {string.Join(", ", ScenarioProfiles.Ids)}");
        var rules = ScenarioProfiles.Find(name).Rules;
        var margin = ScenarioMargin.Of(ScenarioPricing.Matrix(rules, file.Market), file.Portfolio);
        PictureFile.Write(parsed, terminal, () => ScenarioHeat.Svg(rules, margin));
        var explains = parsed.GetValue(Explain);
        var rows = MarginAnswer.Rows(margin);
        Answer.Give(parsed, terminal, MarginAnswer.Json(rules, margin, explains), rows, () =>
        {
            MarginAnswer.Requirement(rules, margin).WriteTo(terminal);
            if (explains)
            {
                MarginAnswer.Explanation(margin).WriteTo(terminal);
                rows.WriteTo(terminal);
            }
        });
        return ExitCode.Ok;
    }

    private static int ByStandard(ParseResult parsed, Terminal terminal, PortfolioFile file)
    {
        if (file.Market.Futures.Count + file.Market.Collateral.Count > 0)
        {
            throw new InputException("standard margin here is that of options; futures: `leverage calc --venue`, or "
                + "--model portfolio for all together");
        }
        var name = parsed.GetValue(Rules) ?? "deribit-standard";
        var rules = OptionProfiles.Rules(name);
        var style = parsed.GetValue(Coin) ? ContractStyle.Inverse : ContractStyle.Linear;
        var spot = file.Market.Spot;
        var unit = style == ContractStyle.Inverse ? 1m : spot;
        var matrix = ScenarioPricing.Matrix(ScenarioRules.MarksAlone(style), file.Market);
        var expiries = file.Market.Expiries.Select(expiry =>
        {
            var legs = file.Market.Options.Where(series => series.Expiry == expiry.Name).Select(series =>
                new OptionLeg(series.Right, series.Strike,
                    file.Portfolio.Holdings.Where(held => held.Instrument == series.Name).Sum(held => held.Quantity),
                    matrix.Unit(series.Name).Mark)).ToArray();
            return new StandardExpiry(expiry.Name, legs,
                ShortOptionMargin.Of(rules, spot, expiry.Forward, unit, legs));
        }).ToArray();
        var explains = parsed.GetValue(Explain);
        Answer.Give(parsed, terminal, MarginAnswer.Standard(name, expiries, file.Portfolio.Cash, explains),
            MarginAnswer.StandardRows(name, expiries, explains));
        return ExitCode.Ok;
    }
}
