using OrleansLeverage.Analytics.Cppi;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Strategies;

/// <summary>Why a look proposes no order.</summary>
public enum NoCppiOrder
{
    None,

    /// <summary>The account cannot be valued: a price is missing.</summary>
    PriceUnknown,

    /// <summary>The mark of the instrument is not fresh; an order on it would be an order on the past.</summary>
    PriceNotFresh,

    /// <summary>The target is near enough, or not looked at this time.</summary>
    NothingToDo,

    /// <summary>Less than a lot.</summary>
    BelowLot,
}

/// <summary>What one look at the account says, and the order that would bring it to its target.</summary>
/// <param name="Look">Null where the account cannot be valued.</param>
/// <param name="Order">Signed contracts on the lot, rounded towards zero; null for a reason.</param>
public readonly record struct CppiAccountLook(CppiLook? Look, Quantity? Order, NoCppiOrder Reason);

/// <summary>
/// A trading account run by proportion insurance: its equity is the value, its net notional the exposure, one linear
/// instrument is what it trades. The grid's snapshots come in, one a frame or a day; the floor is kept here, orders are
/// proposed and not sent. Any engine's snapshots will do. Stateful: one account, frames in order.
/// </summary>
public sealed class CppiAccount
{
    private readonly CppiPolicy _policy;
    private readonly Instrument _instrument;
    private CppiTracker? _tracker;

    /// <param name="state">Left by another run of the same account; null begins with the first look.</param>
    public CppiAccount(CppiPolicy policy, Instrument instrument, CppiTrackerState? state = null)
    {
        if (instrument.Style != ContractStyle.Linear)
        {
            throw new ArgumentException($"{instrument.Id} is inverse: its exposure is no money amount",
                nameof(instrument));
        }
        (_policy, _instrument) = (policy, instrument);
        _tracker = state is null ? null : new CppiTracker(policy, state);
    }

    /// <summary>To go on from; null before the first account that could be valued.</summary>
    public CppiTrackerState? State => _tracker?.State;

    /// <summary>Null before the first account that could be valued.</summary>
    public double? Floor => _tracker?.Floor;

    /// <param name="mark">The instrument's price in the snapshot's frame.</param>
    /// <param name="risklessReturn">What cash earned since the look before.</param>
    /// <exception cref="ArgumentException">An account that begins without equity has nothing to insure.</exception>
    public CppiAccountLook Look(LeverageSnapshot snapshot, FramePrice mark, double risklessReturn = 0.0) =>
        Look(snapshot.Account, snapshot.Equity, snapshot.NetNotional, mark, risklessReturn);

    /// <summary>The same from the two figures of a snapshot that matter, null where they are not known.</summary>
    /// <exception cref="ArgumentException">As above.</exception>
    public CppiAccountLook Look(AccountId account, decimal? equityUsd, decimal? netNotionalUsd, FramePrice mark,
        double risklessReturn = 0.0)
    {
        if (equityUsd is not { } equity || netNotionalUsd is not { } exposure || mark.Price is not { } price)
        {
            return new CppiAccountLook(null, null, NoCppiOrder.PriceUnknown);
        }
        if (mark.State != PriceState.Fresh)
        {
            return new CppiAccountLook(null, null, NoCppiOrder.PriceNotFresh);
        }
        if (_tracker is null && equity <= 0m)
        {
            throw new ArgumentException(
                $"{account} has an equity of {Decimals.Text(equity)}: there is nothing to insure", nameof(equityUsd));
        }
        _tracker ??= new CppiTracker(_policy, (double)equity);
        var look = _tracker.Look((double)equity, (double)exposure, risklessReturn);
        if (look.Trade == 0.0)
        {
            return new CppiAccountLook(look, null, NoCppiOrder.NothingToDo);
        }
        var contracts = (decimal)Math.Abs(look.Trade) / (price.Value * _instrument.Multiplier);
        var lots = Decimals.FloorTo(contracts, _instrument.LotSize);
        return lots == 0m
            ? new CppiAccountLook(look, null, NoCppiOrder.BelowLot)
            : new CppiAccountLook(look, new Quantity(look.Trade > 0.0 ? lots : -lots), NoCppiOrder.None);
    }
}
