namespace OrleansLeverage.Domain.Scenarios;

/// <summary>
/// What is charged beside the scenarios: the notional of futures, short options that nothing of their strike pairs
/// with, haircuts of collateral, and doubt of the oracles.
/// <code>
/// futures     Σ|q|·spot·rate
/// naked       per expiry Σ over strikes of max(0, −(calls + puts))·spot·rate
/// collateral  value·haircut
/// confidence  (1 − lowest confidence)·rate·notional, where it is below the threshold     initial margin alone
/// </code>
/// </summary>
internal static class ScenarioCharges
{
    public static IReadOnlyList<MarginCharge> Of(ScenarioMatrix matrix, ScenarioBook book)
    {
        if (matrix.Rules.Contingency is not { } terms)
        {
            return [];
        }
        var charges = new List<MarginCharge>();
        var spot = matrix.Market.Spot;
        var confidence = matrix.Market.SpotConfidence;
        var futures = book.Groups.SelectMany(group => group.Holdings)
            .Where(holding => holding.Unit.Kind == ScenarioUnitKind.Future).ToArray();
        foreach (var (unit, quantity) in futures)
        {
            confidence = Math.Min(confidence, unit.Confidence);
            var notional = Math.Abs(quantity) * spot;
            Add("future notional", unit.Instrument, notional * terms.FutureMaintenance, notional * terms.FutureInitial);
        }
        Add("oracle confidence", "futures", 0m, ScenarioForms.ConfidenceCharge(
            confidence, futures.Sum(holding => Math.Abs(holding.Quantity)) * spot, terms));
        foreach (var group in book.Groups.Where(group => group.Terms.HoldsOptions))
        {
            var options = group.Holdings.Where(holding => holding.Unit.Kind == ScenarioUnitKind.Option).ToArray();
            if (options.Length == 0)
            {
                continue;
            }
            var naked = options.GroupBy(holding => holding.Unit.Strike)
                .Sum(strike => Math.Max(0m, -strike.Sum(holding => holding.Quantity))) * spot;
            Add("naked shorts", group.Terms.Name, naked * terms.NakedMaintenance, naked * terms.NakedInitial);
            var lowest = options.Min(holding => holding.Unit.Confidence);
            Add("oracle confidence", group.Terms.Name, 0m, ScenarioForms.ConfidenceCharge(
                Math.Min(Math.Min(confidence, group.Terms.Confidence), lowest),
                options.Sum(holding => Math.Abs(holding.Quantity)) * spot, terms));
        }
        foreach (var (unit, quantity) in book.Groups.SelectMany(group => group.Holdings))
        {
            if (unit.Collateral is not { } asset)
            {
                continue;
            }
            var value = quantity * unit.Mark;
            Add("haircut", unit.Instrument, value * asset.MaintenanceHaircut, value * asset.InitialHaircut);
            // an asset's own doubt and the index's; a perpetual's is none of its business
            Add("oracle confidence", unit.Instrument, 0m, ScenarioForms.ConfidenceCharge(
                Math.Min(asset.Confidence, matrix.Market.SpotConfidence), value, terms));
        }
        return charges;

        void Add(string name, string subject, decimal maintenance, decimal initial)
        {
            if (maintenance != 0m || initial != 0m)
            {
                charges.Add(new MarginCharge(name, subject, maintenance, initial));
            }
        }
    }
}
