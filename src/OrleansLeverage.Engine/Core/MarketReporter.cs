using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Market.Simulation;

namespace OrleansLeverage.Engine.Core;

/// <summary>Makes market reports, one after the other, on whatever thread asks; one at a time.</summary>
/// <param name="accountsMax">More accounts than this are taken every so many-th.</param>
internal sealed class MarketReporter(int accountsMax)
{
    /// <summary>Cont and Schaanning's depth where a day trades one and a half open interests and moves 3 %.</summary>
    private const double Depth = 20.0;

    private const double AtRiskMove = 0.05;
    private const int StepsKept = 60;

    private readonly Queue<AttributionStep> _steps = new();
    private AccountCut? _before;

    /// <param name="isOver">Asked now and then: true gives up, with nothing.</param>
    /// <param name="took">Milliseconds since the call.</param>
    public MarketReport? Make(AccountCut cut, Func<bool> isOver, Func<double> took)
    {
        var (frame, survey) = (cut.Frame, new MarketSurvey(cut.Frame));
        var stride = (int)Math.Max(1L, ((long)cut.Count + accountsMax - 1L) / accountsMax);
        var change = LeverageChange.None;
        for (var number = 0; number < cut.Count; number += stride)
        {
            if (number % 1024 < stride && isOver())
            {
                return null;
            }
            var account = cut.Read(number);
            var valuation = AccountValuation.Of(account, frame);
            survey.Add(valuation, LiquidationPoint.Of(valuation), PopulationMarket.IsMarketMaker(account));
            if (_before is { } before && LeverageAttribution.Change(
                AccountValuation.Of(before.Find(number, account.Id), before.Frame), valuation) is { } changed)
            {
                change += changed;
            }
        }
        if (_before is { } since)
        {
            _steps.Enqueue(new AttributionStep(since.Frame.TimeMs, frame.TimeMs,
                LeverageAttribution.Attribute(change)));
        }
        while (_steps.Count > StepsKept)
        {
            _steps.Dequeue();
        }
        _before = cut;
        var anatomy = survey.Build((double)cut.FundUsd, Depth, AtRiskMove);
        return new MarketReport
        {
            Frame = frame.Number, FrameTimeMs = frame.TimeMs, TookMs = took(), Accounts = cut.Count,
            Coverage = cut.Count > 0 ? (double)anatomy.Accounts / cut.Count : null, Fund = (double)cut.FundUsd,
            Anatomy = anatomy, Feeds = [.. frame.Universe.Feeds.Select(f => f.Id)], Attribution = [.. _steps],
        };
    }
}
