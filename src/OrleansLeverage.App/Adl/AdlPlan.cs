using System.CommandLine;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging;

namespace OrleansLeverage.App.Adl;

/// <summary><c>leverage adl plan</c>: the plan that would be armed, with the accounts before and after. Keeps nothing.
/// </summary>
internal static class AdlPlan
{
    private static readonly AdlSource Source = new();

    private static readonly Option<string> Account = new("--account")
    {
        Description = "The insolvent account",
        HelpName = "ACCOUNT",
        Required = true,
    };

    private static readonly Option<decimal?> Quantity = new("--contracts")
    {
        Description = "Contracts to close; the whole position where it is left out",
        HelpName = "N",
    };

    public static Command Command()
    {
        var command = new Command("plan", "Rehearses: who would be closed against an insolvent account, at which price")
        {
            Account, Quantity, Answer.Csv,
        };
        Source.AddTo(command);
        return command.Does(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var (market, rule) = (await Source.ReadAsync(parsed, cancellation), Source.Rule(parsed));
        var name = parsed.GetRequiredValue(Account);
        if (!AccountId.TryParse(name, out var account))
        {
            throw new InputException($"--account {name} is no account id");
        }
        var plan = market.Plan(new DeleveragingOrder(CommandId.Series(market.Frame.TimeMs, 1, 1), market.Instrument.Id,
            account, rule, "rehearsal", parsed.GetValue(Quantity)));
        Answer.Give(parsed, terminal, Shown(plan), Legs(plan), Summary(plan));
        return plan.HasLegs ? ExitCode.Ok : ExitCode.Failed;
    }

    private static ReportTable Summary(DeleveragingPlan plan)
    {
        var report = new ReportTable("what", "value")
        {
            Title = $"{plan.Status.Code()}{(plan.Detail is null ? "" : ": " + plan.Detail)}",
        }
            .Add("mark", plan.Mark).Add("price", plan.Price?.Value).Add("shortfall USD", plan.Shortfall)
            .Add("insurance fund USD", plan.Fund).Add("contracts", plan.Contracts).Add("residual", plan.Residual)
            .Add("ranked", plan.Ranked);
        foreach (var (reason, count) in plan.Excluded)
        {
            report.Add($"excluded: {reason}", count);
        }
        return report;
    }

    private static ReportTable Legs(DeleveragingPlan plan)
    {
        var report = new ReportTable("rank", "quantile", "counterparty", "side", "contracts", "held", "profitTerm",
            "leverageTerm", "score", "forgone", "equityBefore", "equityAfter", "leverageBefore", "leverageAfter",
            "tierBefore", "tierAfter")
        {
            Title = $"{plan.Bankrupt} {AdlQueue.Side(plan.Side)} {Decimals.Text(plan.Requested)} {plan.Instrument} at "
                + $"frame {plan.Frame}",
        };
        foreach (var leg in plan.Legs)
        {
            report.Add(leg.Rank, AdlQueue.Short(leg.Quantile), leg.Counterparty, AdlQueue.Side(leg.Side), leg.Contracts,
                leg.Held, AdlQueue.Short(leg.ProfitTerm), AdlQueue.Short(leg.LeverageTerm), AdlQueue.Short(leg.Score),
                leg.Forgone, leg.Before.Equity, leg.After.Equity, AdlQueue.Short(leg.Before.Leverage),
                AdlQueue.Short(leg.After.Leverage), leg.Before.Tier, leg.After.Tier);
        }
        return report;
    }

    private static object Shown(DeleveragingPlan plan) => new
    {
        status = plan.Status.Code(),
        detail = plan.Detail,
        symbol = plan.Instrument.Value,
        bankruptAccount = plan.Bankrupt.Value,
        frame = plan.Frame.ToString(),
        timestamp = plan.FrameTimeMs,
        policy = plan.Rule.Policy.ToString(),
        markPrice = Text(plan.Mark),
        price = Text(plan.Price?.Value),
        priceState = plan.PriceState.ToString(),
        contracts = Decimals.Text(plan.Contracts),
        residual = Decimals.Text(plan.Residual),
        shortfall = Decimals.Text(plan.Shortfall),
        insuranceFund = Decimals.Text(plan.Fund),
        ranked = plan.Ranked,
        excluded = plan.Excluded.ToDictionary(e => e.Key.ToString(), e => e.Value),
        legs = plan.Legs.Select(leg => new
        {
            counterparty = leg.Counterparty.Value,
            side = AdlQueue.Side(leg.Side),
            contracts = Decimals.Text(leg.Contracts),
            held = Decimals.Text(leg.Held),
            hedged = Decimals.Text(leg.Hedged),
            rank = leg.Rank,
            quantile = leg.Quantile,
            profitTerm = leg.ProfitTerm,
            leverageTerm = leg.LeverageTerm,
            score = leg.Score,
            forgone = Decimals.Text(leg.Forgone),
            before = Shown(leg.Before),
            after = Shown(leg.After),
        }),
    };

    private static object Shown(AccountOutcome outcome) => new
    {
        equity = Decimals.Text(outcome.Equity),
        grossNotional = Decimals.Text(outcome.GrossNotional),
        netNotional = Decimals.Text(outcome.NetNotional),
        leverage = outcome.Leverage,
        marginRatio = outcome.MarginRatio,
        tier = outcome.Tier.ToString(),
    };

    private static string? Text(decimal? value) => value is { } number ? Decimals.Text(number) : null;
}
