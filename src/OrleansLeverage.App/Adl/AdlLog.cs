using System.CommandLine;
using System.Globalization;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Verbs;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Embedded;

namespace OrleansLeverage.App.Adl;

/// <summary><c>leverage adl log</c>: every leg of every plan in a journal, in the order it happened.</summary>
internal static class AdlLog
{
    private static readonly Option<string> Data = VerifyVerb.DataOption();

    private static readonly UniverseOptions Universe = new();

    public static Command Command()
    {
        var command = new Command("log", "Every leg of every plan of deleveraging, from a journal") { Data,
            Answer.Csv };
        Universe.AddTo(command);
        return command.Does((parsed, terminal, _) => Task.Run(() => Run(parsed, terminal)));
    }

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        var plans = ArchiveBook.Plans(parsed.GetRequiredValue(Data),
            Universe.Universe(parsed, TimeProvider.System.GetUtcNow()));
        var report = new ReportTable("time", "market", "bankruptAccount", "counterparty", "size", "price", "priceAgeMs",
            "rank", "ruleVersion", "operator", "commandId", "state", "refusal", "plan", "round", "planState")
        {
            Title = $"{plans.Count} plans",
        };
        foreach (var plan in plans)
        {
            foreach (var (round, leg) in plan.Rounds.SelectMany(r => r.Legs, (r, l) => (r, l)))
            {
                report.Add(Time(leg.SentMs), plan.Order.Instrument, plan.Order.Bankrupt, leg.Counterparty,
                    leg.Contracts,
                    round.Price, leg.SentMs - round.PriceTimeMs, leg.Rank, plan.Order.Rule.Version,
                    plan.ExecutedBy ?? plan.Order.Operator, leg.Command, leg.State, leg.Refusal?.Code(),
                    plan.Order.Plan, round.Number, plan.State.Code());
            }
        }
        Answer.Give(parsed, terminal, plans.Select(Shown), report);
        return ExitCode.Ok;
    }

    private static object Shown(PlanAudit plan) => new
    {
        plan = plan.Order.Plan.ToString(),
        state = plan.State.Code(),
        detail = plan.Detail,
        market = plan.Order.Instrument.Value,
        bankruptAccount = plan.Order.Bankrupt.Value,
        policy = plan.Order.Rule.Policy.ToString(),
        score = plan.Order.Rule.Score.ToString(),
        ruleName = plan.Order.Rule.Name,
        ruleVersion = plan.Order.Rule.Version,
        armedBy = plan.Order.Operator,
        armedMs = plan.ArmedMs,
        executedBy = plan.ExecutedBy,
        beganMs = plan.BeganMs,
        endedMs = plan.EndedMs,
        requested = Decimals.Text(plan.Requested),
        filled = Decimals.Text(plan.Filled),
        residual = Decimals.Text(plan.Residual),
        rounds = plan.Rounds.Select(round => new
        {
            round = round.Number,
            frame = round.Frame.ToString(),
            markPrice = Decimals.Text(round.Mark),
            price = round.Price.ToString(),
            priceTimestamp = round.PriceTimeMs,
            requested = Decimals.Text(round.Requested),
            legs = round.Legs.Select(leg => new
            {
                counterparty = leg.Counterparty.Value,
                size = Decimals.Text(leg.Contracts),
                rank = leg.Rank,
                score = leg.Score,
                forgone = Decimals.Text(leg.Forgone),
                commandId = leg.Command.ToString(),
                state = leg.State.ToString(),
                refusal = leg.Refusal?.Code(),
                timestamp = leg.SentMs,
                seq = leg.Sequence,
            }),
        }),
    };

    private static string? Time(long? ms) => ms is { } sent
        ? DateTimeOffset.FromUnixTimeMilliseconds(sent).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
            CultureInfo.InvariantCulture)
        : null;
}
