using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Files;

/// <summary>Judges each bar against the one before it of the same feed, and keeps the figures of the report.</summary>
internal sealed class ReportBuilder
{
    private readonly Dictionary<FeedId, PriceBar> _last = [];
    private readonly List<PriceFileReject> _rejects = [];
    private long _bars;
    private long? _firstEndMs;
    private long? _lastEndMs;
    private long _intervalMs;
    private long _missingIntervals;
    private long _longestGapMs;
    private long _duplicates;
    private long _outOfOrder;
    private long _rejectCount;

    public long Rows { get; set; }

    public long FundingPoints { get; set; }

    /// <summary>
    /// True where the bar is to be used. Two bars of one interval that differ are a contradiction, so the second is
    /// rejected; two observations within one millisecond are not, and the later one counts.
    /// </summary>
    public bool Admit(in PriceBar bar, out string? reject)
    {
        reject = null;
        if (_last.TryGetValue(bar.Feed, out var last))
        {
            if (bar.EndMs == last.EndMs)
            {
                if (bar == last)
                {
                    _duplicates++;
                    return false;
                }
                if (!bar.IsPoint)
                {
                    reject = $"a second bar ends at {bar.EndMs}, with other values";
                    return false;
                }
            }
            else if (bar.EndMs < last.EndMs)
            {
                _outOfOrder++;
                Count(bar);
                return true;
            }
            else
            {
                Gap(bar, last);
            }
        }
        _last[bar.Feed] = bar;
        Count(bar);
        return true;
    }

    public void Reject(in PriceFileReject reject)
    {
        _rejectCount++;
        if (_rejects.Count < PriceFileReport.RejectsMax)
        {
            _rejects.Add(reject);
        }
    }

    public PriceFileReport Build(string file, PriceFileFormat format, string compression) => new(
        file, format, compression, [.. _last.Keys.Order()], Rows, _bars, FundingPoints, _firstEndMs, _lastEndMs,
        _intervalMs, _missingIntervals, _longestGapMs, _duplicates, _outOfOrder, _rejectCount, _rejects);

    private void Gap(in PriceBar bar, in PriceBar last)
    {
        var gapMs = bar.EndMs - last.EndMs - bar.IntervalMs;
        if (gapMs > 0)
        {
            _longestGapMs = Math.Max(_longestGapMs, gapMs);
            _missingIntervals += bar.IsPoint ? 0 : gapMs / bar.IntervalMs;
        }
    }

    private void Count(in PriceBar bar)
    {
        _bars++;
        _firstEndMs = Math.Min(_firstEndMs ?? long.MaxValue, bar.EndMs);
        _lastEndMs = Math.Max(_lastEndMs ?? long.MinValue, bar.EndMs);
        _intervalMs = _intervalMs == 0 ? bar.IntervalMs : Math.Min(_intervalMs, bar.IntervalMs);
    }
}
