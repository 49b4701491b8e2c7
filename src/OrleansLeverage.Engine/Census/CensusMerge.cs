namespace OrleansLeverage.Engine.Census;

/// <summary>
/// Parts of one market, each the census of some of its accounts, into one: nothing is counted or valued again.
/// </summary>
internal static class CensusMerge
{
    /// <summary>
    /// A page of all accounts from pages of some, made by the same query. A part that goes on has accounts that are not
    /// known after its place: nothing after the first such place is given out, because one of them might come before.
    /// </summary>
    /// <param name="parts">At least one, each with the figures that its accounts are placed by.</param>
    public static AccountListing Pages(IReadOnlyList<(AccountListing Listing, double[] Keys)> parts, AccountQuery query)
    {
        AccountPlace? horizon = null;
        var places = new List<(AccountPlace Place, ListedAccount Account)>();
        foreach (var (listing, keys) in parts)
        {
            places.AddRange(listing.Items.Select((item, i) => (new AccountPlace(keys[i], item.Account), item)));
            if (listing.Next is { } next && (horizon is not { } first || Compare(next, first) < 0))
            {
                horizon = next;
            }
        }
        places.Sort(static (left, right) => Compare(left.Place, right.Place));
        var items = new List<ListedAccount>(Math.Min(places.Count, query.CountMax));
        AccountPlace? last = null;
        var isLeft = false;
        foreach (var (place, account) in places)
        {
            if (items.Count == query.CountMax || (horizon is { } end && Compare(place, end) > 0))
            {
                isLeft = true;
                break;
            }
            items.Add(account);
            last = place;
        }
        var newest = parts.Select(p => p.Listing).MaxBy(l => l.Frame)!;
        // a page that is not full has been looked through to the horizon
        var goesOn = items.Count == query.CountMax ? last : horizon;
        return new AccountListing(newest.Frame, newest.FrameTimeMs, parts.Sum(p => p.Listing.Accounts), items,
            isLeft || horizon is not null ? goesOn : null);
    }

    /// <summary>
    /// Counts are added, and sums as they are, in the order of the parts: each is exact, their sum to the rounding of a
    /// double.
    /// </summary>
    /// <param name="parts">At least one, of the same universe.</param>
    public static MarketCensus Censuses(IReadOnlyList<MarketCensus> parts)
    {
        var newest = parts.MaxBy(p => p.Frame)!;
        return new MarketCensus(parts.Min(p => p.From), newest.Frame, newest.FrameTimeMs, parts.Sum(p => p.Accounts),
            parts.Sum(p => p.Unknown), Sum(parts, p => p.Feeds), Sum(parts, p => p.Instruments),
            Sum(parts, p => p.LongContracts), Sum(parts, p => p.MakerContracts),
            [.. parts[0].Cohorts.Select((cohort, i) => cohort with
            {
                Accounts = parts.Sum(p => p.Cohorts[i].Accounts),
                Holders = parts.Select(p => p.Cohorts[i].Holders).Aggregate(Add),
            })]);
    }

    /// <summary>Below 0 where the left comes first: larger figures do, and among equals lower ids.</summary>
    private static int Compare(AccountPlace left, AccountPlace right) => left.Key.Equals(right.Key)
        ? left.Account.CompareTo(right.Account)
        : left.Key > right.Key ? -1 : 1;

    private static Holders[] Sum(IReadOnlyList<MarketCensus> parts, Func<MarketCensus, IReadOnlyList<Holders>> of) =>
        [.. of(parts[0]).Select((_, i) => parts.Select(p => of(p)[i]).Aggregate(Add))];

    private static double[] Sum(IReadOnlyList<MarketCensus> parts, Func<MarketCensus, IReadOnlyList<double>> of) =>
        [.. of(parts[0]).Select((_, i) => parts.Sum(p => of(p)[i]))];

    private static Holders Add(Holders left, Holders right) => new(left.LongAccounts + right.LongAccounts,
        left.ShortAccounts + right.ShortAccounts, left.LongNotional + right.LongNotional,
        left.ShortNotional + right.ShortNotional);
}
