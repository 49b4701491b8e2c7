using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Kernel;

/// <summary>
/// What venues ask for beyond brackets, weights and whole profits, in doubles: the forms of
/// <see cref="CollateralTerms"/>, <see cref="ProfitTerms"/> and <see cref="ScheduleTerms"/> for maintenance margin.
/// Where the exact form rounds to a step, this one rounds to the side that asks the account for more, see
/// <see cref="ScreeningBound.FactorByTerms"/>. Built once per universe, read by any number of sweeps.
/// </summary>
internal sealed unsafe class MarginTerms
{
    // so near below a step counts as on it: far above what doubles are off by, far below a step
    private const double StepSlack = 1e-9;
    private const double RelativeSlack = 1e-13;

    private readonly Weights[] _weights;
    private readonly Rates[] _rates;
    private readonly double _profitWeight;

    public MarginTerms(Universe universe)
    {
        _weights = [default, .. universe.Assets.Select(Of)];
        _rates = [default, .. universe.Instruments.Select(Of)];
        _profitWeight = (double)universe.Rules.Profit.MaintenanceWeight;
        IsAtEntry = universe.Rules.IsolatedAtEntry;
    }

    /// <summary>Isolated positions keep the margin of their entry.</summary>
    public bool IsAtEntry { get; }

    /// <summary>What a gain counts for; a loss in full.</summary>
    public double CountedGain(double gain) => gain > 0d ? gain * _profitWeight : gain;

    /// <summary>What a balance counts for; not more than exactly but for the bound.</summary>
    /// <param name="code">As in a row: 2·(place + 1), + 1 where it counts in full.</param>
    /// <param name="worth">Amount · price.</param>
    public double CountedBalance(int code, double amount, double worth)
    {
        ref readonly var terms = ref _weights[code >> 1];
        if ((code & 1) != 0 || amount == 0d)
        {
            return worth;
        }
        if (amount < 0d)
        {
            return worth * Liability(terms.Liability, terms.LiabilitySizeFactor, -amount, isStated: true);
        }
        if (terms.Floors is { } floors)
        {
            return Tiered(floors, terms.TierWeights!, worth);
        }
        var weight = terms.SizeFactor == 0d ? terms.Weight
            : Math.Min(terms.Weight, Asset(terms.SizeFactor, amount));
        return worth * weight * (1d - (terms.Scale == 0d ? 0d
            : Math.Clamp(amount / terms.Scale * terms.Scalar, terms.Least, terms.Most)));
    }

    /// <summary>Maintenance margin of a position; not less than exactly but for the bound.</summary>
    /// <param name="place">Of the instrument, as in a row.</param>
    /// <param name="term">The bracket of the notional.</param>
    public double Maintenance(int place, double notional, double size, double* term)
    {
        if (notional == 0d)
        {
            return 0d;
        }
        ref readonly var rates = ref _rates[place];
        var rate = Liability(Math.FusedMultiplyAdd(rates.Slope, size, rates.Base + rates.PerTier
            * term[MarkVector.Rate]), rates.SizeFactor, size, rates.Slope == 0d);
        return rates.Kept(notional, Math.FusedMultiplyAdd(notional, rate,
            rates.HasAmounts * term[MarkVector.NegativeAmount]));
    }

    /// <summary>Initial margin, a figure: not rounded up, and near a step of either side.</summary>
    public double Initial(int place, double notional, double size, double* term, double inverseLeverage)
    {
        if (notional == 0d)
        {
            return 0d;
        }
        ref readonly var rates = ref _rates[place];
        var rate = Liability(Math.FusedMultiplyAdd(rates.InitialSlope, size, rates.InitialBase + rates.PerTier
            * term[MarkVector.Initial]), rates.SizeFactor, size, rates.InitialSlope == 0d);
        return rates.Kept(notional, notional * Math.Max(rate, inverseLeverage));
    }

    private static Weights Of(Asset asset)
    {
        var terms = asset.Terms ?? new CollateralTerms
        {
            Asset = asset.Id, Weight = asset.CollateralWeight, MaintenanceWeight = asset.CollateralWeight,
        };
        return new Weights
        {
            Weight = (double)terms.MaintenanceWeight,
            SizeFactor = (double)terms.SizeFactor,
            Liability = (double)terms.LiabilityMaintenanceWeight,
            LiabilitySizeFactor = (double)terms.LiabilitySizeFactor,
            Floors = terms.Tiers.Count == 0 ? null : [.. terms.Tiers.Select(t => (double)t.Floor)],
            TierWeights = [.. terms.Tiers.Select(t => (double)t.Weight)],
            Scale = (double)(terms.Discount?.SkewScale ?? 0m),
            Scalar = (double)(terms.Discount?.Scalar ?? 0m),
            Least = (double)(terms.Discount?.Least ?? 0m),
            Most = (double)(terms.Discount?.Most ?? 0m),
        };
    }

    private static Rates Of(Instrument instrument) => instrument.Terms is { } terms
        ? new Rates
        {
            PerTier = terms.Growing is null ? 1d : 0d,
            HasAmounts = terms.Brackets is not null && terms.SizeFactor == 0m ? 1d : 0d,
            Base = (double)(terms.Growing?.MaintenanceBase ?? 0m),
            Slope = (double)(terms.Growing?.MaintenanceSlope ?? 0m),
            InitialBase = (double)(terms.Growing?.InitialBase ?? 0m),
            InitialSlope = (double)(terms.Growing?.InitialSlope ?? 0m),
            SizeFactor = (double)terms.SizeFactor,
            Least = (double)terms.LeastMargin,
            PerPosition = (double)terms.PerPosition,
            CloseRate = (double)terms.CloseRate,
        }
        : new Rates { PerTier = 1d, HasAmounts = 1d };

    private static double Tiered(double[] floors, double[] weights, double value)
    {
        var sum = 0d;
        for (var i = 0; i < floors.Length && value > floors[i]; i++)
        {
            var top = i + 1 < floors.Length ? Math.Min(value, floors[i + 1]) : value;
            sum += (top - floors[i]) * weights[i];
        }
        return sum;
    }

    /// <summary><see cref="SizeWeight.Liability"/>, not below it.</summary>
    /// <param name="isStated">
    /// A weight as a file states it: of 12 digits, so that a fifth so near to a step is the step.
    /// </param>
    private static double Liability(double weight, double factor, double amount, bool isStated) => factor == 0d
        ? weight
        : Math.Max(weight, weight - Math.Max(0d, Math.Floor(weight / 5d * 1e4
            + (isStated ? StepSlack : -StepSlack))) / 1e4 + Step(Root(amount) * factor, 1e4));

    /// <summary>1.1 / (1 + factor · root) as <see cref="SizeWeight.Asset"/> takes it, not above it.</summary>
    private static double Asset(double factor, double amount) =>
        Math.Floor(1.1 / (1d + Step(Root(amount) * factor, 1e6)) * 1e4 - StepSlack) / 1e4;

    private static double Root(double amount) => Step(Math.Sqrt(amount + 1e-10), 1e5);

    private static double Step(double value, double steps) =>
        Math.Floor(value * steps * (1d + RelativeSlack) + StepSlack) / steps;

    private readonly struct Weights
    {
        public double Weight { get; init; }

        public double SizeFactor { get; init; }

        public double Liability { get; init; }

        public double LiabilitySizeFactor { get; init; }

        public double[]? Floors { get; init; }

        public double[]? TierWeights { get; init; }

        public double Scale { get; init; }

        public double Scalar { get; init; }

        public double Least { get; init; }

        public double Most { get; init; }
    }

    private readonly struct Rates
    {
        public double PerTier { get; init; }

        public double HasAmounts { get; init; }

        public double Base { get; init; }

        public double Slope { get; init; }

        public double InitialBase { get; init; }

        public double InitialSlope { get; init; }

        public double SizeFactor { get; init; }

        public double Least { get; init; }

        public double PerPosition { get; init; }

        public double CloseRate { get; init; }

        public double Kept(double notional, double margin) =>
            Math.FusedMultiplyAdd(notional, CloseRate, Math.Max(Least, margin)) + PerPosition;
    }
}
