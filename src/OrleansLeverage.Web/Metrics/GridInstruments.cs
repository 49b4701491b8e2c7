using System.Diagnostics.Metrics;
using OrleansLeverage.Engine;

namespace OrleansLeverage.Web.Metrics;

/// <summary>
/// Gauges and counters that are read from the grid whenever somebody collects, and cost nothing between. All of one
/// collection are of one look at the grid: its first instrument looks. What is unknown is NaN, which is left out of the
/// text; never 0, and never the last value. Labels are markets, sides, states: never an account.
/// </summary>
internal sealed class GridInstruments
{
    private const string Prefix = "leveragegrid.";
    private readonly Meter _meter;
    private readonly Func<GridLook> _look;
    private GridLook _seen;

    public GridInstruments(Meter meter, Func<GridLook> look)
    {
        (_meter, _look, _seen) = (meter, look, look());
        // collected in the order in which they were made: this one is first and looks for all
        meter.CreateObservableCounter(Prefix + "frame.count", () => (_seen = _look()).Health.Frames, "{frame}",
            "Frames swept");
        CreateMarket();
        CreateSides();
        CreateWorks();
        new OracleInstruments(meter, () => _seen).Create();
    }

    private void CreateMarket()
    {
        Gauge("system.leverage", "1", "Gross notional / equity of accounts with positive equity",
            seen => seen.Figures?.MarketLeverage);
        Gauge("system.leverage.skew", "1", "(long - short) / (long + short) leverage, from -1 to 1",
            seen => seen.Figures?.LeverageSkew);
        Gauge("system.notional.skew", "1", "(long - short) / (long + short) notional, from -1 to 1",
            seen => seen.Figures?.NotionalSkew);
        Gauge("system.equity", "USD", "Equity of accounts with positive equity", seen => seen.Figures?.Equity);
        Gauge("system.borrowed", "USD", "What positions exceed their owners' equity by",
            seen => seen.Figures?.Borrowed);
        Gauge("system.deficit", "USD", "What accounts without equity are short of", seen => seen.Figures?.Deficit);
        Gauge("system.atrisk.notional", "USD", "Notional of accounts at or past their warning line",
            seen => seen.Figures?.NotionalAtRisk);
        Gauge("system.elr", "1", "Estimated leverage ratio: one-sided open interest / collateral",
            seen => seen.Figures?.EstimatedLeverageRatio);
        Gauge("coverage", "1", "Accounts seen / accounts on the roster", seen => seen.Figures?.Coverage);
        Gauge("insurance.balance", "USD", "Insurance fund at the last market report", seen => seen.Fund);
        Many("account.count", "{account}", "Accounts by tier", seen => (seen.Figures?.Tiers ?? []).Select(tier =>
            Row((double)tier.Accounts, ("status", Word(tier.Tier)))));
    }

    private void CreateSides()
    {
        Many("system.notional", "USD", "Notional of positions by side", seen =>
        [
            Row(seen.Figures?.LongNotional, ("side", "long")), Row(seen.Figures?.ShortNotional, ("side", "short")),
        ]);
        Many("system.side.leverage", "1", "Notional of a side / the equity behind it", seen =>
        [
            Row(seen.Figures?.LongLeverage, ("side", "long")), Row(seen.Figures?.ShortLeverage, ("side", "short")),
        ]);
        Many("market.leverage", "1", "Leverage of the accounts that hold a market, by side",
            seen => seen.ByMarket((market, asset) =>
            [
                Row(asset?.LongLeverage, ("market", market), ("side", "long")),
                Row(asset?.ShortLeverage, ("market", market), ("side", "short")),
            ]));
        Many("market.notional", "USD", "Notional of a market by side", seen => seen.ByMarket((market, asset) =>
        [
            Row(asset?.LongNotional ?? 0.0, ("market", market), ("side", "long")),
            Row(asset?.ShortNotional ?? 0.0, ("market", market), ("side", "short")),
        ]));
        Many("open_interest.imbalance", "1", "(long - short) / (long + short) notional of a market", seen =>
            seen.ByMarket((market, asset) => [Row(asset?.NotionalSkew, ("market", market))]));
        _meter.CreateObservableCounter(Prefix + "liquidation.notional", () => Liquidated(_seen), "USD",
            "Notional that the grid liquidated by itself, by market and side");
    }

    private void CreateWorks()
    {
        Gauge("aggregation.lag", "s", "How far the figures are behind the newest frame", seen => seen.FiguresLag);
        Gauge("epoch.lag", "s", "How far the newest frame is behind the clock", seen => seen.FrameLag);
        Many("health", "", "1 for the grid's condition", seen => Enum.GetValues<GridCondition>().Select(condition =>
            Row(seen.Health.Condition == condition ? 1.0 : 0.0, ("status", Word(condition)))));
        Gauge("queue.depth", "{command}", "Commands waiting", seen => seen.Telemetry?.CommandsQueued);
        Gauge("queue.age", "s", "How long the oldest command has waited", seen => seen.Telemetry?.OldestQueuedMs / 1e3);
        Counter("command.applied", "{command}", "Commands applied", seen => seen.Health.CommandsApplied);
        Counter("trigger.count", "{trigger}", "Triggers raised", seen => seen.Telemetry?.Triggers);
        Counter("liquidation.count", "{liquidation}", "Accounts that the grid closed something of, once per frame",
            seen => seen.Telemetry?.Liquidations.Liquidations);
        Counter("storage.commit", "{commit}", "Batches made durable", seen => seen.Telemetry?.Journal?.Commits);
        Counter("storage.failure", "{commit}", "Commits that failed", seen => seen.Telemetry?.Journal?.Failures);
        Many("storage.commit.duration", "s", "Percentiles of a commit since the start", seen =>
        [
            Row(seen.Telemetry?.Journal?.CommitP50Ms / 1e3, ("quantile", "0.5")),
            Row(seen.Telemetry?.Journal?.CommitP99Ms / 1e3, ("quantile", "0.99")),
        ]);
        Many("state.size", "By", "Memory of the accounts", seen =>
        [
            Row(seen.Telemetry?.RowBytes, ("kind", "rows")), Row(seen.Telemetry?.StateBytes, ("kind", "exact")),
        ]);
        Gauge("memory.left", "1", "Memory that the process may still take / all it may have", _ => GridLook.MemoryLeft);
    }

    private static IEnumerable<Measurement<double>> Liquidated(GridLook seen) =>
        (seen.Telemetry?.Liquidated ?? []).Select(row => Row((double)row.Notional,
            ("market", row.Instrument.Value), ("side", row.Side > 0 ? "long" : "short")));

    private void Gauge(string name, string unit, string what, Func<GridLook, double?> value) =>
        _meter.CreateObservableGauge(Prefix + name, () => value(_seen) ?? double.NaN, unit, what);

    private void Many(string name, string unit, string what, Func<GridLook, IEnumerable<Measurement<double>>> rows) =>
        _meter.CreateObservableGauge(Prefix + name, () => rows(_seen), unit, what);

    private void Counter(string name, string unit, string what, Func<GridLook, long?> value) =>
        _meter.CreateObservableCounter(Prefix + name,
            () => value(_seen) is { } known ? [new Measurement<long>(known)] : Enumerable.Empty<Measurement<long>>(),
            unit, what);

    /// <summary>What is unknown is no number.</summary>
    public static Measurement<double> Row(double? value, params (string Key, string Value)[] labels) => new(
        value ?? double.NaN, labels.Select(label => KeyValuePair.Create(label.Key, (object?)label.Value)));

    public static string Word<T>(T state)
        where T : struct, Enum => Json.SnapshotJson.Word(state).ToLowerInvariant();
}
