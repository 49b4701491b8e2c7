using System.Globalization;
using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Scenarios;
using OrleansLeverage.Market.Simulation;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Api.Jobs;

/// <summary>
/// The jobs that can be asked for, told apart by <c>kind</c>. What is left out is as on the command line.
/// </summary>
internal static class JobRequests
{
    public const int TicksMax = 3_600;
    public const int RunsMax = 200;
    private const int CustomMax = 50;
    private const int AccountsMax = 20;
    private const double MoveMax = 10.0;

    private static readonly CascadePlan Usual = new() { Fund = 0.0 };

    private static readonly TextField Id = new("commandId", "A ULID made by the client, and then the job's", Stage.Id,
        text => CommandId.TryParse(text, out var id) && !id.IsReserved ? null : "bad_command_id")
    {
        IsRequired = false,
        Pattern = Names.UlidPattern,
    };

    private static readonly DecimalField Fund = new("fund", "Insurance fund, USD; the grid's own where left out",
        "amount_out_of_range", value => value is >= 0m and <= 1_000_000_000_000m ? null : "amount_out_of_range")
    {
        IsRequired = false,
        IsShown = true,
        Example = "1000000",
    };

    /// <summary>Every kind of job by the word that names it.</summary>
    public static readonly IReadOnlyDictionary<string, Shape<JobRequest>> Kinds =
        new Dictionary<string, Shape<JobRequest>>
        {
            ["cascade"] = Cascade(),
            ["stress"] = Stress(),
            ["reverse-stress"] = ReverseStress(),
        };

    /// <summary>What is read where <c>kind</c> names none: every name is known, and kind is at fault.</summary>
    public static readonly Shape<JobRequest> Any = new("Job",
        _ => throw new InvalidOperationException("a job without a kind passed the checks"),
        [Kind(), .. Kinds.Values.SelectMany(kind => kind.Fields).Where(field => field.Name != "kind")
            .DistinctBy(field => field.Name).Select(field => new AnyField(field))])
    {
        Kinds = [.. Kinds.Values],
    };

    public static Shape<JobRequest> Choose(JsonElement root) =>
        root.TryGetProperty("kind", out var kind) && kind.ValueKind == JsonValueKind.String
        && Kinds.TryGetValue(kind.GetString()!, out var shape) ? shape : Any;

    private static Shape<JobRequest> Cascade()
    {
        var path = Usual.Path;
        var shock = Number("shock", "Move of the market, feeds by their beta: -0.2 is 20 % down", -0.99, MoveMax,
            path.Move);
        var ticks = Whole("ticks", "Ticks of the path, a second each", 2, TicksMax, path.Ticks);
        var ramp = Whole("rampTicks", "Ticks until the shock is there; 1 is a gap", 1, TicksMax - 1, path.RampTicks);
        var recovered = Number("recoveredShare", "Of the shock, given back by the end", 0.0, 1.0, path.RecoveredShare);
        var noise = Number("noise", "Standard deviation of a tick's return around the path", 0.0, 0.5, path.Deviation);
        var runs = Whole("runs", "Paths with seeds of their own", 1, RunsMax, Usual.Runs);
        var depth = Number("depth", "Open interests that move a price by its whole value", 1e-6, 1e9,
            Usual.DepthInInterest);
        var exponent = Number("depthExponent", "How depth falls with volatility; 0 keeps it", 0.0, 4.0,
            Usual.DepthExponent);
        var impact = Word("impact", "How prices answer forced sales", CascadePlan.Impacts, Usual.Impact);
        var oracle = Word("oracle", "The price margin is tested at", CascadePlan.Oracles, Usual.Oracle);
        var liquidation = Word("liquidation", "What is sold of an account below its line", CascadePlan.Liquidations,
            Usual.Liquidation);
        var deleveraging = Word("deleveraging", "Who pays what the fund cannot", CascadePlan.Deleveragings,
            Usual.Deleveraging);
        var counterfactuals = new FlagField("counterfactuals", "The same path under every other policy too")
        {
            IsRequired = false,
        };
        var seed = Whole("seed", "Of every path", 0, long.MaxValue, (long)Usual.Seed);
        return Job("cascade", row =>
        {
            var fund = Fund.Maybe(row);
            var plan = Usual with
            {
                Path = new ShockPath(shock.Of(row, path.Move), (int)ticks.Of(row, path.Ticks),
                    (int)ramp.Of(row, path.RampTicks), recovered.Of(row, path.RecoveredShare),
                    noise.Of(row, path.Deviation)),
                Seed = (ulong)seed.Of(row, (long)Usual.Seed),
                Runs = (int)runs.Of(row, Usual.Runs),
                DepthInInterest = depth.Of(row, Usual.DepthInInterest),
                DepthExponent = exponent.Of(row, Usual.DepthExponent),
                Impact = impact.Of(row, Usual.Impact)!,
                Oracle = oracle.Of(row, Usual.Oracle)!,
                Liquidation = liquidation.Of(row, Usual.Liquidation)!,
                Deleveraging = deleveraging.Of(row, Usual.Deleveraging)!,
                WithCounterfactuals = counterfactuals.Of(row),
            };
            return (_ => plan.Path.RampTicks < plan.Path.Ticks ? null : new Fault("number_out_of_range", ramp.Name),
                (book, own, work) => JobResults.Cascade(book,
                    CascadeStudy.Of(book, plan with { Fund = (double)(fund ?? own) }, work)));
        }, shock, ticks, ramp, recovered, noise, runs, depth, exponent, impact, oracle, liquidation, deleveraging,
            counterfactuals, seed, Fund);
    }

    private static Shape<JobRequest> Stress()
    {
        var names = new TextListField("scenarios", "Of the library, by name; all where both lists are left out", 200,
            _ => null) { IsRequired = false };
        var name = new TextField("name", "Of your own scenario", Stage.Value,
            text => text.Length is > 0 and <= 64 ? null : "bad_text") { Example = "weekend" };
        var moves = new NumberMapField("moves", "By feed: -0.3 is 30 % down; a feed that is left out stays",
            (-0.99, MoveMax), 200, text => FeedId.IsValid(text) ? null : "unknown_asset")
        {
            Example = ("BTC-USD", -0.3),
        };
        var basis = Number("basis", "Move of contracts against their feeds", -0.99, MoveMax, 0.0);
        var funding = Number("fundingRate", "Paid by longs on notional, in all", -1.0, 1.0, 0.0);
        var one = new Shape<CustomScenario>("CustomScenario", row => new CustomScenario(name.Of(row)!, moves.Of(row),
            basis.Of(row), funding.Of(row)), name, moves, basis, funding);
        var custom = new ListField("custom", "Scenarios of your own", one, (0, "empty_body"),
            (CustomMax, "batch_too_large")) { IsRequired = false, IsShown = true };
        return Job("stress", row =>
        {
            var (fund, asked, own) = (Fund.Maybe(row), names.Of(row, null!), custom.Of(row).Select(one.Make).ToArray());
            return (universe => Scenarios.Fault(universe, asked, own), (book, gridFund, work) => JobResults.Stress(book,
                fund ?? gridFund, StressStudy.Run(book, Scenarios.Chosen(book.Frame.Universe, asked, own),
                    (double)(fund ?? gridFund), work)));
        }, names, custom, Fund);
    }

    private static Shape<JobRequest> ReverseStress()
    {
        var accounts = new TextListField("accounts", "Whose breaking moves are searched besides the venue's",
            AccountsMax, text => AccountId.IsValid(text) ? null : "bad_account_id") { IsRequired = false };
        var feeds = new TextListField("feeds", "Moved alone besides all together; all that are held where left out",
            200, text => FeedId.IsValid(text) ? null : "unknown_asset") { IsRequired = false };
        return Job("reverse-stress", row =>
        {
            var (fund, who, which) = (Fund.Maybe(row), accounts.Of(row, []), feeds.Of(row, null!));
            return (universe => which?.All(feed => Scenarios.Feed(universe, feed) is not null) != false
                    ? null
                    : new Fault("unknown_asset", feeds.Name),
                (book, own, work) => JobResults.Breaks(book, fund ?? own, StressStudy.Breaks(book,
                    (double)(fund ?? own), who, which?.Select(feed => Scenarios.Feed(book.Frame.Universe, feed)!.Index)
                        .ToArray(), work)));
        }, accounts, feeds, Fund);
    }

    private static Shape<JobRequest> Job(string kind,
        Func<JsonElement, (Func<Universe, Fault?> Check, Func<MarketBook, decimal, Workload, JobResult> Run)> make,
        params Field[] fields) => new(kind, row =>
        {
            var (check, run) = make(row);
            return new JobRequest(Id.Of(row, null) is { } id ? CommandId.Parse(id) : null, kind, row.Clone(), check,
                run);
        }, [Kind(kind), Id, .. fields]);

    private static TextField Kind(string? word = null) => new("kind", "What is to be worked out", Stage.Value, text =>
        Kinds!.ContainsKey(text) ? null : "bad_text")
    {
        Words = word is null ? null : [word],
        Example = word ?? "",
    };

    private static NumberField Number(string name, string what, double min, double max, double usual) =>
        new(name, $"{what}. {usual.ToString("R", CultureInfo.InvariantCulture)} where left out", min, max)
        {
            IsRequired = false,
            IsShown = true,
            Example = usual,
        };

    private static IntegerField Whole(string name, string what, long min, long max, long usual) =>
        new(name, $"{what}. {usual} where left out",
            value => value < min || value > max ? "number_out_of_range" : null)
        {
            IsRequired = false,
            IsShown = true,
            Example = usual,
        };

    private static TextField Word(string name, string what, IReadOnlyList<string> words, string usual) =>
        new(name, $"{what}. {usual} where left out", Stage.Value, text => words.Contains(text) ? null : "bad_text")
        {
            IsRequired = false,
            IsShown = true,
            Words = words,
            Example = usual,
        };
}

/// <summary>A scenario of one's own: moves by feed, the others stay.</summary>
internal sealed record CustomScenario(
    string Name, IReadOnlyDictionary<string, double> Moves, double Basis, double FundingRate);
