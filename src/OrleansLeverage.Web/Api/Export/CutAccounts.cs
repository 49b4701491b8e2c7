using OrleansLeverage.Domain;
using OrleansLeverage.Engine;

namespace OrleansLeverage.Web.Api.Export;

/// <summary>
/// The accounts of a cut that a query leaves, each valued exactly when its turn comes. In an order, all are valued once
/// for their place and those that are left again for their row: what is kept of one is its place, not its figures.
/// </summary>
internal static class CutAccounts
{
    public static IEnumerable<AccountValuation> Of(IMarketCut cut, AccountQuery query, AccountOrder? order,
        CancellationToken cancellation) => order is { } by
            ? Sorted(cut, query, by, cancellation).Select(number => AccountValuation.Of(cut.Read(number), cut.Frame))
            : Left(cut, query, cancellation).Select(left => left.Valuation);

    private static IEnumerable<(int Number, AccountValuation Valuation)> Left(IMarketCut cut, AccountQuery query,
        CancellationToken cancellation)
    {
        for (var number = 0; number < cut.Count; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            var account = cut.Read(number);
            if (!query.IsHeldBy(account, cut.Frame))
            {
                continue;
            }
            var valuation = AccountValuation.Of(account, cut.Frame);
            if (Takes(query, valuation))
            {
                yield return (number, valuation);
            }
        }
    }

    private static bool Takes(AccountQuery query, AccountValuation valuation)
    {
        decimal? Known(decimal amount) => valuation.IsKnown ? amount : null;
        return query.Takes(valuation.Tier(valuation.Frame.Universe.Rules), Known(valuation.Equity),
            Known(valuation.GrossNotional), Known(valuation.NetNotional));
    }

    private static IEnumerable<int> Sorted(IMarketCut cut, AccountQuery query, AccountOrder order,
        CancellationToken cancellation)
    {
        var left = Left(cut, query, cancellation)
            .Select(one => (one.Number, one.Valuation.Account.Id, Key: Key(order, one.Valuation))).ToList();
        left.Sort((one, other) => other.Key.CompareTo(one.Key) is not 0 and var byKey
            ? byKey
            : one.Id.CompareTo(other.Id));
        return left.Select(one => one.Number);
    }

    private static double Key(AccountOrder order, AccountValuation valuation)
    {
        var tier = valuation.Tier(valuation.Frame.Universe.Rules);
        if (!valuation.IsKnown)
        {
            return -1.0;
        }
        var (equity, gross) = ((double)valuation.Equity, (double)valuation.GrossNotional);
        return order switch
        {
            AccountOrder.Risk => AccountKey.Risk(tier, (double?)valuation.MarginRatio() ?? double.PositiveInfinity,
                gross),
            AccountOrder.Notional => AccountKey.Notional(tier, gross),
            AccountOrder.Leverage => AccountKey.Leverage(tier, equity, gross),
            AccountOrder.Id => 0.0,
            _ => throw new ArgumentOutOfRangeException(nameof(order), order, "is not an order"),
        };
    }
}
