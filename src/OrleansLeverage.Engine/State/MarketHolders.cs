using System.Numerics;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.State;

/// <summary>
/// Which accounts hold a market, kept up with every account that changes: a bit per account number, in pages that are
/// there only where somebody holds. Who asks about one market reads its holders and nobody else. One writer, any
/// reader.
/// </summary>
internal sealed class MarketHolders(Universe universe)
{
    private const int PageBits = 12;
    private const int PageWords = (1 << PageBits) / 64;

    private readonly Lock _lock = new();
    private readonly ulong[]?[][] _pages = [.. universe.Instruments.Select(_ => Array.Empty<ulong[]?>())];

    /// <summary>An account became another: null before for a new one, null after for one that leaves.</summary>
    public void Move(Account? before, Account? after, int number)
    {
        lock (_lock)
        {
            for (var i = 0; before is not null && i < before.Positions.Count; i++)
            {
                if (!before.Positions[i].Quantity.IsZero)
                {
                    Word(before.Positions[i].Instrument, number) &= ~(1UL << number % 64);
                }
            }
            for (var i = 0; after is not null && i < after.Positions.Count; i++)
            {
                if (!after.Positions[i].Quantity.IsZero)
                {
                    Word(after.Positions[i].Instrument, number) |= 1UL << number % 64;
                }
            }
        }
    }

    /// <summary>Numbers of the accounts that hold it, rising.</summary>
    public int[] Of(Instrument instrument)
    {
        lock (_lock)
        {
            var pages = _pages[instrument.Index];
            var numbers = new int[pages.Sum(page => page?.Sum(BitOperations.PopCount) ?? 0)];
            var count = 0;
            for (var p = 0; p < pages.Length; p++)
            {
                for (var w = 0; pages[p] is { } page && w < PageWords; w++)
                {
                    for (var word = page[w]; word != 0; word &= word - 1)
                    {
                        numbers[count++] = (p << PageBits) + w * 64 + BitOperations.TrailingZeroCount(word);
                    }
                }
            }
            return numbers;
        }
    }

    private ref ulong Word(Instrument instrument, int number)
    {
        ref var pages = ref _pages[instrument.Index];
        if (number >> PageBits >= pages.Length)
        {
            Array.Resize(ref pages, (number >> PageBits) + 1);
        }
        ref var page = ref pages[number >> PageBits];
        page ??= new ulong[PageWords];
        return ref page[(number >> 6) & (PageWords - 1)];
    }
}
