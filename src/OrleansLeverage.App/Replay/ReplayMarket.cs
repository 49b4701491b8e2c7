using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Files;

namespace OrleansLeverage.App.Replay;

/// <summary>The price history of a replay and what of the instruments it can price.</summary>
internal sealed record ReplayMarket(PriceHistory History, InstrumentFile Instruments, IReadOnlyList<string> Notes)
{
    /// <param name="named">Paths, each with an optional <c>FEED=</c> before it that overrides the feed.</param>
    /// <param name="from">Bars that begin before it are left out; null for none.</param>
    /// <param name="to">Bars that begin at it or later are left out.</param>
    public static ReplayMarket Load(IReadOnlyList<string> named, PriceFileFormat format, InstrumentFile instruments,
        DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        var known = instruments.Feeds.Select(f => f.Id).ToHashSet();
        var notes = new List<string>();
        var files = named.Select(name => Open(name, format, known, notes)).ToList();
        var loaded = PriceHistory.Load(files);
        var daily = files.Where(f => f.Format == PriceFileFormat.DailyOhlcv).Select(f => f.Feed).ToHashSet();
        var history = loaded
            .Between(from?.ToUnixTimeMilliseconds() ?? long.MinValue, to?.ToUnixTimeMilliseconds() ?? long.MaxValue)
            .OnTicks(feed => daily.Contains(feed)
                ? instruments.Feeds.FirstOrDefault(f => f.Id == feed)?.TickSize
                : null);
        if (history.Bars.Count == 0 && loaded.Bars.Count > 0)
        {
            throw new InputException($"no bar begins between {from:yyyy-MM-dd} and {to:yyyy-MM-dd}");
        }
        if (daily.Count > 0)
        {
            notes.Add($"prices of {string.Join(", ", daily)} are rounded to their ticks");
        }
        notes.AddRange(history.Reports.SelectMany(Describe));
        var priced = history.Feeds.Where(known.Contains).ToHashSet();
        var ignored = history.Feeds.Where(f => !known.Contains(f)).ToArray();
        if (priced.Count == 0)
        {
            throw new InputException(history.Feeds.Length == 0 ? "the price files hold no bar" :
                $"no instrument is priced by {string.Join(", ", history.Feeds)}; there are {string.Join(", ", known)}. "
                + "Name the feed before the file, as in BTC-USD=FILE");
        }
        if (ignored.Length > 0)
        {
            notes.Add($"no instrument is priced by {string.Join(", ", ignored)}: left out");
        }
        return new ReplayMarket(history, Narrow(instruments, priced), notes);
    }

    /// <summary>
    /// Instruments, assets and feeds that the history can value; everything else would be unknown throughout.
    /// </summary>
    private static InstrumentFile Narrow(InstrumentFile file, HashSet<FeedId> feeds)
    {
        var assets = file.Assets.Where(a => a.Feed is null || feeds.Contains(a.Feed.Value)).ToArray();
        var ids = assets.Select(a => a.Id).ToHashSet();
        return file with
        {
            Feeds = [.. file.Feeds.Where(f => feeds.Contains(f.Id))],
            Assets = assets,
            Instruments =
            [
                .. file.Instruments.Where(i => feeds.Contains(i.MarkFeed)
                    && ids.Contains(i.Base) && ids.Contains(i.Quote) && ids.Contains(i.Settlement)),
            ],
        };
    }

    private static PriceFile Open(string name, PriceFileFormat format, HashSet<FeedId> known, List<string> notes)
    {
        var (path, feed) = (name, (FeedId?)null);
        if (name.IndexOf('=') is > 0 and var mark && FeedId.IsValid(name[..mark]))
        {
            (path, feed) = (name[(mark + 1)..], new FeedId(name[..mark]));
        }
        if (!File.Exists(path))
        {
            throw new InputException($"{path} does not exist");
        }
        var file = PriceFile.Open(path, format, feed);
        // a perpetual's own price serves as its index where the instruments know no other
        if (file.Feed is { } own && !known.Contains(own) && own.Value.EndsWith("-PERP", StringComparison.Ordinal)
            && new FeedId(own.Value[..^"-PERP".Length]) is var index && known.Contains(index))
        {
            notes.Add($"{Path.GetFileName(path)}: prices of {own} are taken as {index}");
            return PriceFile.Open(path, format, index);
        }
        return file;
    }

    private static IEnumerable<string> Describe(PriceFileReport report)
    {
        var name = Path.GetFileName(report.File);
        if (report.RejectCount > 0)
        {
            var first = report.Rejects[0];
            yield return $"{name}: {report.RejectCount} rows are not used; line {first.Line}: {first.Reason}";
        }
        if (report.MissingIntervals > 0)
        {
            yield return $"{name}: {report.MissingIntervals} bars are missing, the longest gap is "
                + $"{report.LongestGapMs / 1000} s";
        }
    }
}
