using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Oracle;

/// <summary>What the sources say together at one moment.</summary>
/// <param name="Candidate">The index, were there enough sources; null where no source counts.</param>
/// <param name="Live">Sources that count.</param>
/// <param name="UseMedian">More than one source is off the median, so none is left out.</param>
/// <param name="IsDrifting">A source is off the median, or out of scale.</param>
/// <param name="TimeMs">Source time that the minimum number of sources has reached.</param>
internal readonly record struct Judgement(
    decimal? Candidate, int Live, bool UseMedian, bool IsAnySetAside, bool IsDrifting, decimal? Low, decimal? High,
    long TimeMs);

internal sealed partial class FeedOracle
{
    private Judgement Judge(long nowMs)
    {
        decimal? low = null;
        decimal? high = null;
        foreach (var leg in _legs)
        {
            leg.Verdict = leg.OwnVerdict(_profile, nowMs, _floorMs);
            if (leg.Verdict != SourceVerdict.Silent)
            {
                low = Math.Min(low ?? decimal.MaxValue, leg.Newest!.Value.Price);
                high = Math.Max(high ?? decimal.MinValue, leg.Newest!.Value.Price);
            }
        }
        SetOutliersAside();
        var prices = GoodPrices();
        if (prices.Length == 0)
        {
            return new Judgement(null, 0, false, _legs.Exists(l => l.IsSetAside), false, low, high, 0);
        }
        var median = PriceMedian.Of(prices);
        var off = _legs.FindAll(l => l.Verdict == SourceVerdict.Good
            && PriceMedian.IsOff(l.Newest!.Value.Price, median, _profile.DeviationMax));
        var index = median;
        if (off.Count == 1)
        {
            off[0].Verdict = SourceVerdict.Deviation;
            index = Math.Clamp(PriceMedian.Of(GoodPrices()), PriceMedian.Lower(prices), PriceMedian.Upper(prices));
        }
        // two ticks have no middle; the lower is within what was clamped, since every source is on the tick
        return new Judgement(Decimals.FloorTo(index, _profile.TickSize),
            _legs.Count(l => l.Verdict == SourceVerdict.Good), off.Count > 1, _legs.Exists(l => l.IsSetAside),
            off.Count > 0 || _legs.Exists(l => l.Verdict == SourceVerdict.Outlier), low, high, ReachedMs());
    }

    /// <summary>
    /// Out of scale is a source that is many times even the upper median of the others, or a small part of even their
    /// lower one: half the others together cannot make an honest one look so. One other alone is no witness without
    /// the index.
    /// </summary>
    private void SetOutliersAside()
    {
        var good = _legs.FindAll(l => l.Verdict == SourceVerdict.Good);
        var outliers = new List<SourceLeg>();
        foreach (var leg in good)
        {
            var others = good.Where(l => l != leg).Select(l => l.Newest!.Value.Price).ToList();
            if (others.Count < 2)
            {
                if (_index is not { } index)
                {
                    continue;
                }
                others.Add(index);
            }
            others.Sort();
            var sorted = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(others);
            var price = leg.Newest!.Value.Price;
            if (price / _profile.OutlierFactor > PriceMedian.Upper(sorted)
                || PriceMedian.Lower(sorted) / _profile.OutlierFactor > price)
            {
                outliers.Add(leg);
            }
        }
        outliers.ForEach(l => l.Verdict = SourceVerdict.Outlier);
    }

    private decimal[] GoodPrices() =>
        [.. _legs.Where(l => l.Verdict == SourceVerdict.Good).Select(l => l.Newest!.Value.Price).Order()];

    private long ReachedMs()
    {
        var times = _legs.Where(l => l.Verdict == SourceVerdict.Good).Select(l => l.Newest!.Value.SourceTimeMs)
            .OrderDescending().ToList();
        return times.Count == 0 ? 0 : times[Math.Min(_profile.MinSources, times.Count) - 1];
    }
}
