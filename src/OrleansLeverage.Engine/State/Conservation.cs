using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.State;

/// <summary>
/// Whether the books close to the unit: over all accounts and the house, per settlement asset,
/// <code>
/// Σ balance + Σ isolated margin − Σ sign·cost + Σ q·F_last + Σ house = 0
/// </code>
/// and per instrument long and short contracts are equal, up to what came in from one side (imports, expiries), which
/// the house's Clearing account holds. Works on a state that nobody changes.
/// </summary>
internal static class Conservation
{
    public static ConservationReport Check(GridState state)
    {
        var universe = state.Accounts.Universe;
        var sums = universe.Assets.Select(_ => new ExactSum()).ToArray();
        var longs = new decimal[universe.Instruments.Count];
        var shorts = new decimal[universe.Instruments.Count];
        for (var number = 0; number < state.Accounts.Count; number++)
        {
            Add(state.Accounts.Read(number), sums, longs, shorts);
        }
        return Report(state, sums, longs, shorts);
    }

    /// <summary>The same on several workers: exact sums do not depend on their order.</summary>
    public static ConservationReport Check(GridState state, Action<int, Action<int>> inParallel)
    {
        const int AccountsPerPart = 4_096;
        var universe = state.Accounts.Universe;
        var parts = (state.Accounts.Count + AccountsPerPart - 1) / AccountsPerPart;
        var found = new (ExactSum[] Sums, decimal[] Longs, decimal[] Shorts)[parts];
        inParallel(parts, part =>
        {
            found[part] = ([.. universe.Assets.Select(_ => new ExactSum())],
                new decimal[universe.Instruments.Count], new decimal[universe.Instruments.Count]);
            var end = Math.Min(state.Accounts.Count, (part + 1) * AccountsPerPart);
            for (var number = part * AccountsPerPart; number < end; number++)
            {
                Add(state.Accounts.Read(number), found[part].Sums, found[part].Longs, found[part].Shorts);
            }
        });
        var sums = universe.Assets.Select(_ => new ExactSum()).ToArray();
        var (longs, shorts) = (new decimal[universe.Instruments.Count], new decimal[universe.Instruments.Count]);
        foreach (var part in found)
        {
            for (var asset = 0; asset < sums.Length; asset++)
            {
                sums[asset].Add(part.Sums[asset]);
            }
            for (var instrument = 0; instrument < longs.Length; instrument++)
            {
                longs[instrument] += part.Longs[instrument];
                shorts[instrument] += part.Shorts[instrument];
            }
        }
        return Report(state, sums, longs, shorts);
    }

    private static ConservationReport Report(GridState state, ExactSum[] sums, decimal[] longs, decimal[] shorts)
    {
        var universe = state.Accounts.Universe;
        var clearing = new decimal[universe.Assets.Count];
        foreach (var (account, assetId, amount) in state.House.Balances)
        {
            var asset = universe.Asset(assetId)
                ?? throw new FormatException($"the house holds {assetId}, which is none of the universe's assets");
            sums[asset.Index].Add(amount);
            clearing[asset.Index] += account == HouseAccount.Clearing ? amount : 0m;
        }
        return new ConservationReport(
            [.. universe.Assets.Select(a => new AssetBooks(a.Id, sums[a.Index].Value, clearing[a.Index]))],
            [.. universe.Instruments.Where(i => longs[i.Index] != 0m || shorts[i.Index] != 0m)
                .Select(i => new OpenContracts(i.Id, longs[i.Index], shorts[i.Index]))]);
    }

    private static void Add(Account account, ExactSum[] sums, decimal[] longs, decimal[] shorts)
    {
        foreach (var balance in account.Balances)
        {
            sums[balance.Asset.Index].Add(balance.Amount);
        }
        foreach (var position in account.Positions)
        {
            var (instrument, quantity) = (position.Instrument, position.Quantity.Value);
            var sum = sums[instrument.Settlement.Index];
            sum.Add(position.IsolatedMargin);
            sum.Add(-instrument.ProfitSign * position.Cost);
            sum.AddProduct(quantity, position.FundingIndex);
            longs[instrument.Index] += Math.Max(quantity, 0m);
            shorts[instrument.Index] += Math.Max(-quantity, 0m);
        }
    }
}

/// <param name="Assets">Every asset of the universe.</param>
/// <param name="Contracts">Instruments that anybody holds.</param>
public sealed record ConservationReport(IReadOnlyList<AssetBooks> Assets, IReadOnlyList<OpenContracts> Contracts)
{
    /// <summary>Assets whose books do not close.</summary>
    public IEnumerable<AssetBooks> Unbalanced => Assets.Where(a => a.Imbalance != 0m);
}

/// <summary>One asset over all accounts and the house; the imbalance is 0 or something was made or lost.</summary>
public sealed record AssetBooks(AssetId Asset, decimal Imbalance, decimal Clearing);

/// <summary>Contracts held long and short.</summary>
public sealed record OpenContracts(InstrumentId Instrument, decimal Long, decimal Short);
