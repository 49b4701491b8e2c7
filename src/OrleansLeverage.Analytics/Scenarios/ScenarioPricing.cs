using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.Analytics.Scenarios;

/// <summary>
/// Values every instrument of an underlying in every scenario, once per frame. Options by Black 1976 on the forward,
/// discounted at the expiry's rate (at least 0); settled in coins, over the forward of the scenario:
/// <code>
/// forward'    = averaged + open·priceFactor        open = forward·min(1, seconds / settlement seconds)
/// volatility' = see VolatilityTerms, SkewTerms; skews leave the forward where it is
/// option      linear B76(F', K, σ', τ)     inverse B76(F', K, σ', τ) / F'
/// future      linear price·(factor − 1)    inverse 1 − 1/factor
/// </code>
/// Source: Derive v2-core src/risk-managers/PMRMLib_2.sol and its portfolio cases; Deribit private/pme/simulate.
/// </summary>
public static class ScenarioPricing
{
    private const double SecondsPerYear = 365.0 * 86400.0;
    private const double SecondsPerDay = 86400.0;
    private const double VolatilityMin = 1e-12;
    private const double VolatilityMax = 1e4;

    /// <exception cref="ScenarioException">A price, volatility, confidence or expiry that is none.</exception>
    public static ScenarioMatrix Matrix(ScenarioRules rules, ScenarioMarket market)
    {
        ScenarioChecks.Check(rules, market);
        var groups = new List<ScenarioGroup> { new("no expiry") { RollRate = RollRate(rules, 0.0) } };
        var expiries = new Dictionary<string, (int Group, ExpiryValues Values)>(StringComparer.Ordinal);
        foreach (var expiry in market.Expiries)
        {
            expiries.Add(expiry.Name, (groups.Count, new ExpiryValues(rules, expiry)));
            groups.Add(Group(rules, expiry));
        }
        var units = new List<ScenarioUnit>(market.Options.Count + market.Futures.Count + market.Collateral.Count);
        foreach (var series in market.Options)
        {
            var (group, values) = expiries[series.Expiry];
            units.Add(Option(rules, series, group, values));
        }
        foreach (var future in market.Futures)
        {
            units.Add(Future(rules, future, GroupOf(rules, future, market, expiries, groups)));
        }
        units.AddRange(market.Collateral.Select(asset => Collateral(rules, market, asset)));
        return new ScenarioMatrix(rules, market, groups, units);
    }

    private static ScenarioGroup Group(ScenarioRules rules, ExpiryState expiry)
    {
        var years = Math.Max(expiry.Seconds, 0L) / SecondsPerYear;
        var rate = Math.Max((double)expiry.Rate, 0.0);
        var longDiscount = 1.0;
        var shortDiscount = 1.0;
        if (rules.Discount is { } terms)
        {
            longDiscount = (double)terms.LongBase
                * Math.Exp(-years * (rate * (double)terms.LongScale + (double)terms.LongAdd));
            shortDiscount = Math.Min(Math.Exp(rate * years), (double)terms.ShortBase
                * Math.Exp(years * (rate * (double)terms.ShortScale + (double)terms.ShortAdd)));
        }
        return new ScenarioGroup(expiry.Name)
        {
            Years = Quantised.Of(years, $"years to {expiry.Name}"),
            LongDiscount = Quantised.Of(longDiscount, $"discount of {expiry.Name}"),
            ShortDiscount = Quantised.Of(shortDiscount, $"discount of {expiry.Name}"),
            RollRate = RollRate(rules, years),
            Confidence = expiry.Confidence,
            HoldsOptions = true,
        };
    }

    private static decimal RollRate(ScenarioRules rules, double years) => rules.Futures is { } terms
        ? Math.Max(Quantised.Of(Math.Exp((double)terms.AnnualMove * years) - 1.0, "roll rate"), terms.LeastMove)
        : 0m;

    /// <summary>A dated future is rolled with the options of its expiry; a perpetual alone.</summary>
    private static int GroupOf(ScenarioRules rules, FutureState future, ScenarioMarket market,
        Dictionary<string, (int Group, ExpiryValues Values)> expiries, List<ScenarioGroup> groups)
    {
        if (future.Seconds <= 0)
        {
            return 0;
        }
        if (market.Expiries.FirstOrDefault(expiry => expiry.Seconds == future.Seconds) is { } same)
        {
            return expiries[same.Name].Group;
        }
        groups.Add(new ScenarioGroup(future.Name)
        {
            Years = Quantised.Of(future.Seconds / SecondsPerYear, $"years to {future.Name}"),
            RollRate = RollRate(rules, future.Seconds / SecondsPerYear),
        });
        return groups.Count - 1;
    }

    private static ScenarioUnit Option(ScenarioRules rules, OptionSeries series, int group, ExpiryValues expiry)
    {
        var values = new decimal[rules.Scenarios.Count];
        for (var s = 0; s < values.Length; s++)
        {
            values[s] = Quantised.Of(expiry.Value(series, rules.Scenarios[s]), series.Name);
        }
        return new ScenarioUnit
        {
            Instrument = series.Name,
            Kind = ScenarioUnitKind.Option,
            Group = group,
            Mark = Quantised.Of(expiry.Value(series, 1.0, (double)series.Volatility), series.Name),
            Values = values,
            BasisUp = Basis(rules.Basis?.UpFactor),
            BasisDown = Basis(rules.Basis?.DownFactor),
            Delta = rules.Futures is null ? 0m : Quantised.Of(expiry.Delta(series), series.Name),
            Strike = series.Strike,
            Confidence = series.Confidence,
        };

        decimal Basis(decimal? factor) => factor is { } move
            ? Quantised.Of(expiry.Value(series, (double)move, (double)series.Volatility), series.Name)
            : 0m;
    }

    private static ScenarioUnit Future(ScenarioRules rules, FutureState future, int group) => new()
    {
        Instrument = future.Name,
        Kind = ScenarioUnitKind.Future,
        Group = group,
        Mark = 0m,
        Values = [.. rules.Scenarios.Select(scenario => Rounded(rules.Settlement == ContractStyle.Inverse
            ? ScenarioForms.InverseProfit(1m, scenario.PriceFactor)
            : future.Price * (scenario.PriceFactor - 1m)))],
        Delta = 1m,
        Confidence = future.Confidence,
    };

    private static ScenarioUnit Collateral(ScenarioRules rules, ScenarioMarket market, CollateralState asset)
    {
        var price = Rounded(asset.Price / market.StablePrice);
        return new ScenarioUnit
        {
            Instrument = asset.Name,
            Kind = ScenarioUnitKind.Collateral,
            Group = 0,
            Mark = price,
            Values = [.. rules.Scenarios.Select(scenario => Rounded(price * (scenario.PriceFactor - 1m)))],
            Collateral = asset,
        };
    }

    private static decimal Rounded(decimal value) => decimal.Round(value, ScenarioMatrix.Scale);

    /// <summary>What all series of an expiry share in a scenario.</summary>
    private sealed class ExpiryValues
    {
        private readonly ScenarioRules _rules;
        private readonly double _years;
        private readonly double _rate;
        private readonly double _averaged;
        private readonly double _open;
        private readonly double _up;
        private readonly double _down;

        public ExpiryValues(ScenarioRules rules, ExpiryState expiry)
        {
            _rules = rules;
            var seconds = (double)Math.Max(expiry.Seconds, 0L);
            _years = seconds / SecondsPerYear;
            _rate = Math.Max((double)expiry.Rate, 0.0);
            var share = rules.SettlementSeconds > 0 ? Math.Min(seconds / rules.SettlementSeconds, 1.0) : 1.0;
            _open = (double)expiry.Forward * share;
            _averaged = (double)expiry.Forward - _open;
            var terms = rules.Volatility;
            var days = Math.Max(seconds / SecondsPerDay, (double)terms.DaysFloor);
            var isShort = seconds / SecondsPerDay <= (double)terms.ReferenceDays;
            var tenor = Math.Pow((double)terms.ReferenceDays / Math.Max(days, 1.0 / SecondsPerDay),
                (double)(isShort ? terms.ShortPower : terms.LongPower));
            _up = 1.0 + (double)terms.Up * tenor;
            _down = Math.Max(0.0, 1.0 - (double)terms.Down * tenor);
        }

        public double Value(OptionSeries series, RiskScenario scenario)
        {
            var volatility = (double)series.Volatility;
            return scenario.Volatility switch
            {
                VolatilityMove.Up => Value(series, (double)scenario.PriceFactor,
                    Math.Max(volatility * _up, (double)_rules.Volatility.UpFloor)),
                VolatilityMove.Down => Value(series, (double)scenario.PriceFactor, volatility * _down),
                VolatilityMove.None => Value(series, (double)scenario.PriceFactor, volatility),
                _ => Value(series, 1.0, volatility * Skew(series, scenario.Volatility)),
            };
        }

        public double Value(OptionSeries series, double priceFactor, double volatility)
        {
            var forward = _averaged + _open * priceFactor;
            var price = Priced(series, forward, volatility).Price;
            return _rules.Settlement == ContractStyle.Inverse ? price / forward : price;
        }

        /// <summary>With respect to the forward, undiscounted as the venue states it.</summary>
        public double Delta(OptionSeries series) =>
            Priced(series, _averaged + _open, (double)series.Volatility).Delta * Math.Exp(_rate * _years);

        private BlackScholes Priced(OptionSeries series, double forward, double volatility) => new(new EuropeanOption(
            series.Right, forward, (double)series.Strike, _years, Valued(volatility), _rate, _rate));

        /// <summary>Above the most that is valued an option is worth its forward; below the least, nothing.</summary>
        private static double Valued(double volatility) =>
            volatility < VolatilityMin ? 0.0 : Math.Min(volatility, VolatilityMax);

        private double Skew(OptionSeries series, VolatilityMove move)
        {
            if (_rules.Skew is not { } terms)
            {
                return 1.0;
            }
            var root = Math.Sqrt(_years);
            var isLinear = move == VolatilityMove.LinearSkew;
            var cap = isLinear
                ? (double)terms.LinearSlope * root + (double)terms.LinearCap
                : (double)terms.AbsoluteSlope * root + (double)terms.AbsoluteCap;
            var flat = Math.Max((double)terms.Least,
                root * (double)terms.Width * ((double)terms.Level + (double)terms.Tilt * root));
            var k = Math.Log((double)series.Strike / (_averaged + _open));
            k = isLinear ? k : Math.Abs(k);
            // a flat point of 0 puts every strike beyond it
            var turned = flat > 0.0 ? k * cap / flat : k == 0.0 ? 0.0 : Math.CopySign(double.PositiveInfinity, k * cap);
            return Math.Max(0.0, 1.0 + (k >= 0.0 ? Math.Min(cap, turned) : Math.Max(-cap, turned)));
        }
    }
}
