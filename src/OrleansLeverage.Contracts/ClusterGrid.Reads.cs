using System.Runtime.CompilerServices;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Core;
using OrleansLeverage.Engine.Greeks;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Contracts;

/// <summary>What is gathered from all silos: made while somebody looks at it, by the code of every engine.</summary>
public sealed partial class ClusterGrid
{
    private const int BucketsAtOnce = 4;
    private static readonly TimeSpan LadderEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SensitivitiesEvery = TimeSpan.FromSeconds(5);

    private readonly MarketReporter _reporter;
    private readonly ClusterReads _reads;
    private readonly Asked<LiquidationLadder> _ladder;
    private readonly Asked<MarketReport> _market;
    private readonly Asked<MarketSensitivities> _sensitivities;
    private readonly bool _hasOptions;

    /// <summary>Looking at it has the sensitivities made that it carries from then on.</summary>
    public SystemFigures? System
    {
        get
        {
            LookAtOptions();
            return _system;
        }
    }

    public LiquidationLadder? Ladder => _ladder.Value;

    public MarketReport? Market => _options.MarketReportMs > 0 ? _market.Value : null;

    public IGridReads Reads => _reads;

    /// <summary>For tests that wait for one.</summary>
    internal Asked<LiquidationLadder> LadderMaking => _ladder;

    internal Asked<MarketReport> MarketMaking => _market;

    internal Asked<MarketSensitivities> SensitivitiesMaking => _sensitivities;

    public async IAsyncEnumerable<SystemFigures> WatchSystemAsync(
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var figures in _watchers.WatchAsync(() => _system, cancellation))
        {
            LookAtOptions();
            yield return figures;
        }
    }

    public async ValueTask<WhatIfAnswer?> WhatIfAsync(WhatIfQuestion question,
        CancellationToken cancellation = default) =>
        await ReadAsync(question.Account, cancellation) is { } account
            ? WhatIf.Answer(account, question, _frame) : null;

    /// <summary>
    /// Every account on the roster, bucket by bucket, as each was committed when its bucket was asked for, at the
    /// newest frame when it begins. Fails where an account cannot be read: a cut leaves nobody out.
    /// </summary>
    public async ValueTask<IMarketCut?> CutAsync(CancellationToken cancellation = default) =>
        await GatherAsync(cancellation);

    private async Task<AccountCut> GatherAsync(CancellationToken cancellation)
    {
        var (frame, within) = (_frame, TimeSpan.FromMilliseconds(_options.CutDeadlineMs));
        var entries = new List<(AccountId, byte[])>();
        var house = new HouseLedger();
        foreach (var buckets in Enumerable.Range(0, GrainKeys.RosterBuckets).Chunk(BucketsAtOnce))
        {
            var cuts = await Task.WhenAll(buckets.Select(bucket =>
                _retries.ReadAsync(() => _grains.MarketReads().CutAsync(bucket), within, cancellation)));
            foreach (var cut in cuts)
            {
                entries.AddRange(cut.Accounts.Select((id, i) => (new AccountId(id), cut.States[i])));
                foreach (var (account, asset, amount) in cut.House)
                {
                    house.Add((HouseAccount)account, new AssetId(asset), amount);
                }
            }
        }
        return AccountCut.Gathered(entries, house, frame);
    }

    private void LookAtOptions()
    {
        if (_hasOptions)
        {
            _ = _sensitivities.Value;
        }
    }

    /// <summary>
    /// Silos count the contracts of each series in their census; counts are added, and what one contract adds is worked
    /// out once for all of them.
    /// </summary>
    private async Task<MarketSensitivities?> NewSensitivitiesAsync(CancellationToken cancellation) =>
        await _reads.GreeksAsync(cancellation) is { } greeks ? Sensitivities.Of(greeks, _frame) : null;

    private async Task<LiquidationLadder?> NewLadderAsync(CancellationToken cancellation)
    {
        if (await _grains.MarketReads().LadderAsync().WaitAsync(cancellation) is not { } message)
        {
            return null;
        }
        var ladder = LiquidationLadder.FromBytes(message.Ladder);
        return ladder.Of(Listed(ladder.Accounts), message.Missing);
    }

    private async Task<MarketReport?> NewReportAsync(CancellationToken cancellation)
    {
        if (_frame.Number == default)
        {
            return null;
        }
        var began = _time.GetTimestamp();
        var cut = await GatherAsync(cancellation);
        return _reporter.Make(cut, () => cancellation.IsCancellationRequested,
            () => _time.GetElapsedTime(began).TotalMilliseconds);
    }
}
