using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Deleveraging;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Api.Deleveraging;

/// <summary>What is to be closed under which rule, before its market and its operator are known.</summary>
internal sealed record AskedPlan(CommandId? Plan, AccountId Bankrupt, decimal? Contracts, DeleveragingRule Rule,
    string? Operator)
{
    public DeleveragingOrder Order(CommandId plan, InstrumentId market, string operatorName) =>
        new(plan, market, Bankrupt, Rule, operatorName, Contracts);
}

internal sealed record ExecutionRequest(InstrumentId Market, string Operator);

/// <summary>The bodies of deleveraging.</summary>
internal static class DeleveragingRequests
{
    public static readonly TextField Policy = Word<DeleveragingPolicy>("policy", "How contracts are taken", "queue");

    public static readonly TextField Score = Word<DeleveragingScore>("score", "How accounts are ranked",
        "hyperliquid");

    public static readonly Shape<AskedPlan> Rehearsal = Asked("Rehearsal", isArmed: false);

    public static readonly Shape<AskedPlan> Arming = Asked("Arming", isArmed: true);

    public static readonly Shape<ExecutionRequest> Execution = ExecutionShape();

    public static readonly Shape<string> Disarming = DisarmingShape();

    /// <summary>The rule that a queue is ranked under, out of words; null where a word names nothing.</summary>
    public static DeleveragingRule? Rule(string? policy, string? score)
    {
        var rule = new DeleveragingRule();
        if (!Words<DeleveragingPolicy>.TryParse(policy ?? Words<DeleveragingPolicy>.Of(rule.Policy), out var by)
            || !Words<DeleveragingScore>.TryParse(score ?? Words<DeleveragingScore>.Of(rule.Score), out var ranked))
        {
            return null;
        }
        return rule with { Policy = by, Score = ranked };
    }

    private static Shape<AskedPlan> Asked(string name, bool isArmed)
    {
        var plan = Names.Ulid("planId", "bad_command_id");
        var account = Names.Account("bankruptAccount", "Whose position is closed");
        var contracts = new DecimalField("contracts", "How many; all that are held where it is left out", "qty_step",
            value => value <= 0m ? "qty_zero" : Quantity.IsValid(value) ? null : "qty_out_of_range")
        {
            IsRequired = false,
            Example = "0.5",
        };
        var hedgeAware = new FlagField("hedgeAware", "Only what other positions in the coin do not hedge is taken")
        {
            IsRequired = false,
        };
        var profitableOnly = new FlagField("profitableOnly", "Only of positions that gain") { IsRequired = false };
        var share = new DecimalField("profitShareMax", "Largest share of its profit that an account forgoes, to 1",
            "amount_out_of_range", value => value is > 0m and <= 1m ? null : "amount_out_of_range")
        {
            IsRequired = false,
            Example = "1",
        };
        var rule = new TextField("rule", "The rule's name in the log", Stage.Value,
            text => IsLine(text, DeleveragingRule.NameLengthMax) ? null : "bad_text")
        {
            IsRequired = false,
            Example = "default",
        };
        var version = new IntegerField("ruleVersion", "Its version in the log",
            value => value is >= 0 and <= int.MaxValue ? null : "bad_integer") { IsRequired = false };
        var by = Operator();
        Field[] fields =
        [
            account, contracts, Policy, Score, hedgeAware, profitableOnly, share, rule, version,
        ];
        return new Shape<AskedPlan>(name, row =>
        {
            var plain = Rule(Policy.Of(row, null), Score.Of(row, null))!;
            return new AskedPlan(isArmed ? CommandId.Parse(plan.Of(row)!) : null, new AccountId(account.Of(row)!),
                contracts.Maybe(row), plain with
                {
                    Name = rule.Of(row, null) ?? plain.Name,
                    Version = (int)version.Of(row, plain.Version),
                    IsHedgeAware = hedgeAware.Of(row),
                    IsProfitableOnly = profitableOnly.Of(row),
                    ProfitShareMax = share.Of(row, plain.ProfitShareMax),
                }, isArmed ? by.Of(row) : null);
        }, isArmed ? [plan, by, .. fields] : fields);
    }

    private static Shape<ExecutionRequest> ExecutionShape()
    {
        var market = new TextField("market", "The plan's market, typed again to confirm", Stage.Id, text =>
            InstrumentId.IsValid(text) ? null : "wrong_market")
        {
            Example = "BTC-USD-PERP",
        };
        var by = Operator();
        return new Shape<ExecutionRequest>("Execution",
            row => new ExecutionRequest(new InstrumentId(market.Of(row)!), by.Of(row)!), market, by);
    }

    private static Shape<string> DisarmingShape()
    {
        var by = Operator();
        return new Shape<string>("Disarming", row => by.Of(row)!, by);
    }

    private static TextField Operator() => new("operator", "Who does this; printable ASCII", Stage.Value,
        text => IsLine(text, DeleveragingOrder.OperatorLengthMax) ? null : "bad_text")
    {
        Pattern = $"^[ -~]{{1,{DeleveragingOrder.OperatorLengthMax}}}$",
        Example = "night shift",
    };

    private static bool IsLine(string text, int max) =>
        text.Length is > 0 && text.Length <= max && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static TextField Word<T>(string name, string description, string example)
        where T : struct, Enum => new(name, description, Stage.Value,
            text => Words<T>.TryParse(text, out _) ? null : "bad_text")
    {
        IsRequired = false,
        IsShown = true,
        Words = Words<T>.All,
        Example = example,
    };
}
