using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Whole accounts: the same code that margins, checks and liquidates accounts answers.</summary>
internal static class AccountCases
{
    private const string OnlyMarket = "the case's only market";
    private static readonly string[] Wallets = ["wallet", "equity", "balance", "margin_balance"];
    private static readonly string[] Marks = ["mark", "mark_price", "price"];
    private static readonly string[] InitialRates = ["im", "imf", "initial_margin_rate"];
    private static readonly string[] MaintenanceRates = ["mm", "mmf", "mmr", "maintenance_margin_rate"];

    public static void AddTo(CaseMap map) => map
        .Kind("is_liquidatable", vector => vector.Inputs.Has("positions") ? Account(vector) : SinglePosition(vector))
        .Kind("oracle_gating", SinglePosition)
        .Kind("account_margin_state", Account, "flox")
        .Kind("pre_trade_check", PreTrade)
        .Kind("collateral_haircut", Haircut);

    private static Answer SinglePosition(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var mark = inputs.Decimal(Marks);
        // a long pays what a short of one unit receives
        var funding = FundingForms.Payment(-1, 1m, mark, inputs.DecimalOr(0m, "rate", "funding_rate"));
        var state = inputs.Flag("paused") ? PriceState.Halted : PriceState.Fresh;
        var book = Book(inputs, new Dictionary<string, decimal> { [OnlyMarket] = mark }, null, funding, state);
        book.Hold(new HeldPosition(
            OnlyMarket, inputs.Decimal("qty", "quantity", "size"), inputs.DecimalOr(mark, "entry", "entry_price")));
        return State(book);
    }

    private static Answer Account(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var held = Positions(inputs);
        var marks = held.ToDictionary(position => position.Symbol, position => position.Entry);
        foreach (var (symbol, price) in inputs.Numbers("marks"))
        {
            marks[symbol] = price;
        }
        var book = Book(inputs, marks);
        held.ForEach(book.Hold);
        return State(book);
    }

    private static Answer PreTrade(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var held = Positions(inputs);
        var order = inputs.Object("order");
        var symbol = order.TextOrNull("symbol") ?? OnlyMarket;
        var marks = held.ToDictionary(position => position.Symbol, position => position.Entry);
        marks.TryAdd(symbol, order.Decimal("price"));
        foreach (var (other, price) in inputs.Numbers("marks"))
        {
            marks[other] = price;
        }
        var book = Book(inputs, marks);
        held.ForEach(book.Hold);
        var quantity = (order.SideOrNull() ?? 1) * order.Decimal("qty", "quantity", "size");
        return new Answer().With(
            ["allowed", "can_open"], () => book.MayOrder(symbol, quantity, order.Decimal("price")));
    }

    /// <summary>
    /// Collateral counts at its weight, 1 − haircut: what a case calls equity or borrowable is the margin balance.
    /// </summary>
    private static Answer Haircut(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var coin = (inputs.Decimal("amount", "balance"), inputs.Decimal("price", "oracle"), Weight(inputs));
        var book = Book(inputs, new Dictionary<string, decimal>(), coin);
        return new Answer()
            .With(["equity", "borrowable", "margin_balance", "value"], () => book.Valuation.MarginBalance)
            .With(["withdrawable", "free_collateral"], () => book.Valuation.FreeCollateral);
    }

    private static decimal Weight(CaseInputs inputs) =>
        inputs.DecimalOrNull("ltv", "weight") ?? (Ratio.One - new Ratio(inputs.Decimal("haircut"))).Value;

    private static AccountBook Book(
        CaseInputs inputs, Dictionary<string, decimal> marks, (decimal, decimal, decimal)? coin = null,
        decimal fundingPerUnit = 0m, PriceState state = PriceState.Fresh)
    {
        // a case about one of the two rates states only that one
        var maintenance = inputs.DecimalOrNull(MaintenanceRates) ?? inputs.DecimalOrNull(InitialRates) ?? 1m;
        var initial = inputs.DecimalOrNull(InitialRates) ?? maintenance;
        // where collateral is the case, a balance is the coin's
        var wallet = coin is null ? inputs.DecimalOr(0m, Wallets) : inputs.DecimalOr(0m, "wallet");
        return new AccountBook(wallet, marks, initial, maintenance, coin, fundingPerUnit, state);
    }

    private static List<HeldPosition> Positions(CaseInputs inputs) =>
    [
        .. inputs.Items("positions").Select(position => new HeldPosition(
            position.TextOrNull("symbol") ?? OnlyMarket,
            (position.SideOrNull() ?? 1) * position.Decimal("qty", "quantity", "size"),
            position.Decimal("entry", "entry_price"))),
    ];

    private static Answer State(AccountBook book) => new Answer()
        .With("equity", () => book.Valuation.Equity)
        .With(["initial_margin", "im"], () => book.Valuation.InitialMargin)
        .With(["maintenance_margin", "mm"], () => book.Valuation.MaintenanceMargin)
        .With(["withdrawable", "free_collateral"], () => book.Valuation.FreeCollateral)
        .With("leverage", () => LeverageCalculator.Snapshot(book.Valuation).Leverage)
        .With(["is_liquidatable", "liquidatable"], () => book.IsBelowMaintenance)
        .With("liquidated", () => book.IsLiquidated);
}
