using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.Domain.Options;

/// <summary>Options held of one series; <paramref name="Mark"/> the value of one, in the unit of the margin.</summary>
public readonly record struct OptionLeg(OptionRight Right, decimal Strike, decimal Quantity, decimal Mark);

/// <summary>
/// Margin that options of one expiry ask, from 0; to be held against cash without the options' own value.
/// </summary>
public readonly record struct OptionMargin(decimal Initial, decimal Maintenance)
{
    public static OptionMargin operator +(OptionMargin left, OptionMargin right) =>
        new(left.Initial + right.Initial, left.Maintenance + right.Maintenance);
}

/// <summary>Standard margin of the options of one expiry, and why it is what it is.</summary>
/// <param name="Margin">What is asked.</param>
/// <param name="Legs">Each leg alone, in the order given.</param>
/// <param name="LargestLoss">
/// With spreads: the loss at settlement, with unpaired calls, that was compared; null without.
/// </param>
public sealed record OptionMarginAnswer(OptionMargin Margin, IReadOnlyList<OptionMargin> Legs,
    OptionMargin? LargestLoss);

/// <summary>See <see cref="ShortOptionRules"/>.</summary>
public static class ShortOptionMargin
{
    /// <param name="rules">Of the venue.</param>
    /// <param name="index">Price of the underlying, above 0.</param>
    /// <param name="unit">The index for linear options, 1 for those that settle in coins.</param>
    /// <param name="leg">Series, quantity and mark.</param>
    /// <exception cref="ScenarioException">A price that is not above 0, or a negative mark.</exception>
    public static OptionMargin Alone(ShortOptionRules rules, decimal index, decimal unit, OptionLeg leg)
    {
        Check(index, leg);
        if (leg.Quantity >= 0m)
        {
            return default;
        }
        var outOfMoney = Math.Max(leg.Right == OptionRight.Call ? leg.Strike - index : index - leg.Strike, 0m);
        var part = Math.Max(rules.InitialMost * unit - outOfMoney * unit / index, rules.InitialLeast * unit);
        var initial = part + leg.Mark;
        var maintenance = leg.Mark + (leg.Right == OptionRight.Call
            ? rules.MaintenanceCall * unit
            : Math.Max(rules.MaintenancePut * unit, rules.MaintenancePutOfMark * leg.Mark));
        if (leg.Right == OptionRight.Put)
        {
            initial = Math.Max(initial, maintenance * rules.InitialOverMaintenance);
        }
        return new OptionMargin(initial * -leg.Quantity, maintenance * -leg.Quantity);
    }

    /// <summary>The options of one expiry together; <paramref name="forward"/> is that of the expiry.</summary>
    public static OptionMarginAnswer Of(ShortOptionRules rules, decimal index, decimal forward, decimal unit,
        IReadOnlyList<OptionLeg> legs)
    {
        try
        {
            var each = legs.Select(leg => Alone(rules, index, unit, leg)).ToArray();
            var alone = each.Aggregate(default(OptionMargin), (sum, leg) => sum + leg);
            if (rules.Spreads is not { } terms)
            {
                return new OptionMarginAnswer(alone, each, null);
            }
            var calls = legs.Where(leg => leg.Right == OptionRight.Call).Sum(leg => leg.Quantity);
            var unpaired = Math.Max(-calls, 0m) * forward * unit / index;
            var loss = LargestLoss(legs) * unit / index;
            var most = new OptionMargin(loss + unpaired * terms.UnpairedInitial,
                loss + unpaired * terms.UnpairedMaintenance);
            return new OptionMarginAnswer(
                new OptionMargin(Math.Min(alone.Initial, most.Initial), Math.Min(alone.Maintenance, most.Maintenance)),
                each, most);
        }
        catch (OverflowException)
        {
            throw new ScenarioException(ScenarioStatus.TooLarge,
                "quantities and prices are too large for an exact margin");
        }
    }

    /// <summary>
    /// What the legs pay at settlement is straight between strikes, so the worst is at 0, at a strike, or without end
    /// above the last, which is what unpaired calls are charged for. In the quote, from 0.
    /// </summary>
    private static decimal LargestLoss(IReadOnlyList<OptionLeg> legs) => -legs.Select(leg => leg.Strike).Append(0m)
        .Min(price => Math.Min(0m, legs.Sum(leg => leg.Quantity * Math.Max(0m,
            leg.Right == OptionRight.Call ? price - leg.Strike : leg.Strike - price))));

    private static void Check(decimal index, OptionLeg leg)
    {
        if (index <= 0m || leg.Strike <= 0m)
        {
            throw new ScenarioException(ScenarioStatus.BadPrice,
                $"index {Decimals.Text(index)} and strike {Decimals.Text(leg.Strike)} are above 0");
        }
        if (leg.Mark < 0m)
        {
            throw new ScenarioException(ScenarioStatus.BadPrice, $"mark {Decimals.Text(leg.Mark)} is below 0");
        }
    }
}
