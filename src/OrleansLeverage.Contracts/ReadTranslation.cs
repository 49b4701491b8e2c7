using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Kernel;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Contracts;

/// <summary>What is looked up, into messages and back, without loss.</summary>
internal static class ReadTranslation
{
    public static ListingQuery ToMessage(this AccountQuery q) => new((int)q.Order, [.. q.Tiers.Select(t => (int)t)],
        q.Side is { } side ? (int)side : -1, q.Holds?.Value, q.LeverageMin, q.NotionalMin, q.After?.ToMessage(),
        q.CountMax)
    {
        Market = q.Market?.Value, MoveFrom = q.Move?.From, MoveTo = q.Move?.To, LeverageBelow = q.LeverageBelow,
        EquityMin = q.EquityMin, EquityBelow = q.EquityBelow,
    };

    public static AccountQuery ToQuery(this ListingQuery m) => new()
    {
        Order = (AccountOrder)m.Order, Tiers = [.. m.Tiers.Select(t => (RiskTier)t)],
        Side = m.Side < 0 ? null : (NetSide)m.Side,
        Holds = m.Holds is { } holds ? new InstrumentId(holds) : null,
        Market = m.Market is { } market ? new FeedId(market) : null,
        Move = m is { MoveFrom: { } from, MoveTo: { } to } ? (from, to) : null,
        LeverageMin = m.LeverageMin, LeverageBelow = m.LeverageBelow, NotionalMin = m.NotionalMin,
        EquityMin = m.EquityMin, EquityBelow = m.EquityBelow, After = m.After?.ToPlace(),
        CountMax = Math.Clamp(m.CountMax, 1, AccountQuery.CountLimit),
    };

    public static ListingMessage ToMessage(this AccountListing l, double[] keys) => new(l.Frame.ToMessage(),
        l.FrameTimeMs, l.Accounts, [.. l.Items.Select(ToMessage)], keys, l.Next?.ToMessage());

    public static AccountListing ToListing(this ListingMessage m) => new(m.Frame.ToNumber(), m.FrameTimeMs, m.Accounts,
        [.. m.Items.Select(ToListed)], m.Next?.ToPlace());

    public static CensusMessage ToMessage(this MarketCensus c) => new()
    {
        From = c.From.ToMessage(), Frame = c.Frame.ToMessage(), FrameTimeMs = c.FrameTimeMs, Accounts = c.Accounts,
        Unknown = c.Unknown, Feeds = [.. c.Feeds.Select(ToMessage)],
        Instruments = [.. c.Instruments.Select(ToMessage)], LongContracts = [.. c.LongContracts],
        MakerContracts = [.. c.MakerContracts],
        Cohorts = [.. c.Cohorts.Select(e => new CohortMessage(e.EquityFrom, e.EquityBelow, e.Accounts,
            e.Holders.ToMessage()))],
    };

    public static MarketCensus ToCensus(this CensusMessage m) => new(m.From.ToNumber(), m.Frame.ToNumber(),
        m.FrameTimeMs, m.Accounts, m.Unknown, [.. m.Feeds.Select(ToHolders)], [.. m.Instruments.Select(ToHolders)],
        m.LongContracts, m.MakerContracts, [.. m.Cohorts.Select(e => new EquityCohort(e.EquityFrom, e.EquityBelow,
            e.Accounts, e.Holders.ToHolders()))]);

    public static AppliedMessage ToMessage(this AppliedCommand c, AccountId account)
    {
        var sink = new ByteSink();
        JournalCodec.Write(sink, new AppliedRecord(c.Id, default, c.Sequence, c.Frame,
            [new AccountChange(account, c.AccountSequence, c.Events)], []));
        return new AppliedMessage(c.AccountSequence, sink.ToArray(), c.FrameTimeMs);
    }

    public static AppliedCommand ToCommand(this AppliedMessage m, Universe universe)
    {
        var source = new ByteSource(m.Record);
        var record = (AppliedRecord)JournalCodec.Read(ref source, universe);
        var change = record.Changes[0];
        return new AppliedCommand(record.Id, record.Sequence, change.Sequence, record.Frame, m.FrameTimeMs,
            change.Events);
    }

    public static FeedSourcesMessage ToMessage(this FeedSources s) => new(s.Feed.Value, s.CadenceMs,
        s.SourcesConfigured, s.SourcesMin, [.. s.Sources.Select(q => new SourceQuoteMessage(q.Source.Value,
            q.Price.Value, q.TimeMs, q.AgeMs, q.Deviation, (int)q.Verdict))]);

    public static FeedSources ToSources(this FeedSourcesMessage m) => new(new FeedId(m.Feed), m.CadenceMs,
        m.SourcesConfigured, m.SourcesMin, [.. m.Sources.Select(q => new SourceQuote(new SourceId(q.Source),
            new Price(q.Price), q.TimeMs, q.AgeMs, q.Deviation, (SourceVerdict)q.Verdict))]);

    public static NumberMessage ToMessage(this FrameNumber number) => new(number.Epoch, number.Sequence);

    public static FrameNumber ToNumber(this NumberMessage m) => new(m.Epoch, m.Sequence);

    private static PlaceMessage ToMessage(this AccountPlace place) => new(place.Key, place.Account.Value);

    private static AccountPlace ToPlace(this PlaceMessage m) => new(m.Key, new AccountId(m.Account));

    private static ListedMessage ToMessage(ListedAccount a) => new(a.Account.Value, a.Sequence, (byte)a.Tier,
        a.MarginRatio, a.Leverage, (byte)a.LeverageReason, a.Equity, a.GrossNotional, a.NetNotional, a.Positions,
        a.NearestPosition?.Value, a.Distance, a.PriceAgeMs);

    private static ListedAccount ToListed(ListedMessage m) => new(new AccountId(m.Account), m.Sequence,
        (RiskTier)m.Tier, m.MarginRatio, m.Leverage, (NoLeverageReason)m.LeverageReason, m.Equity, m.GrossNotional,
        m.NetNotional, m.Positions, m.NearestPosition is { } nearest ? new InstrumentId(nearest) : null, m.Distance,
        m.PriceAgeMs);

    private static HoldersMessage ToMessage(this Holders h) => new(h.LongAccounts, h.ShortAccounts, h.LongNotional,
        h.ShortNotional);

    private static Holders ToHolders(this HoldersMessage m) => new(m.LongAccounts, m.ShortAccounts, m.LongNotional,
        m.ShortNotional);
}
