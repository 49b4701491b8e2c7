using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Simulation;

namespace OrleansLeverage.Engine.Scenarios;

/// <summary>
/// The accounts of a market at one frame as columns, and exactly, one after the other, for what columns do not tell.
/// Keeps the columns alone: an account is read and valued again where it is needed, so a large market fits.
/// </summary>
public sealed class MarketBook
{
    private const int AtOnce = 1024;

    private readonly Func<int, Account> _read;
    private readonly double[] _interest;

    private MarketBook(PriceFrame frame, int accounts, Func<int, Account> read, string source, ExposureBook exposures,
        double[] interest)
    {
        (Frame, Accounts, Source, Exposures) = (frame, accounts, source, exposures);
        (_read, _interest) = (read, interest);
    }

    public PriceFrame Frame { get; }

    /// <summary>How many there are.</summary>
    public int Accounts { get; }

    /// <summary>Where they come from, in words.</summary>
    public string Source { get; }

    public ExposureBook Exposures { get; }

    /// <summary>One-sided open interest by feed, USD: half of all notional, so an unmatched book counts too.</summary>
    public IReadOnlyList<double> OpenInterest => _interest;

    public static MarketBook Of(PriceFrame frame, IReadOnlyList<Account> accounts, string source, Workload work) =>
        Of(frame, accounts.Count, number => accounts[number], source, work);

    public static MarketBook Of(IMarketCut cut, string source, Workload work) =>
        Of(cut.Frame, cut.Count, cut.Read, source, work);

    /// <param name="read">An account by its number; called from several threads.</param>
    private static MarketBook Of(PriceFrame frame, int accounts, Func<int, Account> read, string source, Workload work)
    {
        var interest = new double[frame.Universe.Feeds.Count];
        var portfolios = new List<Account>();
        var exposures = ExposureBook.Of(Each(accounts, work, number =>
        {
            var valuation = AccountValuation.Of(read(number), frame);
            return (valuation, AccountFigures.Holdings(valuation));
        }).Select(row =>
        {
            foreach (var holding in row.Item2)
            {
                interest[holding.Asset] += Math.Abs(holding.Signed) / 2.0;
            }
            if (row.valuation is { IsKnown: true, HasPortfolio: true })
            {
                portfolios.Add(row.valuation.Account);
            }
            return row.valuation;
        }), frame);
        var hasOptions = frame.Universe.Instruments.Any(instrument => instrument.Option is not null);
        return new MarketBook(frame, accounts, read, source, hasOptions || portfolios.Count > 0
            ? exposures.With(new BookOptions(frame, exposures.Names, portfolios))
            : exposures, interest);
    }

    /// <summary>How the market is built.</summary>
    public MarketAnatomy Anatomy(double fund, double depth, double atRiskMove, Workload work)
    {
        var survey = new MarketSurvey(Frame);
        foreach (var (valuation, points) in Each(Accounts, work, number =>
        {
            var valuation = AccountValuation.Of(_read(number), Frame);
            return (valuation, LiquidationPoint.Of(valuation));
        }))
        {
            survey.Add(valuation, points, PopulationMarket.IsMarketMaker(valuation.Account));
        }
        return survey.Build(fund, depth, atRiskMove);
    }

    /// <summary>Where every account's line lies, in the order of the accounts.</summary>
    public IReadOnlyList<LiquidationPoint> Points(Workload work) =>
    [
        .. Each(Accounts, work, number => LiquidationPoint.Of(AccountValuation.Of(_read(number), Frame)))
            .SelectMany(points => points),
    ];

    /// <summary>Feeds that somebody holds contracts on.</summary>
    public IReadOnlyList<Feed> HeldFeeds() => [.. Frame.Universe.Feeds.Where(feed => _interest[feed.Index] > 0.0)];

    /// <summary>
    /// Something of every account, in their order, worked out some at a time by as many threads as there are.
    /// </summary>
    private static IEnumerable<T> Each<T>(int count, Workload work, Func<int, T> of)
    {
        var some = new T[Math.Min(count, AtOnce)];
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = work.Workers, CancellationToken = work.Cancellation,
        };
        for (var from = 0; from < count; from += some.Length)
        {
            work.Reached((double)from / count);
            var (first, length) = (from, Math.Min(some.Length, count - from));
            if (work.Workers == 1)
            {
                for (var i = 0; i < length; i++)
                {
                    some[i] = of(first + i);
                }
            }
            else
            {
                Parallel.For(0, length, options, i => some[i] = of(first + i));
            }
            for (var i = 0; i < length; i++)
            {
                yield return some[i];
            }
        }
    }
}
