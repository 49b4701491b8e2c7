using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Deleveraging;
using OrleansLeverage.Domain.Venues;
using OrleansLeverage.Engine.Deleveraging;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>
/// The paper's exchange of five accounts over three moments. Its cases share one set of positions and prices and state
/// only what is new: what a case leaves out is the example's. Identifiers end with the moment they speak of.
/// </summary>
internal static class PaperExample
{
    private const decimal Entry = 1m;

    private static readonly Held[] Book =
    [
        new("A", 1, 1m, 2m), new("B", 1, 1m, 2m / 3m), new("C", -1, 4m, 8m / 3m), new("D", 1, 1m, 2m / 19m),
        new("E", -1, 1m, 10m / 99m),
    ];

    private static readonly decimal[] Marks = [1m, 1.4m, 1.3m];
    private static readonly decimal[] Oracles = [1m, 1.5m, 1.25m];

    public static int? SideOf(string id) => Book.FirstOrDefault(h => id.EndsWith("-" + h.Name,
        StringComparison.Ordinal))
        is { Name: not null } held ? held.Side : null;

    public static Answer Answer(VectorCase vector)
    {
        var id = vector.Id;
        var scene = Scene.Of(vector.Inputs);
        return id.Contains("open-interest", StringComparison.Ordinal) ? OpenInterest(vector.Inputs, scene)
            : id.Contains("funding", StringComparison.Ordinal) ? Funding(scene)
            : id.Contains("pnl", StringComparison.Ordinal) ? Profit(scene)
            : id.Contains("leverage", StringComparison.Ordinal) ? Leverage(scene, Moment(id))
            : id.Contains("equity", StringComparison.Ordinal)
                ? Each(scene, held => scene.Equity(held, Moment(id)))
            : id.Contains("maintenance", StringComparison.Ordinal) ? Maintenance(vector.Inputs, scene, Moment(id))
            : id.Contains("haircut", StringComparison.Ordinal) ? ProRata(scene)
            : id.StartsWith("bankruptcy-price", StringComparison.Ordinal)
                || id.StartsWith("liq-price", StringComparison.Ordinal)
                ? Each(scene, held => LiquidationForms.Linear(held.Side, vector.Inputs.DecimalOr(Entry, "entry"),
                    held.Quantity, held.Cash, vector.Inputs.DecimalOr(0m, "mu", "mmr")))
            : throw new UnmappedCase($"no part of the example is called {id}");
    }

    private static int Moment(string id) => id.EndsWith("-t0", StringComparison.Ordinal) ? 0
        : id.EndsWith("-t1", StringComparison.Ordinal) ? 1
        : id.EndsWith("-t2", StringComparison.Ordinal) ? 2
        : throw new UnmappedCase($"{id} names no moment of the example");

    private static Answer Each(Scene scene, Func<Held, decimal?> value)
    {
        var answer = new Answer();
        foreach (var held in scene.Book)
        {
            answer.With(held.Name, () => value(held));
        }
        return answer;
    }

    private static Answer OpenInterest(CaseInputs inputs, Scene scene)
    {
        var answer = new Answer();
        var prices = inputs.Decimals("prices");
        for (var t = 0; t < prices.Count; t++)
        {
            var price = prices[t];
            decimal Sum(int? side) => AccountForms.Equity(0m, [.. scene.Book.Where(h => side is null || h.Side == side)
                .Select(h => ContractForms.Value(ContractStyle.Linear, h.Quantity, price))]);
            answer.With($"L{t}", () => Sum(1)).With($"S{t}", () => Sum(-1)).With($"OI{t}", () => Sum(null));
        }
        return answer;
    }

    private static Answer Funding(Scene scene)
    {
        var answer = new Answer();
        for (var t = 1; t < scene.Marks.Count; t++)
        {
            var moment = t;
            answer.With($"gamma{t}", () => scene.Rate(moment));
            foreach (var held in scene.Book)
            {
                answer.With($"{held.Name}_{t}", () => scene.Funding(held, moment));
            }
        }
        return answer;
    }

    private static Answer Profit(Scene scene)
    {
        var answer = new Answer();
        foreach (var held in scene.Book)
        {
            for (var t = 1; t < scene.Marks.Count; t++)
            {
                var moment = t;
                answer.With($"{held.Name}_0_{t}", () => scene.Equity(held with { Cash = 0m }, moment));
            }
        }
        return answer;
    }

    private static Answer Leverage(Scene scene, int moment)
    {
        // the leverage of a loser is per unit of what it owes
        decimal Of(Held held) => MarginForms.Leverage(scene.Value(held, moment),
            Math.Abs(scene.Equity(held, moment)))!.Value;
        return Each(scene, held => Of(held))
            .With("B_loser", () => Of(scene.Book.First(h => h.Name == "B")))
            .With("mass", () => AccountForms.Equity(0m, [.. scene.Book.Select(Of)]))
            .With("winner_mass", () => AccountForms.Equity(0m,
                [.. scene.Book.Where(h => scene.Equity(h, moment) > 0m).Select(Of)]));
    }

    private static Answer Maintenance(CaseInputs inputs, Scene scene, int moment)
    {
        var (rate, price) = (inputs.Decimal("mmr"), inputs.DecimalOr(scene.Marks[moment], "price"));
        bool IsBelow(Held held)
        {
            var settled = scene.Equity(held with { Quantity = 0m }, moment)
                + scene.FundingUpTo(held, moment);
            var book = new AccountBook(settled, new Dictionary<string, decimal> { [held.Name] = price }, rate, rate);
            book.Hold(new HeldPosition(held.Name, held.Side * held.Quantity, Entry));
            return book.IsBelowMaintenance;
        }
        var answer = new Answer().With("liquidatable",
            () => scene.Book.Where(IsBelow).Select(held => held.Name).ToList());
        foreach (var held in scene.Book)
        {
            answer.With($"thr_{held.Name}", () => MarginForms.AtRate(
                ContractForms.Value(ContractStyle.Linear, held.Quantity, price), rate));
        }
        return answer;
    }

    private static Answer ProRata(Scene scene)
    {
        var equities = scene.Book.Select(held => scene.Equity(held, scene.Marks.Count - 1)).ToArray();
        var endowments = Haircuts.Endowments(equities);
        return new Answer()
            .With("D_T", () => Haircuts.Deficit(equities))
            .With("W_T", () => endowments.Sum())
            .With("h", () => Haircuts.ProRata(endowments, Haircuts.Deficit(equities)).Level);
    }

    private readonly record struct Held(string Name, int Side, decimal Quantity, decimal Cash);

    private sealed record Scene(IReadOnlyList<Held> Book, IReadOnlyList<decimal> Marks, IReadOnlyList<decimal> Oracles,
        decimal Kappa)
    {
        public static Scene Of(CaseInputs inputs)
        {
            var stated = inputs.NamedObjects("positions").Select(named => new Held(named.Name, named.Value.Side(),
                named.Value.Decimal("q", "qty"), named.Value.Decimal("c", "cash"))).ToList();
            var (marks, oracles) = (inputs.Decimals("mark"), inputs.Decimals("oracle"));
            return new Scene(stated.Count > 0 ? stated : PaperExample.Book,
                marks.Count > 0 ? marks : PaperExample.Marks, oracles.Count > 0 ? oracles : PaperExample.Oracles,
                inputs.DecimalOr(1m, "kappa"));
        }

        public decimal Rate(int moment) => SkewFunding.Rate(Contracts(1), Contracts(-1), Marks[moment], Oracles[moment],
            Kappa);

        public decimal Funding(Held held, int moment) =>
            SkewFunding.Cash(Rate(moment), Marks[moment], held.Side, held.Quantity);

        public decimal FundingUpTo(Held held, int moment) => AccountForms.Equity(0m,
            [.. Enumerable.Range(1, moment).Select(t => Funding(held, t))]);

        public decimal Value(Held held, int moment) =>
            ContractForms.Value(ContractStyle.Linear, held.Quantity, Marks[moment]);

        /// <summary>Cash, profit since the entry, and funding up to the moment.</summary>
        public decimal Equity(Held held, int moment) => AccountForms.Equity(
            ContractForms.Equity(held.Cash, held.Side, held.Quantity, Entry, Marks[moment]), FundingUpTo(held, moment));

        private decimal Contracts(int side) => Book.Where(h => h.Side == side).Sum(h => h.Quantity);
    }
}
