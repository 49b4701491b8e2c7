using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

public sealed unsafe partial class AccountTable
{
    private const int InstrumentMax = (int)Chunk.InstrumentMask - 1;
    private const int AssetMax = ushort.MaxValue - 1;
    private const int LeverageCodeMax = 255;

    /// <summary>Adds a row. <paramref name="key"/> is the caller's name for it and need not be unique.</summary>
    public RowHandle Add(long key, ReadOnlySpan<CollateralEntry> collateral, ReadOnlySpan<PositionEntry> positions,
        RowFlags flags = RowFlags.None)
    {
        var sizeClass = ClassFor(collateral, positions);
        var location = Take(sizeClass);
        var row = _directory.Take(location);
        var chunk = _chunks[location >> Chunk.RowBits];
        var i = location & Chunk.RowMask;
        chunk.Key[i] = key;
        chunk.Slot[i] = row.Slot;
        chunk.Tier[i] = (byte)RiskTier.Unknown;
        chunk.Raised[i] = (byte)RiskTier.Healthy;
        Write(chunk, i, collateral, positions, flags);
        Count++;
        return row;
    }

    /// <summary>Replaces what a row holds; its figures stay those of the last sweep until the next.</summary>
    public void Update(RowHandle row, ReadOnlySpan<CollateralEntry> collateral, ReadOnlySpan<PositionEntry> positions,
        RowFlags flags = RowFlags.None)
    {
        var (chunk, i) = Locate(row);
        var sizeClass = ClassFor(collateral, positions);
        if (sizeClass != chunk.Class)
        {
            var location = Take(sizeClass);
            var (oldChunk, old) = (chunk, i);
            (chunk, i) = (_chunks[location >> Chunk.RowBits], location & Chunk.RowMask);
            CopyFigures(oldChunk, old, chunk, i);
            Free(_directory.LocationOf(row));
            _directory.Move(row.Slot, location);
        }
        Write(chunk, i, collateral, positions, flags);
    }

    /// <summary>Removes a row; its handle is refused from now on.</summary>
    public void Remove(RowHandle row)
    {
        Locate(row);
        Free(_directory.LocationOf(row));
        _directory.Release(row.Slot);
        Count--;
    }

    private static void CopyFigures(Chunk from, int i, Chunk to, int j)
    {
        to.Key[j] = from.Key[i];
        to.Slot[j] = from.Slot[i];
        to.Tier[j] = from.Tier[i];
        to.Raised[j] = from.Raised[i];
        to.Equity[j] = from.Equity[i];
        to.MarginBalance[j] = from.MarginBalance[i];
        to.Long[j] = from.Long[i];
        to.Short[j] = from.Short[i];
        to.Maintenance[j] = from.Maintenance[i];
        to.Initial[j] = from.Initial[i];
        to.MarginRatio[j] = from.MarginRatio[i];
    }

    private static void Write(Chunk chunk, int row, ReadOnlySpan<CollateralEntry> collateral,
        ReadOnlySpan<PositionEntry> positions, RowFlags flags)
    {
        chunk.Flags[row] = (byte)flags;
        var at = row;
        for (var c = 0; c < chunk.Class.Collateral; c++, at += chunk.Rows)
        {
            var used = c < collateral.Length;
            chunk.Asset[at] = used ? (ushort)(collateral[c].Asset + 1) : (ushort)0;
            chunk.Amount[at] = used ? collateral[c].Amount : 0d;
        }
        at = row;
        for (var p = 0; p < chunk.Class.Positions; p++, at += chunk.Rows)
        {
            var entry = p < positions.Length ? positions[p] : new PositionEntry(-1, 0d, 0d);
            var word = (uint)(entry.Instrument + 1);
            if (chunk.Class.HasExtras)
            {
                chunk.Isolated[at] = entry.IsolatedMargin;
                chunk.Orders[at] = Math.Max(Math.Abs(entry.Quantity), entry.OrderQuantity);
                chunk.InverseLeverage[at] = entry.Leverage == 0d ? 0d : 1d / entry.Leverage;
            }
            else
            {
                word |= (uint)entry.Leverage << Chunk.LeverageShift;
            }
            chunk.Word[at] = word;
            chunk.Quantity[at] = entry.Quantity;
            chunk.Cost[at] = entry.Cost;
        }
    }

    /// <summary>Checks the entries and finds the class they fit.</summary>
    private SizeClass ClassFor(ReadOnlySpan<CollateralEntry> collateral, ReadOnlySpan<PositionEntry> positions)
    {
        if (positions.Length > PositionsMax || collateral.Length > CollateralMax)
        {
            throw new ArgumentException(
                $"{positions.Length} positions and {collateral.Length} balances; {PositionsMax} are possible");
        }
        var (assetLast, instrumentLast, hasExtras) = (AssetLast, InstrumentLast, false);
        foreach (ref readonly var entry in collateral)
        {
            InRange(entry.Amount, "amount");
            assetLast = Math.Max(assetLast, Place(entry.Asset, AssetMax, "asset"));
        }
        foreach (ref readonly var entry in positions)
        {
            InRange(entry.Quantity, "quantity");
            InRange(entry.Cost, "cost");
            InRange(double.IsNaN(entry.IsolatedMargin) ? 0d : entry.IsolatedMargin, "isolated margin");
            InRange(entry.OrderQuantity, "order quantity");
            InRange(entry.Leverage, "leverage");
            if (entry.Leverage < 0d || entry.OrderQuantity < 0d)
            {
                throw new ArgumentException(
                    $"leverage {entry.Leverage} or order quantity {entry.OrderQuantity} is below 0");
            }
            instrumentLast = Math.Max(instrumentLast, Place(entry.Instrument, InstrumentMax, "instrument"));
            hasExtras |= !double.IsNaN(entry.IsolatedMargin) || entry.OrderQuantity > Math.Abs(entry.Quantity)
                || entry.Leverage > LeverageCodeMax || entry.Leverage != Math.Floor(entry.Leverage);
        }
        (AssetLast, InstrumentLast) = (assetLast, instrumentLast);
        return ClassOf(positions.Length, collateral.Length, hasExtras);
    }

    private SizeClass ClassOf(int positions, int collateral, bool hasExtras)
    {
        var p = SizeClass.CapacityIndex(positions);
        var c = SizeClass.CapacityIndex(Math.Max(collateral, 1));
        var id = (p << 8) | (c << 1) | (hasExtras ? 1 : 0);
        if (!_classes.TryGetValue(id, out var sizeClass))
        {
            sizeClass = new SizeClass(SizeClass.Capacities[p], SizeClass.Capacities[c], hasExtras);
            _classes.Add(id, sizeClass);
        }
        return sizeClass;
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

    private int Take(SizeClass sizeClass)
    {
        var location = sizeClass.FreeLocation;
        if (location >= 0)
        {
            var chunk = _chunks[location >> Chunk.RowBits];
            sizeClass.FreeLocation = FreeList.Next(chunk.Slot[location & Chunk.RowMask]);
            return location;
        }
        if (sizeClass.OpenChunk < 0 || _chunks[sizeClass.OpenChunk].Used == _chunks[sizeClass.OpenChunk].Rows)
        {
            sizeClass.OpenChunk = _chunks.Count;
            _chunks.Add(sizeClass.NewChunk());
            _chunkBytes += _chunks[^1].SizeBytes;
        }
        return (sizeClass.OpenChunk << Chunk.RowBits) | _chunks[sizeClass.OpenChunk].Used++;
    }

    private void Free(int location)
    {
        var chunk = _chunks[location >> Chunk.RowBits];
        chunk.Slot[location & Chunk.RowMask] = FreeList.Link(chunk.Class.FreeLocation);
        chunk.Class.FreeLocation = location;
    }
}
