using OrleansLeverage.Analytics.Cascade;
using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Market.Simulation;

namespace OrleansLeverage.Engine.Scenarios;

/// <summary>What a cascade is asked for; the same plan over the same market gives the same bytes.</summary>
public sealed record CascadePlan
{
    /// <summary>Share of the square-root law at which the whole depth is sold.</summary>
    private const double SquareRootScale = 0.4;

    /// <summary>Share of the depth that is there however volatile prices are.</summary>
    private const double DepthFloor = 0.1;

    /// <summary>Where buyers from outside step in, of the price.</summary>
    private const double FloorRatio = 0.3;

    /// <summary>How prices answer forced sales, by the words that name it.</summary>
    public static readonly IReadOnlyList<string> Impacts = ["linear", "sqrt", "exponential", "bounded"];

    public static readonly IReadOnlyList<string> Oracles = ["own-book", "median"];

    public static readonly IReadOnlyList<string> Liquidations = ["slice", "whole"];

    /// <summary>Who pays what the fund cannot.</summary>
    public static readonly IReadOnlyList<string> Deleveragings =
        ["none", "pro-rata", "queue", "whole-queue", "contracts"];

    public ShockPath Path { get; init; } = new(-0.20, 240, 60, 0.25, 0.0005);

    public ulong Seed { get; init; } = 42;

    /// <summary>Paths with seeds of their own.</summary>
    public int Runs { get; init; } = 1;

    /// <summary>
    /// Open interests that move a feed's price by its whole value when sold. Cont and Schaanning's 0.4·ADV/σ where a
    /// day trades one and a half open interests and moves 3 %.
    /// </summary>
    public double DepthInInterest { get; init; } = 20.0;

    /// <summary>Depth falls as (calm / volatility)^exponent; 0 keeps it.</summary>
    public double DepthExponent { get; init; } = 0.5;

    public string Impact { get; init; } = "linear";

    public string Oracle { get; init; } = "own-book";

    public string Liquidation { get; init; } = "slice";

    public string Deleveraging { get; init; } = "pro-rata";

    /// <summary>Insurance fund, USD.</summary>
    public required double Fund { get; init; }

    /// <summary>The same path under every policy beside it.</summary>
    public bool WithCounterfactuals { get; init; }

    /// <summary>
    /// Undisturbed prices by tick and feed. A feed without a price moves nothing, for nobody in the book depends on it:
    /// it stands still at 1.
    /// </summary>
    public double[][] PathOf(ExposureBook book, int run)
    {
        var path = Path.Build([.. book.Prices.Take(book.Feeds.Count)], book.Betas, Seed + (ulong)run);
        for (var feed = 0; feed < book.Feeds.Count; feed++)
        {
            for (var tick = 0; book.Prices[feed] <= 0.0 && tick < path.Length; tick++)
            {
                path[tick][feed] = 1.0;
            }
        }
        return path;
    }

    /// <exception cref="FormatException">A word that names nothing, or what is out of range.</exception>
    public CascadeSettings Settings(MarketBook book, int workers) => new()
    {
        Markets = [.. book.OpenInterest.Select(usd => new CascadeMarket
        {
            // a feed that nobody holds contracts on is moved by nobody
            Depth = usd > 0.0 ? DepthInInterest * usd : 1e18, Law = Law(),
            ReferenceVolatility = Math.Max(1e-4, 2.0 * Path.Deviation), DepthExponent = DepthExponent,
            DepthFloor = DepthFloor,
        })],
        Oracle = Oracle switch
        {
            "own-book" => OraclePolicy.OwnBook,
            "median" => OraclePolicy.MedianOfVenues,
            _ => throw Unnamed("oracle", Oracle),
        },
        Liquidation = Liquidation switch
        {
            "slice" => LiquidationStyle.Slice,
            "whole" => LiquidationStyle.Whole,
            _ => throw Unnamed("liquidation", Liquidation),
        },
        Deleveraging = Deleveraging switch
        {
            "none" => DeleveragingStyle.None,
            "contracts" => DeleveragingStyle.Contracts,
            "pro-rata" or "queue" or "whole-queue" => DeleveragingStyle.Haircut,
            _ => throw Unnamed("deleveraging", Deleveraging),
        },
        Rule = Deleveraging switch
        {
            "queue" => DeficitRules.Queue,
            "whole-queue" => DeficitRules.WholeQueue,
            _ => DeficitRules.ProRata,
        },
        InsuranceFund = Fund,
        Partitions = workers,
    };

    /// <summary>Every policy on the same path, one thing changed at a time.</summary>
    public IEnumerable<(string Policy, CascadePlan Plan)> Policies()
    {
        yield return ("as asked", this);
        foreach (var oracle in Oracles.Where(o => o != Oracle))
        {
            yield return ($"oracle {oracle}", this with { Oracle = oracle });
        }
        foreach (var style in Liquidations.Where(s => s != Liquidation))
        {
            yield return ($"liquidation {style}", this with { Liquidation = style });
        }
        foreach (var rule in Deleveragings.Where(r => r != Deleveraging))
        {
            yield return ($"deleveraging {rule}", this with { Deleveraging = rule });
        }
        yield return ("fund doubled", this with { Fund = 2.0 * Fund });
    }

    private ImpactLaw Law() => Impact switch
    {
        "linear" => ImpactLaw.Linear,
        "sqrt" => ImpactLaw.SquareRoot(SquareRootScale),
        "exponential" => ImpactLaw.Exponential,
        "bounded" => ImpactLaw.Bounded(FloorRatio),
        _ => throw Unnamed("impact", Impact),
    };

    private static FormatException Unnamed(string what, string word) => new($"cascade: {word} is no {what}");
}
