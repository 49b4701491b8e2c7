using System.Security.Cryptography;
using System.Text;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Oracle;

/// <summary>An update that was not used, as far as it may be echoed.</summary>
public sealed record RejectedUpdate(
    long AtMs, PriceAcceptance Status, string Feed, string Source, long Session, long Sequence, string Price);

/// <summary>
/// The oracle policy of all feeds: pure and deterministic. It takes updates and the time, and gives quotes; it reads no
/// clock and does no I/O. Not safe for several threads at once: one owner calls it.
/// <para>
/// <see cref="Apply(in PriceUpdate, long)"/> judges one update and remembers it; <see cref="Epoch"/>, called once per
/// frame, moves prices and states. Whatever happens to the feed of one asset touches no other.
/// </para>
/// </summary>
public sealed class PriceOracle
{
    public const int RejectsMax = 1_024;

    private readonly SortedDictionary<FeedId, FeedOracle> _feeds = [];
    private readonly Queue<RejectedUpdate> _rejects = new();
    private readonly long[] _counts = new long[PriceAcceptanceCodes.All.Count];
    private readonly long _haltedAtMs;

    /// <param name="haltedAtMs"> After a restart: the time of the last state known from before. Prices from before it
    /// are refused, and every feed has to prove itself. 0 at a first start. </param>
    public PriceOracle(IEnumerable<OracleProfile> profiles, long haltedAtMs = 0)
    {
        _haltedAtMs = haltedAtMs;
        foreach (var profile in profiles)
        {
            Set(profile);
        }
    }

    public IReadOnlyCollection<FeedId> Feeds => _feeds.Keys;

    /// <summary>The last <see cref="RejectsMax"/> updates that were refused or quarantined, oldest first.</summary>
    public IReadOnlyCollection<RejectedUpdate> Rejects => _rejects;

    /// <summary>Adds a feed or changes its profile; what its remaining sources said is kept.</summary>
    public void Set(OracleProfile profile)
    {
        profile.Check();
        if (_feeds.TryGetValue(profile.Feed, out var feed))
        {
            feed.Profile = profile;
            return;
        }
        _feeds.Add(profile.Feed, new FeedOracle(profile, _haltedAtMs));
    }

    public OracleProfile? Profile(FeedId feed) => _feeds.GetValueOrDefault(feed)?.Profile;

    /// <summary>Reads and applies an update whose numbers are still text.</summary>
    public PriceAcceptance Apply(in PriceUpdateText text, long nowMs)
    {
        var status = PriceUpdate.TryCreate(text, out var update);
        if (status == PriceAcceptance.Accepted)
        {
            return Apply(update, nowMs);
        }
        Count(status, feed: null);
        Log(new RejectedUpdate(nowMs, status, Shown(text.Feed), Shown(text.Source), text.Session, text.Sequence,
            Shown(text.Price)));
        return status;
    }

    /// <summary>
    /// Applies one update at a time that never runs far back; the price itself moves at the next epoch.
    /// </summary>
    public PriceAcceptance Apply(in PriceUpdate update, long nowMs)
    {
        var feed = _feeds.GetValueOrDefault(update.Feed);
        var status = update.FormFault() ?? feed?.Apply(update, nowMs) ?? PriceAcceptance.UnknownFeed;
        Count(status, feed);
        if (IsRejected(status))
        {
            Log(new RejectedUpdate(nowMs, status, update.Feed.Value, update.Source.Value, update.Session,
                update.Sequence, Decimals.Text(update.Price)));
        }
        return status;
    }

    /// <summary>
    /// Counts an update that never became one: a double that is no number, a row of a file. Nothing else changes.
    /// </summary>
    public void Refuse(PriceAcceptance status, FeedId feed, SourceId source, long nowMs)
    {
        Count(status, _feeds.GetValueOrDefault(feed));
        Log(new RejectedUpdate(nowMs, status, feed.Value, source.Value, 0, 0, ""));
    }

    /// <summary>One round of every feed: prices move, states change. Once per frame.</summary>
    public void Epoch(long nowMs)
    {
        foreach (var feed in _feeds.Values)
        {
            feed.Epoch(nowMs);
        }
    }

    /// <summary>A feed as it stands: as of the last epoch, its age as of now. Null for an unknown feed.</summary>
    public FeedQuote? Quote(FeedId feed, long nowMs) => _feeds.GetValueOrDefault(feed)?.Quote(nowMs);

    /// <summary>Every feed, by id.</summary>
    public IEnumerable<FeedQuote> Quotes(long nowMs) => _feeds.Values.Select(feed => feed.Quote(nowMs));

    /// <summary>The sources of every feed, by feed.</summary>
    public IEnumerable<FeedSources> Sources(long nowMs) => _feeds.Values.Select(feed => feed.Sources(nowMs));

    /// <summary>Stops a feed by hand: it is shown and decides nothing. False for an unknown feed.</summary>
    public bool Halt(FeedId feed, long nowMs)
    {
        var known = _feeds.TryGetValue(feed, out var oracle);
        oracle?.Halt(nowMs);
        return known;
    }

    public bool Resume(FeedId feed)
    {
        var known = _feeds.TryGetValue(feed, out var oracle);
        oracle?.Resume();
        return known;
    }

    /// <summary>Updates that ended with this status, of all feeds.</summary>
    public long Count(PriceAcceptance status) => _counts[(int)status];

    public long Count(PriceAcceptance status, FeedId feed) => _feeds.GetValueOrDefault(feed)?.Counts[(int)status] ?? 0;

    /// <summary>Updates before which sequences of their session were missing.</summary>
    public long Gaps(FeedId feed) => _feeds.GetValueOrDefault(feed)?.Gaps ?? 0;

    /// <summary>SHA-256 over everything that decides later answers; counters and the log are not in it.</summary>
    public string StateHash() => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Join('\n', _feeds.Values.SelectMany(feed => feed.StateLines())))));

    private static string Shown(string? text) => Files.PriceText.Shorten(text ?? "");

    private void Count(PriceAcceptance status, FeedOracle? feed)
    {
        _counts[(int)status]++;
        if (feed is not null)
        {
            feed.Counts[(int)status]++;
        }
    }

    // what comes twice or late is the network's doing and would push the rest out of the log
    private static bool IsRejected(PriceAcceptance status) => status < PriceAcceptance.DegradedInsufficientSources
        && status is not (PriceAcceptance.Duplicate or PriceAcceptance.IgnoredOlder);

    private void Log(RejectedUpdate rejected)
    {
        if (_rejects.Count == RejectsMax)
        {
            _rejects.Dequeue();
        }
        _rejects.Enqueue(rejected);
    }
}
