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

    public CppiAccount(CppiPolicy policy, Instrument instrument)
    {
        if (instrument.Style != ContractStyle.Linear)
        {
            throw new ArgumentException($"{instrument.Id} is inverse: its exposure is no money amount",
                nameof(instrument));
        }
        (_policy, _instrument) = (policy, instrument);
    }

    /// <summary>Null before the first account that could be valued.</summary>
    public double? Floor => _tracker?.Floor;

    /// <param name="mark">The instrument's price in the snapshot's frame.</param>
    /// <param name="risklessReturn">What cash earned since the look before.</param>
    /// <exception cref="ArgumentException">An account that begins without equity has nothing to insure.</exception>
    public CppiAccountLook Look(LeverageSnapshot snapshot, FramePrice mark, double risklessReturn = 0.0)
    {
        if (snapshot is not { Equity: { } equity, NetNotional: { } exposure } || mark.Price is not { } price)
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
                $"{snapshot.Account} has an equity of {Decimals.Text(equity)}: there is nothing to insure",
                nameof(snapshot));
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
