using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Simulation;

namespace OrleansLeverage.App.Risk;

/// <summary>Accounts at one frame, exactly and as columns.</summary>
internal sealed record MarketBook(
    PriceFrame Frame, IReadOnlyList<Account> Accounts, IReadOnlyList<AccountValuation> Valuations,
    ExposureBook Exposures, string Source)
{
    public static MarketBook Of(PriceFrame frame, IReadOnlyList<Account> accounts, string source, int workers)
    {
        var valuations = new AccountValuation[accounts.Count];
        Parallel.For(0, valuations.Length, new ParallelOptions { MaxDegreeOfParallelism = workers }, i =>
            valuations[i] = AccountValuation.Of(accounts[i], frame));
        return new MarketBook(frame, accounts, valuations, ExposureBook.Of(valuations, frame), source);
    }

    /// <summary>How the market is built.</summary>
    public MarketAnatomy Anatomy(double fund, double depth, double atRiskMove, int workers)
    {
        var points = new IReadOnlyList<LiquidationPoint>[Valuations.Count];
        Parallel.For(0, points.Length, new ParallelOptions { MaxDegreeOfParallelism = workers }, i =>
            points[i] = LiquidationPoint.Of(Valuations[i]));
        var survey = new MarketSurvey(Frame);
        for (var i = 0; i < points.Length; i++)
        {
            survey.Add(Valuations[i], points[i], PopulationMarket.IsMarketMaker(Valuations[i].Account));
        }
        return survey.Build(fund, depth, atRiskMove);
    }

    /// <summary>One-sided open interest by feed, USD: half of all notional, so an unmatched book counts too.</summary>
    public double[] OpenInterest()
    {
        var sums = new double[Frame.Universe.Feeds.Count];
        foreach (var holding in Valuations.SelectMany(AccountFigures.Holdings))
        {
            sums[holding.Asset] += Math.Abs(holding.Signed) / 2.0;
        }
        return sums;
    }

    /// <summary>Where every account's line lies, in the order of the accounts.</summary>
    public IReadOnlyList<LiquidationPoint> Points(int workers)
    {
        var points = new IReadOnlyList<LiquidationPoint>[Valuations.Count];
        Parallel.For(0, points.Length, new ParallelOptions { MaxDegreeOfParallelism = workers }, i =>
            points[i] = LiquidationPoint.Of(Valuations[i]));
        return [.. points.SelectMany(p => p)];
    }

    /// <summary>Feeds that somebody holds contracts on.</summary>
    public IReadOnlyList<Feed> HeldFeeds()
    {
        var interest = OpenInterest();
        return [.. Frame.Universe.Feeds.Where(feed => interest[feed.Index] > 0.0)];
    }
}
