namespace OrleansLeverage.Domain.Scenarios;

/// <summary>A portfolio's holdings by group, netted per instrument, in the order of the matrix.</summary>
internal sealed class ScenarioBook
{
    private ScenarioBook(IReadOnlyList<Group> groups) => Groups = groups;

    public IReadOnlyList<Group> Groups { get; }

    public decimal Delta => Groups.Sum(group => group.Delta);

    public decimal LongOptionDelta => Groups.Sum(group => group.LongOptionDelta);

    public static ScenarioBook Of(ScenarioMatrix matrix, IReadOnlyList<ScenarioHolding> holdings)
    {
        var net = new SortedDictionary<int, decimal>();
        foreach (var holding in holdings)
        {
            var place = matrix.Place(holding.Instrument);
            net[place] = net.GetValueOrDefault(place) + holding.Quantity;
        }
        var held = new List<(ScenarioUnit Unit, decimal Quantity)>(net.Count);
        foreach (var (place, quantity) in net)
        {
            var unit = matrix.Units[place];
            if (quantity < 0m && unit.Kind == ScenarioUnitKind.Collateral)
            {
                throw new ScenarioException(ScenarioStatus.NegativeCollateral,
                    $"{Shown.Text(unit.Instrument)}: {Decimals.Text(quantity)} is owed, collateral is held");
            }
            if (quantity != 0m)
            {
                held.Add((unit, quantity));
            }
        }
        return new ScenarioBook([.. held.GroupBy(entry => entry.Unit.Group).OrderBy(group => group.Key)
            .Select(group => new Group(matrix.Groups[group.Key], [.. group]))]);
    }

    internal sealed class Group(ScenarioGroup terms, IReadOnlyList<(ScenarioUnit Unit, decimal Quantity)> holdings)
    {
        public ScenarioGroup Terms { get; } = terms;

        public IReadOnlyList<(ScenarioUnit Unit, decimal Quantity)> Holdings { get; } = holdings;

        public decimal OptionMark { get; } = Sum(holdings, ScenarioUnitKind.Option, unit => unit.Mark);

        public decimal CollateralMark { get; } = Sum(holdings, ScenarioUnitKind.Collateral, unit => unit.Mark);

        public decimal BasisUp { get; } = Sum(holdings, ScenarioUnitKind.Option, unit => unit.BasisUp);

        public decimal BasisDown { get; } = Sum(holdings, ScenarioUnitKind.Option, unit => unit.BasisDown);

        public decimal Delta { get; } = holdings.Sum(holding => holding.Quantity * holding.Unit.Delta);

        public decimal LongOptionDelta { get; } = holdings
            .Where(holding => holding.Unit.Kind == ScenarioUnitKind.Option && holding.Quantity > 0m)
            .Sum(holding => holding.Quantity * holding.Unit.Delta);

        /// <summary>Of the options in a scenario.</summary>
        public decimal Value(int scenario) => Sum(Holdings, ScenarioUnitKind.Option, unit => unit.Values[scenario]);

        /// <summary>Profit of futures, and of collateral that moves with the underlying.</summary>
        public decimal Linear(int scenario) =>
            Sum(Holdings, ScenarioUnitKind.Future, unit => unit.Values[scenario])
            + Sum(Holdings, ScenarioUnitKind.Collateral,
                unit => unit.Collateral is { CancelsRisk: true } ? unit.Values[scenario] : 0m);

        public decimal Discount(decimal value) => value >= 0m ? Terms.LongDiscount : Terms.ShortDiscount;

        private static decimal Sum(IReadOnlyList<(ScenarioUnit Unit, decimal Quantity)> holdings,
            ScenarioUnitKind kind, Func<ScenarioUnit, decimal> value)
        {
            var sum = 0m;
            foreach (var (unit, quantity) in holdings)
            {
                if (unit.Kind == kind)
                {
                    sum += quantity * value(unit);
                }
            }
            return sum;
        }
    }
}
