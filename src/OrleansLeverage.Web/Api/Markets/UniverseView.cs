using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api.Accounts;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Markets;

/// <param name="Quantum">The smallest amount that is booked.</param>
/// <param name="CollateralWeight">Share of a positive balance that counts as margin.</param>
internal sealed record AssetRow(string Asset, string Quantum, string? Feed, double CollateralWeight);

/// <summary>An option's terms.</summary>
/// <param name="Volatility">What the engine marks it at, a year; null where its mark is published.</param>
internal sealed record OptionRow(string Strike, string Right, string? Underlying, double? Volatility);

/// <summary>What can be held.</summary>
/// <param name="Schedule">The margin schedule, by name in the rules.</param>
internal sealed record InstrumentRow(
    string Symbol, string Kind, string Style, string Base, string Quote, string Settlement, string Feed,
    string Multiplier, string Tick, string Lot, string PositionLimit, string PriceMax, string Schedule, string? Expiry,
    OptionRow? Option, bool IsOpen)
{
    public static InstrumentRow Of(Instrument instrument) => new(instrument.Id.Value,
        SnapshotJson.Word(instrument.Kind).ToLowerInvariant(), SnapshotJson.Word(instrument.Style).ToLowerInvariant(),
        instrument.Base.Id.Value, instrument.Quote.Id.Value, instrument.Settlement.Id.Value,
        instrument.MarkFeed.Id.Value, Decimals.Text(instrument.Multiplier), Decimals.Text(instrument.TickSize),
        Decimals.Text(instrument.LotSize), Decimals.Text(instrument.PositionLimit), Decimals.Text(instrument.PriceMax),
        instrument.Margin.Name,
        instrument.Expiry is { } expiry ? SnapshotJson.Datetime(expiry.ToUnixTimeMilliseconds()) : null,
        instrument.Option is { } option ? new OptionRow(option.Strike.ToString(),
            SnapshotJson.Word(option.Right).ToLowerInvariant(), option.Marking?.Underlying.Value,
            (double?)option.Marking?.Volatility) : null, instrument.IsOpen);
}

/// <summary>Everything that can be priced and held.</summary>
internal sealed record UniverseView(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, int Version, IReadOnlyList<string> Feeds,
    IReadOnlyList<AssetRow> Assets, IReadOnlyList<InstrumentRow> Instruments);

/// <summary>A bracket of a margin schedule, from a notional in USD on.</summary>
/// <param name="InitialRate">Null where it is 1 / the largest leverage.</param>
internal sealed record BracketRow(
    int Tier, string MinNotional, string MaintenanceMarginRate, string MaintenanceAmount, double MaxLeverage,
    string? InitialRate);

/// <param name="Symbols">What it applies to.</param>
/// <param name="ScalesWithOpenInterest">Whether initial margin rises with open interest.</param>
internal sealed record ScheduleRow(
    string Schedule, IReadOnlyList<string> Symbols, IReadOnlyList<BracketRow> Brackets, bool ScalesWithOpenInterest);

/// <summary>The rules in force. Ratios are maintenance margin / margin balance, 1.00 = liquidation.</summary>
/// <param name="Source">Where they come from, in words.</param>
internal sealed record RulesView(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, string Name, int Version, string EffectiveFrom, string Source,
    string WarningRatio, string MarginCallRatio, string LiquidationRatio, string RearmMargin, int RearmFrames,
    string FeeRateMax, string RebateRateMax, string NotionalMax, string AmountMax, bool FillsNeedInitialMargin,
    bool CustomLeverage, bool WithdrawalsCloseWhileNegative, IReadOnlyList<ScheduleRow> Schedules);

/// <summary>What changes seldom: what there is, and the rules. Their version is the universe's.</summary>
internal sealed class UniverseEndpoint(ILeverageGrid grid)
{
    public Look GetUniverse(ReadQuery query)
    {
        var (universe, stamp) = (grid.Universe, Stamp.Of(grid.Frame));
        return Look.Of($"u{universe.Version}", () => new UniverseView(stamp.AsOf, stamp.Seq, stamp.Freshness,
            universe.Version, [.. universe.Feeds.Select(feed => feed.Id.Value)],
            [.. universe.Assets.Select(asset => new AssetRow(asset.Id.Value, Decimals.Text(asset.Quantum),
                asset.PriceFeed?.Id.Value, (double)asset.CollateralWeight))],
            [.. universe.Instruments.Select(InstrumentRow.Of)]));
    }

    public Look GetRules(ReadQuery query)
    {
        var (universe, stamp) = (grid.Universe, Stamp.Of(grid.Frame));
        var rules = universe.Rules;
        return Look.Of($"r{universe.Version}.{rules.Version}", () => new RulesView(stamp.AsOf, stamp.Seq,
            stamp.Freshness, rules.Name, rules.Version,
            SnapshotJson.Datetime(rules.EffectiveFrom.ToUnixTimeMilliseconds()), rules.Source,
            Decimals.Text(rules.WarningRatio), Decimals.Text(rules.MarginCallRatio),
            Decimals.Text(rules.LiquidationRatio), Decimals.Text(rules.RearmMargin), rules.RearmFrames,
            Decimals.Text(rules.FeeRateMax), Decimals.Text(rules.RebateRateMax), Decimals.Text(rules.NotionalMax),
            Decimals.Text(rules.AmountMax), rules.FillsNeedInitialMargin, rules.CustomLeverage,
            rules.Withdrawal.ClosedWhileNegative,
            [.. universe.Instruments.GroupBy(instrument => instrument.Margin.Name).Select(Of)]));
    }

    private static ScheduleRow Of(IGrouping<string, Instrument> schedule)
    {
        var margin = schedule.First().Margin;
        return new ScheduleRow(schedule.Key, [.. schedule.Select(i => i.Id.Value)], [.. margin.Tiers.Index().Select(t =>
            new BracketRow(t.Index + 1, Decimals.Text(t.Item.FloorNotional), Decimals.Text(t.Item.MaintenanceRate),
                Decimals.Text(t.Item.MaintenanceAmount), (double)t.Item.MaxLeverage,
                Exact.Text(t.Item.InitialRate)))], margin.Scaling is not null);
    }
}
