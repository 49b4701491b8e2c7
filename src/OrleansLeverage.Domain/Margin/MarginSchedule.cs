namespace OrleansLeverage.Domain;

/// <summary>
/// Margin of one kind of contract as data: brackets with a cumulative amount, and optionally open-interest scaling of
/// the initial fraction. A fraction model is a schedule of one bracket.
/// <code>
/// maintenance(n) = n·rate_k − amount_k            k the bracket with floor_k ≤ n
/// initial(n)     = n·max(1/leverage setting, initial rate_k, scaled by open interest)
/// </code>
/// </summary>
public sealed class MarginSchedule
{
    public const int TiersMax = 64;

    private readonly MarginTier[] _tiers;

    public MarginSchedule(string name, IReadOnlyList<MarginTier> tiers, OpenInterestScaling? scaling = null)
    {
        Name = name;
        _tiers = [.. tiers];
        Scaling = scaling;
        Check();
    }

    public string Name { get; }

    public IReadOnlyList<MarginTier> Tiers => _tiers;

    public OpenInterestScaling? Scaling { get; }

    /// <summary>A schedule of one bracket: fractions of the notional.</summary>
    public static MarginSchedule Fraction(string name, decimal initial, decimal maintenance,
        OpenInterestScaling? scaling = null) =>
        new(name,
        [
            new MarginTier
            {
                FloorNotional = 0m,
                MaintenanceRate = maintenance,
                MaxLeverage = 1m / initial,
                InitialRate = initial,
            },
        ], scaling);

    /// <summary>
    /// The bracket of a notional: the last whose floor is not above it. Notionals above the last cap keep the last.
    /// </summary>
    public MarginTier TierAt(decimal notional) => _tiers[TierIndexAt(notional)];

    public int TierIndexAt(decimal notional)
    {
        var index = 0;
        while (index + 1 < _tiers.Length && _tiers[index + 1].FloorNotional <= notional)
        {
            index++;
        }
        return index;
    }

    public decimal Maintenance(decimal notional) => TierAt(notional).Maintenance(notional);

    /// <summary>Initial margin rate at a notional, before the account's own leverage setting.</summary>
    public decimal InitialRate(decimal notional, decimal openInterest) => InitialRate(TierAt(notional), openInterest);

    /// <summary>
    /// Initial margin, rounded up to <paramref name="quantum"/>. <paramref name="leverage"/> is the account's setting;
    /// null means the largest allowed.
    /// </summary>
    public decimal Initial(decimal notional, decimal? leverage, decimal openInterest, decimal quantum)
    {
        var tier = TierAt(notional);
        if (tier.InitialRate is null && Scaling is null)
        {
            var most = leverage is { } set && set < tier.MaxLeverage ? set : tier.MaxLeverage;
            return Decimals.CeilingTo(notional / most, quantum);
        }
        var required = notional * InitialRate(tier, openInterest);
        return Decimals.CeilingTo(leverage is { } setting ? Math.Max(required, notional / setting) : required, quantum);
    }

    /// <summary>Largest leverage that may be set or used at a notional, now.</summary>
    public decimal MaxLeverage(decimal notional, decimal openInterest)
    {
        var tier = TierAt(notional);
        return Scaling is null && tier.InitialRate is null ? tier.MaxLeverage : 1m / InitialRate(tier, openInterest);
    }

    private decimal InitialRate(MarginTier tier, decimal openInterest)
    {
        var rate = tier.InitialRate ?? 1m / tier.MaxLeverage;
        return Scaling is null ? rate : Scaling.InitialRate(rate, openInterest);
    }

    private void Check()
    {
        Require(Tiers.Count is > 0 and <= TiersMax, $"{Tiers.Count} brackets; between 1 and {TiersMax} are possible");
        Require(Tiers[0] is { FloorNotional: 0m, MaintenanceAmount: 0m },
            "the first bracket begins at 0 with amount 0");
        for (var i = 0; i < Tiers.Count; i++)
        {
            var tier = Tiers[i];
            var initial = tier.InitialRate ?? 1m / tier.MaxLeverage;
            Require(tier.MaintenanceRate is > 0m and <= 1m,
                $"bracket {i + 1}: maintenance rate {tier.MaintenanceRate} is not in (0, 1]");
            Require(tier.MaxLeverage > 0m, $"bracket {i + 1}: leverage {tier.MaxLeverage} is not above 0");
            Require(initial is > 0m and <= 1m, $"bracket {i + 1}: initial rate {initial} is not in (0, 1]");
            if (i == 0)
            {
                continue;
            }
            var previous = Tiers[i - 1];
            var amount = MarginTier.CumulativeAmount(previous.MaintenanceAmount, tier.FloorNotional,
                tier.MaintenanceRate, previous.MaintenanceRate);
            Require(previous.CapNotional == tier.FloorNotional,
                $"bracket {i + 1}: begins at {tier.FloorNotional}, the one before ends at {previous.CapNotional}",
                previous.CapNotional < tier.FloorNotional ? RuleFileStatus.TierGap : RuleFileStatus.TierOverlap);
            Require(tier.FloorNotional > previous.FloorNotional,
                $"bracket {i + 1}: floor {tier.FloorNotional} is not above {previous.FloorNotional}",
                RuleFileStatus.TierOverlap);
            Require(amount == tier.MaintenanceAmount,
                $"bracket {i + 1}: cumulative amount {tier.MaintenanceAmount}, the brackets give {amount}",
                RuleFileStatus.TierAmount);
        }
        var last = Tiers[^1];
        Require(last.CapNotional is null || last.CapNotional > last.FloorNotional,
            $"bracket {Tiers.Count}: ends at {last.CapNotional}, begins at {last.FloorNotional}");
        Require(Scaling is null || Scaling.UpperCap == 0m || Scaling is { LowerCap: >= 0m }
            && Scaling.UpperCap > Scaling.LowerCap,
            $"open interest caps {Scaling?.LowerCap}..{Scaling?.UpperCap} are not in order");
    }

    private void Require(bool condition, string message, RuleFileStatus status = RuleFileStatus.OutOfRange)
    {
        if (!condition)
        {
            throw new RuleException(status, $"margin schedule {Name}: {message}");
        }
    }
}
