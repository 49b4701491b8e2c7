namespace OrleansLeverage.Domain.Scenarios;

/// <summary>
/// One underlying in portfolio margin: positions in its instruments whose mode is <see cref="MarginMode.Portfolio"/>
/// ask together for what <paramref name="Scenarios"/> find, instead of each for its bracket.
/// </summary>
public sealed record PortfolioTerms(AssetId Underlying, ScenarioRules Scenarios)
{
    /// <summary>
    /// Perpetuals, futures and options on the underlying that settle as the rules do: in the quote, or in the coin.
    /// </summary>
    public bool Takes(Instrument instrument) => instrument.Kind != InstrumentKind.Spot
        && instrument.Base.Id == Underlying
        && (Scenarios.Settlement == ContractStyle.Inverse) == (instrument.Settlement == instrument.Base);

    /// <summary>
    /// What one contract is in the units of the matrix: base units of a linear one; a contract in coin has a column of
    /// its own size.
    /// </summary>
    public decimal UnitsPerContract(Instrument instrument) =>
        instrument.Style == ContractStyle.Inverse ? 1m : instrument.Multiplier;
}

/// <summary>Values every instrument of an underlying in every scenario at a frame. Depends on nothing else.</summary>
public interface IScenarioPricer
{
    /// <summary>
    /// Null where the price of the underlying has not been measured, or its values are none; an instrument without a
    /// price, or an option without a volatility, has no column.
    /// </summary>
    ScenarioMatrix? Matrix(PriceFrame frame, PortfolioTerms terms);
}
