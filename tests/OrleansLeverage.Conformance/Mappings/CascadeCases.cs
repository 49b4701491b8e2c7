namespace OrleansLeverage.Conformance.Mappings;

/// <summary>
/// Passes of a liquidation engine over accounts: who falls at the first mark, and who only at the one that the first
/// liquidations left behind.
/// </summary>
internal static class CascadeCases
{
    private const string Market = "the case's only market";

    /// <summary>FLOX's tests leave out its default maintenance rate.</summary>
    private const decimal DefaultRate = 0.005m;

    public static void AddTo(CaseMap map) => map.Kind("cascade", Answer, "flox");

    private static Answer Answer(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer()
            .With("pass1", () => Fallen(inputs, "tape_mark"))
            .With("pass2", () => Fallen(inputs, "book_mid").Except(Fallen(inputs, "tape_mark")).ToList());
    }

    private static List<int> Fallen(CaseInputs inputs, string mark) =>
    [
        .. inputs.Items("positions").Where(position => IsLiquidated(position, inputs.Decimal(mark)))
            .Select(position => (int)position.Integer("account")),
    ];

    private static bool IsLiquidated(CaseInputs position, decimal mark)
    {
        var book = new AccountBook(position.Decimal("equity"), new Dictionary<string, decimal> { [Market] = mark },
            DefaultRate, DefaultRate);
        book.Hold(new HeldPosition(Market, position.Decimal("qty"), position.Decimal("entry")));
        return book.IsLiquidated;
    }
}
