using System.Collections.Frozen;
using System.Globalization;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Web.Json;

/// <summary>From a snapshot to what interfaces show of it. Shared by the HTTP API and the command line.</summary>
public static class SnapshotJson
{
    public static AccountJson Of(LeverageSnapshot snapshot) => new(
        snapshot.Account.Value, snapshot.Sequence, AsOf(snapshot.Frame, snapshot.FrameTimeMs),
        new FreshnessJson(Word(snapshot.PriceState), snapshot.PriceAgeMs, snapshot.MissingFeed?.Value),
        snapshot.RulesVersion, Word(snapshot.Tier),
        Money(snapshot.Equity), Money(snapshot.MarginBalance), Money(snapshot.GrossNotional),
        Money(snapshot.NetNotional), Money(snapshot.LongNotional), Money(snapshot.ShortNotional),
        Number(snapshot.Leverage), Reason(snapshot.LeverageReason), Number(snapshot.NetLeverage),
        Number(snapshot.LongLeverage), Number(snapshot.ShortLeverage), Number(snapshot.CashLeverage),
        Number(snapshot.MaxLeverage), Money(snapshot.InitialMargin), Money(snapshot.MaintenanceMargin),
        Number(snapshot.MarginRatio), Money(snapshot.FreeCollateral), Number(snapshot.JointMoveDown),
        Number(snapshot.JointMoveUp),
        [.. snapshot.LeverageFactors.Select(f => new LeverageFactorJson(f.Feed.Value, (double)f.Value))],
        [.. snapshot.Balances.Select(b => new BalanceJson(b.Asset.Id.Value, Decimals.Text(b.Amount)))],
        [.. snapshot.Positions.Select(Of)], [.. snapshot.Portfolios.Select(portfolio => Of(portfolio,
            snapshot.PortfolioLines.FirstOrDefault(line => line.Underlying == portfolio.Terms.Underlying)))],
        snapshot.NonLinear is { } options ? Of(options) : null);

    public static AsOfJson AsOf(FrameNumber frame, long timeMs) => new(frame.ToString(), timeMs, Datetime(timeMs));

    /// <summary>ISO 8601 in UTC with milliseconds.</summary>
    public static string Datetime(long timeMs) => DateTimeOffset.FromUnixTimeMilliseconds(timeMs)
        .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>The word of a state: NOT_MEASURED, MARGIN_CALL.</summary>
    public static string Word<T>(T state)
        where T : struct, Enum => Words<T>.Large[state];

    private static PositionJson Of(PositionLeverage leverage)
    {
        var position = leverage.Position;
        var isLong = position.Quantity.IsLong;
        return new PositionJson(
            position.Instrument.Id.Value, isLong ? "long" : "short", position.Quantity.Abs.ToString(),
            Decimals.Text(leverage.Notional), Decimals.Text(isLong ? leverage.Notional : -leverage.Notional),
            Rounded(position.EntryPrice), Decimals.Text(leverage.MarkPrice),
            Rounded(leverage.LiquidationPrice.Shown), Reason(leverage.LiquidationPrice),
            Rounded(leverage.BankruptcyPrice.Shown), Reason(leverage.BankruptcyPrice),
            Decimals.Text(leverage.UnrealisedProfit), Decimals.Text(leverage.AccruedFunding),
            Decimals.Text(leverage.InitialMargin), Decimals.Text(leverage.MaintenanceMargin),
            Snake(position.Mode), Number(leverage.EquityLeverage), Number(leverage.CashLeverage),
            Money(position.LeverageSetting), (double)leverage.MaxLeverage, Number(leverage.DistanceToLiquidation),
            leverage.DistanceSigmas,
            new SettlementJson(position.Instrument.Settlement.Id.Value, Decimals.Text(position.Cost),
                Decimals.Text(position.IsolatedMargin), Decimals.Text(position.RealisedProfit)));
    }

    private static NonLinearJson Of(NonLinearLeverage options) => new(options.EffectiveNotional,
        options.EffectiveLeverage, options.GammaLeverage, options.VegaElasticity, options.ThetaBurnPerDay,
        [.. options.After.Select(after => new LeverageAfterJson(after.Move, after.Leverage))],
        [.. options.Options.Select(option => new OptionExposureJson(option.Instrument.Value, option.EffectiveNotional,
            option.GrossNotional, option.Elasticity))], options.Reason);

    private static PortfolioJson Of(PortfolioValuation portfolio, PortfolioLine? line)
    {
        var margin = portfolio.Margin;
        var (below, above) = line is null
            ? (SolvedPrice.None(SolvedReason.ByScenarios), SolvedPrice.None(SolvedReason.ByScenarios))
            : (line.Below, line.Above);
        return new PortfolioJson(portfolio.Terms.Underlying.Value, portfolio.Terms.Scenarios.Name,
            margin.Explanation.Scenario, Decimals.Text(margin.WorstLoss), Decimals.Text(margin.RollShock),
            Decimals.Text(margin.DeltaShock), Decimals.Text(margin.Initial), Decimals.Text(margin.Maintenance),
            [.. margin.Explanation.Lines.Select(l => new ScenarioLineJson(l.Part, l.Subject, Decimals.Text(l.Profit)))],
            [.. margin.Charges.Select(c => new ChargeJson(c.Name, c.Subject, Decimals.Text(c.Maintenance),
                Decimals.Text(c.Initial)))],
            Rounded(below.Shown), Reason(below), Rounded(above.Shown), Reason(above));
    }

    private static string? Reason(NoLeverageReason reason) => reason == NoLeverageReason.None ? null : Snake(reason);

    private static string? Reason(SolvedPrice price) =>
        price.Reason == SolvedReason.Solved ? null : Snake(price.Reason);

    private static string? Money(decimal? amount) => amount is { } value ? Decimals.Text(value) : null;

    private static string? Rounded(decimal? price) =>
        price is { } value ? Decimals.Text(decimal.Round(value, Decimals.ScaleMax)) : null;

    private static double? Number(decimal? value) => (double?)value;

    private static string Snake<T>(T state)
        where T : struct, Enum => Words<T>.Small[state];

    /// <summary>The words of an enumeration's states, made once.</summary>
    private static class Words<T>
        where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> Small =
            Enum.GetValues<T>().Distinct().ToFrozenDictionary(state => state, Word);

        public static readonly FrozenDictionary<T, string> Large =
            Small.ToFrozenDictionary(word => word.Key, word => word.Value.ToUpperInvariant());

        private static string Word(T state) => string.Concat(state.ToString().Select((letter, place) =>
            char.IsUpper(letter) ? (place == 0 ? "" : "_") + char.ToLowerInvariant(letter) : letter.ToString()));
    }
}
