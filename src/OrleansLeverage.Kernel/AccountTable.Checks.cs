namespace OrleansLeverage.Kernel;

/// <summary>What a row may hold.</summary>
public sealed partial class AccountTable
{
    private const int InstrumentMax = ushort.MaxValue;
    private const int AssetMax = short.MaxValue - 1;
    private const int LeverageCodeMax = 255;

    /// <summary>Largest place of an asset and an instrument that any row has ever held, −1 for none.</summary>
    internal int AssetLast { get; private set; } = -1;

    internal int InstrumentLast { get; private set; } = -1;

    private void Check(ReadOnlySpan<CollateralEntry> collateral, ReadOnlySpan<PositionEntry> positions)
    {
        if (positions.Length > PositionsMax || collateral.Length > CollateralMax)
        {
            throw new ArgumentException(
                $"{positions.Length} positions and {collateral.Length} balances; {PositionsMax} are possible");
        }
        var (assetLast, instrumentLast) = (AssetLast, InstrumentLast);
        foreach (ref readonly var entry in collateral)
        {
            InRange(entry.Amount, "amount");
            assetLast = Math.Max(assetLast, Place(entry.Asset, AssetMax, "asset"));
        }
        foreach (ref readonly var entry in positions)
        {
            InRange(entry.Quantity, "quantity");
            InRange(double.IsNaN(entry.IsolatedCash) ? 0d : entry.IsolatedCash, "isolated cash");
            InRange(entry.OrderQuantity, "order quantity");
            InRange(entry.Cash, "cash of a position");
            InRange(entry.Entry, "entry value");
            InRange(entry.Reserve, "reserve of orders");
            InRange(entry.Leverage, "leverage");
            if (entry.Leverage < 0d || entry.OrderQuantity < 0d)
            {
                throw new ArgumentException(
                    $"leverage {entry.Leverage} or order quantity {entry.OrderQuantity} is below 0");
            }
            instrumentLast = Math.Max(instrumentLast, Place(entry.Instrument, InstrumentMax, "instrument"));
        }
        (AssetLast, InstrumentLast) = (assetLast, instrumentLast);
    }

    private static void InRange(double value, string name)
    {
        // written so that NaN fails
        if (!(Math.Abs(value) <= EntryMax))
        {
            throw new ArgumentException($"{name} {value} is not within ±{EntryMax}");
        }
    }

    private static int Place(int index, int max, string name) => index >= 0 && index <= max
        ? index
        : throw new ArgumentException($"{name} {index} is not in 0 … {max}");
}
