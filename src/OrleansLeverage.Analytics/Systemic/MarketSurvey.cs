using OrleansLeverage.Analytics.Cascade;
using OrleansLeverage.Analytics.Stress;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Systemic;

/// <summary>
/// Takes the accounts of a market in, one after the other, and tells how it is built: who holds how much, how alike the
/// books are, who is liquidated where, who pays. The same accounts in the same order give the same bits. Keeps a few
/// hundred bytes an account.
/// </summary>
public sealed class MarketSurvey(PriceFrame frame)
{
    private readonly ExposureBuilder _exposures = new(frame);
    private readonly List<AccountFigures> _figures = [];
    private readonly List<IReadOnlyList<AssetNotional>> _holdings = [];
    private readonly List<double> _sales = [];
    private readonly LiquidationMap?[] _maps = new LiquidationMap?[frame.Universe.Feeds.Count];
    private readonly FixedOrderSum[] _interest = new FixedOrderSum[frame.Universe.Feeds.Count];
    private int _unknown;

    /// <param name="points">Of the account, as <see cref="LiquidationPoint.Of"/> gives them.</param>
    public void Add(AccountValuation valuation, IReadOnlyList<LiquidationPoint> points, bool isMarketMaker)
    {
        _exposures.Add(valuation);
        if (AccountFigures.Of(valuation, isMarketMaker) is not { } figures)
        {
            _unknown++;
            return;
        }
        _figures.Add(figures);
        var holdings = AccountFigures.Holdings(valuation);
        _holdings.Add(holdings);
        _sales.Add(valuation.Equity > 0m
            ? (double)Math.Max(0m, (valuation.LongNotional / valuation.Equity) - 1m)
            : 0.0);
        foreach (var holding in holdings)
        {
            _interest[holding.Asset].Add(Math.Abs(holding.Signed) / 2.0);
        }
        foreach (var point in points)
        {
            (_maps[point.Feed] ??= new LiquidationMap(point.Feed)).Add(point);
        }
    }

    /// <param name="fund">USD.</param>
    /// <param name="depth">Open interests that would move a feed's price by its whole value.</param>
    /// <param name="atRiskMove">Move within which a liquidation counts as near, such as 0.05.</param>
    public MarketAnatomy Build(double fund, double depth, double atRiskMove)
    {
        var book = new ExposureBook(_exposures.Build());
        var held = _maps.OfType<LiquidationMap>().Where(map => _interest[map.Feed].Value > 0.0).ToArray();
        var (down, up, gross) = (0.0, 0.0, 0.0);
        foreach (var map in held)
        {
            down += map.Within(-atRiskMove).Notional - map.PastLine.Notional;
            up += map.Within(atRiskMove).Notional - map.PastLine.Notional;
            gross += 2.0 * _interest[map.Feed].Value;
        }
        var branching = held.Select(map => Branch.Worst(map, depth * _interest[map.Feed].Value)).ToArray();
        var runway = InsuranceRunway.Of(book, fund);
        var deficit = ReverseStress.Deficit(book, book.MovedTogether(GapMove));
        var spread = new SpreadFigures(Overlap.SameSide(_holdings), Radius(depth),
            branching.Select(b => (double?)b.Ratio).Max(), down + up > 0.0 ? (down - up) / (down + up) : null,
            deficit > 0.0 ? fund / deficit : null, IsFundEnough: deficit == 0.0);
        var atRisk = gross > 0.0 ? (down + up) / gross : (double?)null;
        return new MarketAnatomy(_figures.Count, _unknown, Overlap.SameAsset(_holdings), atRisk, held, branching,
            runway, LeverageEnvironment.Of(_figures, atRisk), StructuralRisk.Of(_figures, spread));
    }

    private const double GapMove = -0.20;

    private double? Radius(double depth)
    {
        double[] interest = [.. _interest.Select(sum => sum.Value)];
        if (!interest.Any(i => i > 0.0))
        {
            return null;
        }
        double[] depths = [.. interest.Select(i => i > 0.0 ? depth * i : 1.0)];
        return Overlap.SpectralRadius(
            [.. _holdings.Select(h => (IReadOnlyList<AssetNotional>)[.. h.Where(x => x.Signed > 0.0)])], _sales,
            depths);
    }
}

/// <summary>
/// Where on the way down a feed's liquidations cause most others: R = λ·ρ, which runs away at 1. Of the feed alone, the
/// linear law and whole accounts.
/// </summary>
public readonly record struct Branch(int Feed, double Move, double Ratio)
{
    private const double Width = 0.02;

    /// <param name="depth">USD that would move the price by its whole value.</param>
    public static Branch Worst(LiquidationMap map, double depth)
    {
        var worst = new Branch(map.Feed, 0.0, 0.0);
        for (var percent = -48; percent <= -2; percent++)
        {
            // notional sold per relative move, times relative move per notional sold
            var ratio = LiquidationLadder.BranchingRatio(1.0 / depth, map.Density(percent / 100.0, Width));
            worst = ratio > worst.Ratio ? new Branch(map.Feed, percent / 100.0, ratio) : worst;
        }
        return worst;
    }
}

/// <summary>How a market is built at one frame.</summary>
/// <param name="Accounts">Whose prices are known; the others are unknown and in no figure.</param>
/// <param name="SameAssetOverlap">As <see cref="Overlap.SameAsset"/>; by side it is in the structure.</param>
/// <param name="AtRiskShare">Notional that liquidates within the move, down or up / all notional.</param>
/// <param name="Maps">Of every feed that somebody holds contracts on, ±50 % in steps of 1 %.</param>
public sealed record MarketAnatomy(
    int Accounts, int Unknown, double? SameAssetOverlap, double? AtRiskShare, IReadOnlyList<LiquidationMap> Maps,
    IReadOnlyList<Branch> Branching, InsuranceRunway Runway, LeverageEnvironment Environment,
    StructuralRisk Structure);
