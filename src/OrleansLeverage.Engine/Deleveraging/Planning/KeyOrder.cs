using System.Buffers;

namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>
/// Sorts doubles with what belongs to them, in time linear in their number: by eleven bits of the key at a time, from
/// the lowest. Equal keys keep their order.
/// </summary>
internal static class KeyOrder
{
    private const int SmallMax = 1_024;
    private const int Bits = 11;
    private const int Passes = 6;
    private const int Values = 1 << Bits;

    /// <summary>Ascending; no key is NaN.</summary>
    public static void Ascending(Span<double> keys, Span<int> items)
    {
        if (keys.Length <= SmallMax)
        {
            keys.Sort(items);
            return;
        }
        var count = keys.Length;
        var (keysFrom, keysTo) = (ArrayPool<ulong>.Shared.Rent(count), ArrayPool<ulong>.Shared.Rent(count));
        var (itemsFrom, itemsTo) = (ArrayPool<int>.Shared.Rent(count), ArrayPool<int>.Shared.Rent(count));
        var places = new int[Passes * Values];
        items.CopyTo(itemsFrom);
        for (var i = 0; i < count; i++)
        {
            var key = keysFrom[i] = Ordered(keys[i]);
            for (var pass = 0; pass < Passes; pass++)
            {
                places[(pass * Values) + Digit(key, pass)]++;
            }
        }
        for (var pass = 0; pass < Passes; pass++)
        {
            var first = places.AsSpan(pass * Values, Values);
            if (first[Digit(keysFrom[0], pass)] == count)
            {
                continue;
            }
            for (int value = 0, sum = 0; value < Values; value++)
            {
                (first[value], sum) = (sum, sum + first[value]);
            }
            for (var i = 0; i < count; i++)
            {
                var place = first[Digit(keysFrom[i], pass)]++;
                (keysTo[place], itemsTo[place]) = (keysFrom[i], itemsFrom[i]);
            }
            (keysFrom, keysTo, itemsFrom, itemsTo) = (keysTo, keysFrom, itemsTo, itemsFrom);
        }
        for (var i = 0; i < count; i++)
        {
            keys[i] = Number(keysFrom[i]);
        }
        itemsFrom.AsSpan(0, count).CopyTo(items);
        ArrayPool<ulong>.Shared.Return(keysFrom);
        ArrayPool<ulong>.Shared.Return(keysTo);
        ArrayPool<int>.Shared.Return(itemsFrom);
        ArrayPool<int>.Shared.Return(itemsTo);
    }

    private static int Digit(ulong key, int pass) => (int)((key >> (pass * Bits)) & (Values - 1));

    /// <summary>Bits that compare as the numbers do.</summary>
    private static ulong Ordered(double key)
    {
        var bits = BitConverter.DoubleToUInt64Bits(key);
        return (bits >> 63) == 0 ? bits | (1UL << 63) : ~bits;
    }

    private static double Number(ulong ordered) =>
        BitConverter.UInt64BitsToDouble((ordered >> 63) == 0 ? ~ordered : ordered & ~(1UL << 63));
}
