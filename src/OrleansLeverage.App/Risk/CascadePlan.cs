using OrleansLeverage.Analytics.Cascade;
using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Market.Simulation;

namespace OrleansLeverage.App.Risk;

/// <summary>What a cascade is asked for; the same plan over the same market gives the same bytes.</summary>
internal sealed record CascadePlan
{
    /// <summary>Share of the square-root law at which the whole depth is sold.</summary>
    private const double SquareRootScale = 0.4;

    /// <summary>Share of the depth that is there however volatile prices are.</summary>
    private const double DepthFloor = 0.1;

    /// <summary>Where buyers from outside step in, of the price.</summary>
    private const double FloorRatio = 0.3;

    public required ShockPath Path { get; init; }

    public required ulong Seed { get; init; }

    public required int Runs { get; init; }

    public required double DepthInInterest { get; init; }

    public required double DepthExponent { get; init; }

    public required string Impact { get; init; }

    public required OraclePolicy Oracle { get; init; }

    public required LiquidationStyle Liquidation { get; init; }

    public required string Deleveraging { get; init; }

    public required double Fund { get; init; }

    public required int Workers { get; init; }

    public bool WithCounterfactuals { get; init; }

    public double[][] PathOf(ExposureBook book, int run) =>
        Path.Build([.. book.Prices.Take(book.Feeds.Count)], book.Betas, Seed + (ulong)run);

    public CascadeSettings Settings(MarketBook book)
    {
        var interest = book.OpenInterest();
        return new CascadeSettings
        {
            Markets = [.. interest.Select(usd => new CascadeMarket
            {
                // a feed that nobody holds contracts on is moved by nobody
                Depth = usd > 0.0 ? DepthInInterest * usd : 1e18, Law = Law(),
                ReferenceVolatility = Math.Max(1e-4, 2.0 * Path.Deviation), DepthExponent = DepthExponent,
                DepthFloor = DepthFloor,
            })],
            Oracle = Oracle,
            Liquidation = Liquidation,
            Deleveraging = Deleveraging switch
            {
                "none" => DeleveragingStyle.None,
                "contracts" => DeleveragingStyle.Contracts,
                _ => DeleveragingStyle.Haircut,
            },
            Rule = Deleveraging switch
            {
                "queue" => DeficitRules.Queue,
                "whole-queue" => DeficitRules.WholeQueue,
                _ => DeficitRules.ProRata,
            },
            InsuranceFund = Fund,
            Partitions = Workers,
        };
    }

    /// <summary>Every policy on the same path, one thing changed at a time.</summary>
    public IEnumerable<(string Policy, CascadePlan Plan)> Policies()
    {
        yield return ("as asked", this);
        foreach (var oracle in Enum.GetValues<OraclePolicy>().Where(o => o != Oracle))
        {
            yield return ($"oracle {(oracle == OraclePolicy.OwnBook ? "own-book" : "median")}",
                this with { Oracle = oracle });
        }
        foreach (var style in Enum.GetValues<LiquidationStyle>().Where(s => s != Liquidation))
        {
            yield return ($"liquidation {style.ToString().ToLowerInvariant()}", this with { Liquidation = style });
        }
        foreach (var rule in ((string[])["none", "pro-rata", "queue", "whole-queue", "contracts"])
            .Where(r => r != Deleveraging))
        {
            yield return ($"deleveraging {rule}", this with { Deleveraging = rule });
        }
        yield return ("fund doubled", this with { Fund = 2.0 * Fund });
    }

    private ImpactLaw Law() => Impact switch
    {
        "sqrt" => ImpactLaw.SquareRoot(SquareRootScale),
        "exponential" => ImpactLaw.Exponential,
        "bounded" => ImpactLaw.Bounded(FloorRatio),
        _ => ImpactLaw.Linear,
    };
}
