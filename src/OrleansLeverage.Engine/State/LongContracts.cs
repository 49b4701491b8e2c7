using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.State;

/// <summary>
/// Contracts held long, by instrument: exact, kept up with every account that changes. Every contract has a long, so
/// times the mark this is open interest, whatever becomes of its holders and in whatever order they came. One writer,
/// any reader.
/// </summary>
internal sealed class LongContracts(Universe universe)
{
    private readonly Lock _lock = new();
    private readonly decimal[] _contracts = new decimal[universe.Instruments.Count];

    public decimal this[Instrument instrument]
    {
        get
        {
            lock (_lock)
            {
                return _contracts[instrument.Index];
            }
        }
    }

    /// <summary>An account became another: null before for a new one, after for one that is not counted here any more.
    /// </summary>
    public void Move(Account? before, Account? after)
    {
        lock (_lock)
        {
            Add(before, -1);
            Add(after, 1);
        }
    }

    /// <summary>Contracts held long now, by instrument.</summary>
    public decimal[] All()
    {
        lock (_lock)
        {
            return (decimal[])_contracts.Clone();
        }
    }

    private void Add(Account? account, int sign)
    {
        for (var i = 0; account is not null && i < account.Positions.Count; i++)
        {
            var position = account.Positions[i];
            if (position.Quantity.IsLong)
            {
                _contracts[position.Instrument.Index] += sign * position.Quantity.Value;
            }
        }
    }

    /// <summary>One-sided open interest by instrument, USD to the cent; 0 where a price is unknown.</summary>
    public decimal[] OpenInterest(IReadOnlyList<FramePrice> prices) => OpenInterest(universe, All(), prices);

    /// <summary>The same of contracts by instrument; the array becomes the answer.</summary>
    public static decimal[] OpenInterest(Universe universe, decimal[] contracts, IReadOnlyList<FramePrice> prices)
    {
        foreach (var instrument in universe.Instruments)
        {
            ref var value = ref contracts[instrument.Index];
            if (value != 0m)
            {
                var settlement = instrument.Settlement.PriceFeed is { } feed ? prices[feed.Index].Price?.Value : 1m;
                var unit = instrument.Style == ContractStyle.Linear
                    ? prices[instrument.MarkFeed.Index].Price?.Value * settlement
                    : prices[instrument.MarkFeed.Index].Price is { } mark ? settlement / mark.Value : null;
                value = decimal.Round(value * instrument.Multiplier * unit ?? 0m, 2);
            }
        }
        return contracts;
    }
}
