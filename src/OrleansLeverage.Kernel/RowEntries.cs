using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>An amount of an asset, by its place in the universe; negative is owed.</summary>
public readonly record struct CollateralEntry(int Asset, double Amount);

/// <summary>
/// What a row keeps of a position, in units of the settlement asset:
/// <code>
/// Cost = ProfitSign·cost − Quantity·funding index      both as in Position
/// gain = Quantity·(U − F·S) − Cost·S                   profit and accrued funding of linear and inverse contracts, USD
/// </code>
/// with U the signed USD per contract, F the funding index, S the USD price of the settlement asset
/// (<see cref="MarkVector"/>). Taking the funding index into the cost in decimal saves a column and the error of a
/// difference of two large numbers.
/// </summary>
/// <param name="Instrument">Place in the universe.</param>
/// <param name="Quantity">Signed contracts; 0 is possible where only orders are open.</param>
/// <param name="Cost">See above.</param>
/// <param name="IsolatedMargin">Margin of an isolated position; NaN for a cross position.</param>
/// <param name="Leverage">The account's setting; 0 means the largest allowed.</param>
/// <param name="OrderQuantity">Largest |quantity| that fills of open orders can lead to; 0 without orders.</param>
public readonly record struct PositionEntry(int Instrument, double Quantity, double Cost,
    double IsolatedMargin = double.NaN, double Leverage = 0d, double OrderQuantity = 0d);

/// <summary>
/// The one way from exact to fast: the entries of an account's row, in reusable buffers. A row holds the account's
/// balances and exposures, which is what <see cref="AccountValuation"/> values. Not thread-safe.
/// </summary>
public sealed class RowEntries
{
    private CollateralEntry[] _collateral = new CollateralEntry[8];
    private PositionEntry[] _positions = new PositionEntry[8];
    private int _collateralCount;
    private int _positionCount;

    public ReadOnlySpan<CollateralEntry> Collateral => _collateral.AsSpan(0, _collateralCount);

    public ReadOnlySpan<PositionEntry> Positions => _positions.AsSpan(0, _positionCount);

    public void Load(Account account)
    {
        _collateralCount = 0;
        _positionCount = 0;
        for (var i = 0; i < account.Balances.Count; i++)
        {
            var balance = account.Balances[i];
            var entry = new CollateralEntry(balance.Asset.Index, (double)balance.Amount);
            Append(ref _collateral, ref _collateralCount, entry);
        }
        foreach (var exposure in account.Exposures)
        {
            Append(ref _positions, ref _positionCount, Of(exposure.Position, exposure.WorstQuantity));
        }
    }

    private static PositionEntry Of(Position position, decimal worstQuantity) => new(
        position.Instrument.Index,
        (double)position.Quantity.Value,
        (double)(position.Instrument.ProfitSign * position.Cost - position.Quantity.Value * position.FundingIndex),
        position.Mode == MarginMode.Isolated ? (double)position.IsolatedMargin : double.NaN,
        (double)(position.LeverageSetting ?? 0m),
        (double)worstQuantity);

    private static void Append<T>(ref T[] entries, ref int count, T entry)
    {
        if (count == entries.Length)
        {
            Array.Resize(ref entries, count * 2);
        }
        entries[count++] = entry;
    }
}
