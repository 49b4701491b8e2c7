using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>
/// An amount of an asset, by its place in the universe; negative is owed. A balance counts as margin at its asset's
/// collateral weight, cash (what positions have cost or brought) in full.
/// </summary>
public readonly record struct CollateralEntry(int Asset, double Amount, bool IsCash = false);

/// <summary>
/// What a row keeps of a position: its gain at a frame is Quantity·(U − F·S), with U the signed USD per contract, F the
/// funding index, S the USD price of the settlement asset (<see cref="MarkVector"/>). What the position has cost,
/// ProfitSign·cost − quantity·funding index, is settlement asset owed: of cross positions in the account's cash, of an
/// isolated one in its own.
/// </summary>
/// <param name="Instrument">Place in the universe.</param>
/// <param name="Quantity">Signed contracts; 0 is possible where only orders are open.</param>
/// <param name="IsolatedCash">Margin of an isolated position less its cost; NaN for a cross position.</param>
/// <param name="Leverage">The account's setting; 0 means the largest allowed.</param>
/// <param name="OrderQuantity">Largest |quantity| that fills of open orders can lead to; 0 without orders.</param>
/// <param name="IsPortfolio">
/// Cross, and margined by scenarios: asks for nothing itself but for what its orders add, see
/// <see cref="AccountTable.Require"/>.
/// </param>
/// <param name="Cash">
/// By terms of a venue, where gain counts by position: what the position has booked less its cost, settlement asset;
/// the isolated margin then stands alone.
/// </param>
/// <param name="Entry">By terms: |cost|, settlement asset.</param>
/// <param name="Reserve">By terms: initial margin for the open orders of the instrument, USD.</param>
public readonly record struct PositionEntry(int Instrument, double Quantity, double IsolatedCash = double.NaN,
    double Leverage = 0d, double OrderQuantity = 0d, bool IsPortfolio = false,
    double Cash = 0d, double Entry = 0d, double Reserve = 0d);

/// <summary>
/// The one way from exact to fast: the entries of an account's row, in reusable buffers. A row holds the account's
/// balances and exposures, which is what <see cref="AccountValuation"/> values; costs are added up in decimal before
/// they are converted, so that no difference of large numbers is taken in doubles. Not thread-safe.
/// </summary>
public sealed class RowEntries
{
    private readonly List<(Asset Asset, decimal Amount, bool IsCash)> _amounts = [];
    private CollateralEntry[] _collateral = new CollateralEntry[8];
    private PositionEntry[] _positions = new PositionEntry[8];
    private int _collateralCount;
    private int _positionCount;

    public ReadOnlySpan<CollateralEntry> Collateral => _collateral.AsSpan(0, _collateralCount);

    public ReadOnlySpan<PositionEntry> Positions => _positions.AsSpan(0, _positionCount);

    /// <param name="universe">Says which positions are margined by scenarios; null where none are.</param>
    public void Load(Account account, Universe? universe = null)
    {
        _amounts.Clear();
        _collateralCount = 0;
        _positionCount = 0;
        for (var i = 0; i < account.Balances.Count; i++)
        {
            _amounts.Add((account.Balances[i].Asset, account.Balances[i].Amount, false));
        }
        foreach (var exposure in account.Exposures)
        {
            if (universe is { HasTerms: true })
            {
                Append(ref _positions, ref _positionCount, ByTerms(account, exposure, universe));
                continue;
            }
            Append(ref _positions, ref _positionCount, Of(exposure.Position, exposure.WorstQuantity, universe));
        }
        foreach (var (asset, amount, isCash) in _amounts)
        {
            // a cost that was earned back to the last digit leaves nothing
            if (amount != 0m || !isCash)
            {
                Append(ref _collateral, ref _collateralCount,
                    new CollateralEntry(asset.Index, (double)amount, isCash));
            }
        }
    }

    private PositionEntry Of(Position position, decimal worstQuantity, Universe? universe)
    {
        var instrument = position.Instrument;
        var cost = instrument.ProfitSign * position.Cost - position.Quantity.Value * position.FundingIndex;
        var isIsolated = position.Mode == MarginMode.Isolated;
        if (!isIsolated && cost != 0m)
        {
            AddCash(instrument.Settlement, -cost);
        }
        return new PositionEntry(instrument.Index, (double)position.Quantity.Value,
            isIsolated ? (double)(position.IsolatedMargin - cost) : double.NaN,
            (double)(position.LeverageSetting ?? 0m), (double)worstQuantity,
            position.Mode == MarginMode.Portfolio && universe?.PortfolioOf(instrument) >= 0);
    }

    /// <summary>Each position keeps its own cost: profit may count in part.</summary>
    private static PositionEntry ByTerms(Account account, Exposure exposure, Universe universe)
    {
        var (position, instrument) = (exposure.Position, exposure.Position.Instrument);
        var cost = instrument.ProfitSign * position.Cost - position.Quantity.Value * position.FundingIndex;
        var reserve = universe.Rules.OrderReserve;
        return new PositionEntry(instrument.Index, (double)position.Quantity.Value,
            position.Mode == MarginMode.Isolated ? (double)position.IsolatedMargin : double.NaN,
            (double)(position.LeverageSetting ?? 0m), (double)exposure.WorstQuantity,
            position.Mode == MarginMode.Portfolio && universe.PortfolioOf(instrument) >= 0,
            -(double)cost, (double)Math.Abs(position.Cost),
            reserve == 0m ? 0d : (double)(reserve * account.OrderCount(instrument)));
    }

    /// <summary>Into the balance where that counts in full, else beside it.</summary>
    private void AddCash(Asset asset, decimal amount)
    {
        for (var i = 0; i < _amounts.Count; i++)
        {
            var entry = _amounts[i];
            if (entry.Asset.Index == asset.Index && (entry.IsCash || asset.CollateralWeight == 1m))
            {
                _amounts[i] = entry with { Amount = entry.Amount + amount };
                return;
            }
        }
        _amounts.Add((asset, amount, true));
    }

    private static void Append<T>(ref T[] entries, ref int count, T entry)
    {
        if (count == entries.Length)
        {
            Array.Resize(ref entries, count * 2);
        }
        entries[count++] = entry;
    }
}
