using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Grains.Accounts;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Grains.Systemic;

/// <summary>
/// Merges the silos' sums of one frame, in the order of the silos. A frame is given out when every active silo has
/// reported it, or, when one does not report in time, without it and saying so. Buckets of the roster that stay
/// incomplete are recovered, those with the worst known risk first. Keeps nothing: it is rebuilt from reports.
/// </summary>
[KeepAlive]
[Reentrant]
[GrainType("systemic")]
public sealed partial class SystemicGrain(AccountServices services, ISiloStatusOracle statuses) : Grain, ISystemicGrain
{
    private const int RecoveriesAtOnce = 4;
    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LateAfter = TimeSpan.FromMilliseconds(400);

    private readonly SiloReports _reports = new();
    private readonly Coverage _coverage = new();
    private readonly Dictionary<int, long> _incompleteSince = [];
    private readonly Dictionary<int, RecoveryReport> _recoveries = [];
    private readonly HashSet<int> _recovering = [];
    private SystemicReading? _reading;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(CountAsync, new GrainTimerCreationOptions(TimeSpan.Zero, CountEvery)
        {
            Interleave = true,
        });
        return Task.CompletedTask;
    }

    public async Task ReportAsync(SiloReport report)
    {
        if (!_coverage.IsKnown)
        {
            await CountAsync();
        }
        if (_reports.Add(report, services.Options.Time.GetTimestamp()))
        {
            Merge();
        }
    }

    public Task RosterAsync(RosterCount count)
    {
        _coverage.Add(count);
        return Task.CompletedTask;
    }

    public Task<SystemicReading?> ReadAsync(long epoch, long sequence) => Task.FromResult(
        _reading is { } reading && reading.Frame.Number().CompareTo(new FrameNumber((int)epoch, sequence)) > 0
            ? reading : null);

    private async Task CountAsync()
    {
        try
        {
            var counts = await Task.WhenAll(Enumerable.Range(0, GrainKeys.RosterBuckets)
                .Select(b => GrainFactory.GetGrain<IAccountRosterGrain>(b).CountAsync()));
            Array.ForEach(counts, _coverage.Add);
        }
        catch (Exception exception)
        {
            LogUncounted(services.Logger, exception.Message);
        }
    }

    private void Merge()
    {
        _reports.Drop(statuses.IsDeadSilo);
        var active = statuses.GetApproximateSiloStatuses(onlyActive: true).Keys.Order().ToArray();
        var known = _reading?.Frame.Number() ?? default;
        var frame = _reports.Common(active);
        if (frame is null || frame.Number().CompareTo(known) <= 0)
        {
            var patience = services.Options.MakesFrames ? LateAfter : TimeSpan.MaxValue;
            frame = _reports.Overdue(since => services.Options.Time.GetElapsedTime(since) > patience);
        }
        if (frame is null || frame.Number().CompareTo(known) <= 0)
        {
            return;
        }
        var reports = _reports.At(frame.Number());
        var coverage = _coverage.Read(reports);
        Recover(coverage);
        _reading = Reading(frame, reports, coverage, active);
    }

    private SystemicReading Reading(FrameMessage frame, SiloReport[] reports, CoverageReading coverage,
        SiloAddress[] active)
    {
        var total = new SweepSummary();
        var names = new List<string>();
        foreach (var report in reports)
        {
            var offset = names.Count;
            total.Merge(SweepSummary.FromBytes(report.Summary, key => key + offset));
            names.AddRange(report.Names);
        }
        var missing = coverage.Partial.Where(_recoveries.ContainsKey).Select(b => _recoveries[b]).ToArray();
        return new SystemicReading
        {
            Frame = frame, Summary = total.ToBytes(key => key), Names = [.. names],
            Listed = coverage.Listed, Covered = coverage.Covered,
            PartialBuckets = coverage.Partial.Count, OvercoveredBuckets = coverage.Overcovered.Count,
            MissingNotional = missing.Sum(r => r.MissingNotional),
            MissingKnownAtMs = missing.Select(r => r.KnownAtMs).Where(at => at > 0L).DefaultIfEmpty(0L).Min(),
            Late = [.. active.Except(reports.Select(r => r.Silo)).Select(s => s.ToString())],
            Silos = active.Length, Applied = reports.Sum(r => r.Applied),
            UnmeasuredBuckets = coverage.Partial.Count - missing.Length,
        };
    }

    private void Recover(CoverageReading coverage)
    {
        var now = services.Options.Time.GetTimestamp();
        foreach (var bucket in _incompleteSince.Keys.Except(coverage.Partial).ToArray())
        {
            _incompleteSince.Remove(bucket);
            _recoveries.Remove(bucket);
        }
        foreach (var bucket in coverage.Partial)
        {
            _incompleteSince.TryAdd(bucket, now);
        }
        RecoverDue();
    }

    /// <summary>
    /// Begins what is due, as far as so many are not under way: with every report, and whenever one has ended, so that
    /// many small buckets do not wait for a report each. What is missing is asked of every bucket that is due before
    /// the worst of them are recovered.
    /// </summary>
    private void RecoverDue()
    {
        var due = _incompleteSince.Where(b => !_recovering.Contains(b.Key)
                && services.Options.Time.GetElapsedTime(b.Value).TotalMilliseconds >= services.Options.RecoverAfterMs)
            .Select(b => b.Key).Order().ToArray();
        var unasked = due.Where(b => !_recoveries.ContainsKey(b)).ToArray();
        var isAsking = _recovering.Any(b => !_recoveries.ContainsKey(b));
        var next = unasked.Length > 0 ? unasked
            : isAsking ? [] : due.OrderByDescending(b => _recoveries[b].WorstRatio).ThenBy(b => b).ToArray();
        foreach (var bucket in next.Take(RecoveriesAtOnce - _recovering.Count).ToArray())
        {
            _recovering.Add(bucket);
            _ = LookAsync(bucket, recovers: _recoveries.ContainsKey(bucket));
        }
    }

    private async Task LookAsync(int bucket, bool recovers)
    {
        var (isDue, hasFailed) = (false, false);
        try
        {
            var roster = GrainFactory.GetGrain<IAccountRosterGrain>(bucket);
            if (recovers)
            {
                await roster.RecoverAsync();
            }
            var missing = await roster.MissingAsync();
            if (_incompleteSince.ContainsKey(bucket))
            {
                _recoveries[bucket] = missing;
                isDue = !recovers && missing.Missing > 0L;
            }
        }
        catch (Exception exception)
        {
            hasFailed = true;
            LogUnrecovered(services.Logger, bucket, exception.Message);
        }
        _recovering.Remove(bucket);
        if (!isDue && _incompleteSince.ContainsKey(bucket))
        {
            // what it brought about is seen with the next frames; then it is looked at again
            _incompleteSince[bucket] = services.Options.Time.GetTimestamp();
        }
        if (!hasFailed)
        {
            // a failure waits for the next report: it may come at once, again and again
            RecoverDue();
        }
    }

    [LoggerMessage(LogLevel.Warning, "the roster was not counted: {Message}")]
    private static partial void LogUncounted(ILogger logger, string message);

    [LoggerMessage(LogLevel.Warning, "roster bucket {Bucket} was not recovered: {Message}")]
    private static partial void LogUnrecovered(ILogger logger, int bucket, string message);
}
