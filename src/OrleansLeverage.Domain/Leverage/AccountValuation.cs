using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.Domain;

/// <summary>One position at one frame, in USD.</summary>
public readonly record struct PositionValuation(
    Position Position, decimal Mark, decimal SettlementPrice, decimal SignedNotional, decimal UnrealisedProfit,
        decimal AccruedFunding,
    decimal MaintenanceMargin, decimal InitialMargin, decimal OrderNotional)
{
    public decimal Notional => Math.Abs(SignedNotional);

    public bool IsIsolated => Position.Mode == MarginMode.Isolated;

    /// <summary>
    /// True where the position asks for no margin of its own: it is in <see cref="AccountValuation.Portfolios"/>, and
    /// only its orders ask by bracket.
    /// </summary>
    public bool IsPortfolio { get; init; }

    /// <summary>Profit and funding that do not count for maintenance margin; 0 where all profit counts.</summary>
    public decimal UncountedGain { get; init; }

    /// <summary>The same for initial margin.</summary>
    public decimal UncountedInitialGain { get; init; }

    public decimal Gain => UnrealisedProfit + AccruedFunding;

    /// <summary>Equity of an isolated position alone: its margin, profit and funding.</summary>
    public decimal IsolatedEquity => Position.IsolatedMargin * SettlementPrice + UnrealisedProfit + AccruedFunding;

    /// <summary>What of it counts for maintenance margin.</summary>
    public decimal IsolatedBalance => IsolatedEquity - UncountedGain;
}

/// <summary>One underlying in portfolio margin, USD; the margin itself is in the settlement asset.</summary>
public sealed record PortfolioValuation(PortfolioTerms Terms, PortfolioMargin Margin, decimal SettlementPrice)
{
    public decimal MaintenanceMargin => Margin.Maintenance * SettlementPrice;

    public decimal InitialMargin => Margin.Initial * SettlementPrice;
}

/// <summary>
/// An account at one frame, exactly. All amounts in USD.
/// <code>
/// equity         = Σ balance·price + Σ isolated margin + Σ unrealised profit + Σ accrued funding
/// margin balance = the same with positive balances at their collateral weight (debts in full), cross positions only
/// maintenance    = Σ notional·rate − amount, by bracket; the ratio is maintenance / margin balance, 1.00 = liquidation
/// </code>
/// Where a venue states more (<see cref="Universe.HasTerms"/>), balances, debts and profit count as its terms say, for
/// initial margin otherwise than for maintenance, and margin is that of its schedules; see
/// <see cref="CollateralTerms"/>, <see cref="ProfitTerms"/>, <see cref="ScheduleTerms"/>. Exact but for the divisions
/// that these ask for.
/// Isolated positions are margin buckets of their own: the account's ratio is the worst of its buckets. Positions in
/// portfolio margin are part of the cross bucket, which maintains for them what their worst scenario asks.
/// </summary>
public sealed class AccountValuation
{
    /// <summary>What initial margins are rounded up to.</summary>
    public const decimal UsdQuantum = 0.00000001m;

    private readonly PositionValuation[] _positions;
    private SortedDictionary<int, List<ScenarioHolding>>? _held;
    private List<PortfolioValuation>? _portfolios;

    // sums that the totals are made of, once: this runs in every decision, and a decimal addition is not free
    private decimal _worth;
    private decimal _keptCollateral;
    private decimal _crossGain;
    private decimal _uncountedCross;
    private decimal _uncountedInitialCross;
    private decimal _uncountedIsolated;
    private decimal _uncountedInitialIsolated;
    private decimal _isolatedMargin;
    private decimal _isolatedGain;
    private decimal _isolatedMaintenance;
    private decimal _isolatedInitial;

    private AccountValuation(Account account, PriceFrame frame, PositionValuation[] positions)
    {
        Account = account;
        Frame = frame;
        _positions = positions;
    }

    public Account Account { get; }

    public PriceFrame Frame { get; }

    /// <summary>The first feed the account depends on that has not been measured; null where all have.</summary>
    public Feed? MissingFeed { get; private init; }

    public bool IsKnown => MissingFeed is null;

    /// <summary>The least trustworthy price the account depends on; Fresh for one that depends on none.</summary>
    public PriceState PriceState { get; private set; } = PriceState.Fresh;

    /// <summary>Time of the oldest price the account depends on; null where it depends on none.</summary>
    public long? OldestPriceMs { get; private set; }

    /// <summary>The account's exposures, in the order of the universe's instruments.</summary>
    public IReadOnlyList<PositionValuation> Positions => _positions;

    /// <summary>Margin by scenarios of each underlying that is held so, with all that led to it.</summary>
    public IReadOnlyList<PortfolioValuation> Portfolios => _portfolios ?? [];

    /// <summary>Whether scenarios are part of what the cross bucket maintains.</summary>
    public bool HasPortfolio => _portfolios is not null;

    public decimal Equity { get; private set; }

    /// <summary>Equity of the cross bucket: balances at market and the gains of cross positions.</summary>
    public decimal CrossEquity => _worth + _crossGain;

    /// <summary>Balances as they count for initial margin; no profit, no isolated margin.</summary>
    public decimal CrossCollateral { get; private set; }

    /// <summary>Cross collateral and isolated margins: what is there without any profit.</summary>
    public decimal Collateral { get; private set; }

    public decimal CrossMarginBalance { get; private set; }

    /// <summary>What the cross bucket has for initial margin.</summary>
    public decimal CrossInitialBalance { get; private set; }

    public decimal CrossMaintenanceMargin { get; private set; }

    public decimal CrossInitialMargin { get; private set; }

    public decimal MaintenanceMargin { get; private set; }

    public decimal InitialMargin { get; private set; }

    /// <summary>Margin balance of all buckets together.</summary>
    public decimal MarginBalance { get; private set; }

    /// <summary>What all buckets together have for initial margin: the same but by terms of a venue.</summary>
    public decimal InitialBalance { get; private set; }

    public decimal LongNotional { get; private set; }

    public decimal ShortNotional { get; private set; }

    public decimal GrossNotional => LongNotional + ShortNotional;

    public decimal NetNotional => LongNotional - ShortNotional;

    /// <summary>What counts above initial margin, cross; negative where margin is short.</summary>
    public decimal FreeCollateral => CrossInitialBalance - CrossInitialMargin;

    public static AccountValuation Of(Account account, PriceFrame frame)
    {
        var count = 0;
        foreach (var _ in account.Exposures)
        {
            count++;
        }
        var valuation = new AccountValuation(account, frame, count == 0 ? [] : new PositionValuation[count]);
        if ((valuation.AddBalances() ?? valuation.AddPositions() ?? valuation.AddPortfolios()) is { } missing)
        {
            return new AccountValuation(account, frame, []) { MissingFeed = missing };
        }
        valuation.Total();
        return valuation;
    }

    /// <summary>The tier at this frame, by multiplication: nothing is divided, so nothing is rounded.</summary>
    public RiskTier Tier(RiskRules rules)
    {
        if (!IsKnown)
        {
            return RiskTier.Unknown;
        }
        if (Equity < 0m || (Equity == 0m && GrossNotional > 0m))
        {
            return RiskTier.Bankrupt;
        }
        var worst = Tier(rules, CrossMaintenanceMargin, CrossMarginBalance);
        foreach (ref readonly var position in _positions.AsSpan())
        {
            if (position.IsIsolated)
            {
                var tier = Tier(rules, position.MaintenanceMargin, position.IsolatedBalance);
                worst = tier > worst ? tier : worst;
            }
        }
        return worst;
    }

    /// <summary>True where what every bucket has for it covers its initial margin.</summary>
    public bool CoversInitialMargin()
    {
        var covers = CrossInitialBalance >= CrossInitialMargin;
        foreach (ref readonly var position in _positions.AsSpan())
        {
            covers &= !position.IsIsolated
                || position.IsolatedEquity - position.UncountedInitialGain >= position.InitialMargin;
        }
        return covers;
    }

    /// <summary>
    /// True where every bucket's ratio is below <paramref name="threshold"/> less <paramref name="margin"/>.
    /// </summary>
    public bool IsBelow(decimal threshold, decimal margin)
    {
        var line = threshold - margin;
        var below = CrossMaintenanceMargin < line * CrossMarginBalance || CrossMaintenanceMargin == 0m;
        foreach (ref readonly var position in _positions.AsSpan())
        {
            below &= !position.IsIsolated || position.MaintenanceMargin == 0m
                || position.MaintenanceMargin < line * position.IsolatedBalance;
        }
        return below;
    }

    /// <summary>
    /// Ratio of the worst bucket: 0 where there is nothing to maintain, null where a bucket has margin to maintain and
    /// no balance.
    /// </summary>
    public decimal? MarginRatio()
    {
        decimal? worst = CrossMaintenanceMargin == 0m ? 0m : Ratio(CrossMaintenanceMargin, CrossMarginBalance);
        foreach (ref readonly var position in _positions.AsSpan())
        {
            if (position.IsIsolated && position.Notional > 0m)
            {
                var ratio = Ratio(position.MaintenanceMargin, position.IsolatedBalance);
                worst = worst is null || ratio is null ? null : Math.Max(worst.Value, ratio.Value);
            }
        }
        return worst;
    }

    /// <summary>Null where nothing is left to speak of: a ratio beyond 10^12 would only overflow.</summary>
    private static decimal? Ratio(decimal maintenance, decimal marginBalance) =>
        marginBalance > 0m && marginBalance >= maintenance / 1_000_000_000_000m ? maintenance / marginBalance : null;

    private static RiskTier Tier(RiskRules rules, decimal maintenance, decimal marginBalance)
    {
        if (maintenance == 0m)
        {
            return RiskTier.Healthy;
        }
        if (maintenance > rules.LiquidationRatio * marginBalance)
        {
            return RiskTier.Liquidation;
        }
        return maintenance >= rules.MarginCallRatio * marginBalance ? RiskTier.MarginCall
            : maintenance >= rules.WarningRatio * marginBalance ? RiskTier.Warning
            : RiskTier.Healthy;
    }

    /// <summary>Null, or the first feed that has not been measured.</summary>
    private Feed? AddBalances()
    {
        for (var i = 0; i < Account.Balances.Count; i++)
        {
            var balance = Account.Balances[i];
            if (Frame.UsdPrice(balance.Asset) is not { } price)
            {
                return balance.Asset.PriceFeed;
            }
            var value = balance.Amount * price;
            _worth += value;
            if (balance.Asset.Terms is { } terms)
            {
                CrossCollateral += terms.Counted(balance.Amount, price, isInitial: true);
                _keptCollateral += terms.Counted(balance.Amount, price, isInitial: false);
            }
            else
            {
                var counted = balance.Amount > 0m ? value * balance.Asset.CollateralWeight : value;
                CrossCollateral += counted;
                _keptCollateral += counted;
            }
            DependsOn(balance.Asset.PriceFeed);
        }
        return null;
    }

    private Feed? AddPositions()
    {
        var count = 0;
        foreach (var exposure in Account.Exposures)
        {
            var instrument = exposure.Position.Instrument;
            if (Frame.Mark(instrument) is not { } mark)
            {
                return instrument.MarkFeed;
            }
            if (Frame.UsdPrice(instrument.Settlement) is not { } settlement)
            {
                return instrument.Settlement.PriceFeed;
            }
            _positions[count] = Value(exposure, mark.Value, settlement);
            Add(_positions[count++]);
        }
        return null;
    }

    /// <summary>Null, or the feed of an underlying that cannot be valued in its scenarios.</summary>
    private Feed? AddPortfolios()
    {
        if (_held is null)
        {
            return null;
        }
        _portfolios = new List<PortfolioValuation>(_held.Count);
        foreach (var (place, holdings) in _held)
        {
            var terms = Frame.Universe.Rules.Portfolio[place];
            var underlying = Frame.Universe.Asset(terms.Underlying)!;
            if (Frame.Scenarios(place) is not { } matrix)
            {
                return underlying.PriceFeed;
            }
            foreach (var holding in holdings)
            {
                if (!matrix.Has(holding.Instrument))
                {
                    return Frame.Universe.Instrument(new InstrumentId(holding.Instrument))!.MarkFeed;
                }
            }
            var settlement = Frame.Universe.Instrument(new InstrumentId(holdings[0].Instrument))!.Settlement;
            var value = new PortfolioValuation(terms,
                ScenarioMargin.Of(matrix, new ScenarioPortfolio { Holdings = holdings }),
                Frame.UsdPrice(settlement)!.Value);
            _portfolios.Add(value);
            CrossMaintenanceMargin += value.MaintenanceMargin;
            CrossInitialMargin += value.InitialMargin;
            DependsOn(underlying.PriceFeed);
        }
        return null;
    }

    private PositionValuation Value(Exposure exposure, decimal mark, decimal settlement)
    {
        var (position, instrument) = (exposure.Position, exposure.Position.Instrument);
        var unit = instrument.UnitNotional(mark, settlement);
        var (signed, cost) = (position.Quantity.Value * unit, position.Cost * settlement);
        var notional = Math.Abs(signed);
        var portfolio = position.Mode == MarginMode.Portfolio ? Frame.Universe.PortfolioOf(instrument) : -1;
        var orders = exposure.WorstQuantity * unit;
        if (portfolio >= 0)
        {
            Hold(portfolio, position);
            // orders ask for their own margin, as if they hedged nothing
            orders = Math.Max(0m, orders - notional);
        }
        if (Frame.Universe.HasTerms)
        {
            return ByTerms(exposure, mark, settlement, unit, portfolio >= 0);
        }
        return new PositionValuation(position, mark, settlement, signed,
            instrument.Style == ContractStyle.Linear ? signed - cost : cost - signed,
            position.AccruedFunding(Frame.FundingIndex(instrument)) * settlement,
            notional == 0m || portfolio >= 0 ? 0m : instrument.Margin.Maintenance(notional),
            orders == 0m ? 0m : instrument.Margin.Initial(
                orders, position.LeverageSetting, Frame.OpenInterestUsd(instrument), UsdQuantum),
            orders)
        {
            IsPortfolio = portfolio >= 0,
        };
    }

    /// <summary>The same by the terms of a venue.</summary>
    private PositionValuation ByTerms(Exposure exposure, decimal mark, decimal settlement, decimal unit,
        bool isPortfolio)
    {
        var (position, instrument) = (exposure.Position, exposure.Position.Instrument);
        var (rules, held) = (Frame.Universe.Rules, Math.Abs(position.Quantity.Value));
        var (signed, cost) = (position.Quantity.Value * unit, position.Cost * settlement);
        var profit = instrument.Style == ContractStyle.Linear ? signed - cost : cost - signed;
        var funding = position.AccruedFunding(Frame.FundingIndex(instrument)) * settlement;
        var ordered = isPortfolio ? Math.Max(0m, exposure.WorstQuantity - held) : exposure.WorstQuantity;
        var initial = ordered == 0m ? 0m : instrument.InitialMargin(ordered * unit, ordered, position.LeverageSetting,
            Frame.OpenInterestUsd(instrument), UsdQuantum);
        return new PositionValuation(position, mark, settlement, signed, profit, funding,
            isPortfolio ? 0m : position.Maintenance(rules, unit, settlement),
            initial + (rules.OrderReserve == 0m ? 0m : rules.OrderReserve * Account.OrderCount(instrument)),
            ordered * unit)
        {
            IsPortfolio = isPortfolio,
            UncountedGain = profit + funding - rules.Profit.Counted(profit + funding, isInitial: false),
            UncountedInitialGain = profit + funding - rules.Profit.Counted(profit + funding, isInitial: true),
        };
    }

    private void Hold(int portfolio, Position position)
    {
        if (position.Quantity.IsZero)
        {
            return;
        }
        _held ??= [];
        if (!_held.TryGetValue(portfolio, out var holdings))
        {
            _held.Add(portfolio, holdings = []);
        }
        holdings.Add(new ScenarioHolding(position.Instrument.Id.Value, position.Quantity.Value
            * Frame.Universe.Rules.Portfolio[portfolio].UnitsPerContract(position.Instrument)));
    }

    private void Add(in PositionValuation position)
    {
        var gain = position.Gain;
        if (position.IsIsolated)
        {
            _uncountedIsolated += position.UncountedGain;
            _uncountedInitialIsolated += position.UncountedInitialGain;
            _isolatedMargin += position.Position.IsolatedMargin * position.SettlementPrice;
            _isolatedGain += gain;
            _isolatedMaintenance += position.MaintenanceMargin;
            _isolatedInitial += position.InitialMargin;
        }
        else
        {
            _crossGain += gain;
            _uncountedCross += position.UncountedGain;
            _uncountedInitialCross += position.UncountedInitialGain;
            CrossMaintenanceMargin += position.MaintenanceMargin;
            CrossInitialMargin += position.InitialMargin;
        }
        if (position.SignedNotional > 0m)
        {
            LongNotional += position.SignedNotional;
        }
        else
        {
            ShortNotional -= position.SignedNotional;
        }
        DependsOn(position.Position.Instrument.MarkFeed);
        DependsOn(position.Position.Instrument.Settlement.PriceFeed);
    }

    private void Total()
    {
        var isolatedEquity = _isolatedMargin + _isolatedGain;
        Collateral = CrossCollateral + _isolatedMargin;
        CrossMarginBalance = _keptCollateral + _crossGain - _uncountedCross;
        CrossInitialBalance = CrossCollateral + _crossGain - _uncountedInitialCross;
        MarginBalance = CrossMarginBalance + isolatedEquity - _uncountedIsolated;
        InitialBalance = CrossInitialBalance + isolatedEquity - _uncountedInitialIsolated;
        Equity = _worth + _crossGain + isolatedEquity;
        MaintenanceMargin = CrossMaintenanceMargin + _isolatedMaintenance;
        InitialMargin = CrossInitialMargin + _isolatedInitial;
    }

    private void DependsOn(Feed? feed)
    {
        if (feed is null)
        {
            return;
        }
        var price = Frame[feed];
        PriceState = Worse(PriceState, price.State);
        OldestPriceMs = OldestPriceMs is { } oldest ? Math.Min(oldest, price.TimeMs) : price.TimeMs;
    }

    private static PriceState Worse(PriceState left, PriceState right) => Rank(left) >= Rank(right) ? left : right;

    private static int Rank(PriceState state) => state switch
    {
        PriceState.Fresh => 0,
        PriceState.Degraded => 1,
        PriceState.Stale => 2,
        PriceState.Halted => 3,
        _ => 4,
    };
}
