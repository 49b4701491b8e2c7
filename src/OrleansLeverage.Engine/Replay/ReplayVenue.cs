using System.Security.Cryptography;
using System.Text;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Engine.Replay;

/// <summary>
/// A whole venue over a lockstep grid: what is triggered is liquidated at the same frame, what the fund cannot pay is
/// deleveraged, everything through the grid's own commands and in exact decimals.
/// <code>
/// triggers → plan → the desk takes over and sells on → fund → (loss − fund)+ → deleveraging → books checked
/// </code>
/// The same frames give the same fills, hash and state on any number of workers.
/// </summary>
public sealed partial class ReplayVenue : IDisposable
{
    private readonly LockstepGrid _grid;
    private readonly ReplayVenueRules _rules;
    private readonly VenueHouse _house;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly SortedSet<int> _watched = [];
    private readonly decimal _fundBefore;
    private readonly Running _run = new();
    private Action<VenueFill> _onFill = _ => { };

    /// <summary>Opens the venue's own accounts beside those that the grid holds; before the first frame.</summary>
    public ReplayVenue(LockstepGrid grid, ReplayVenueRules rules, IReadOnlyDictionary<FeedId, Price> startPrices,
        long startMs)
    {
        rules.Liquidation.Check();
        rules.Deleveraging.Check();
        if (rules.Fund < 0m || rules.Slippage is < 0m or >= 0.5m)
        {
            throw new FormatException($"venue: fund {rules.Fund} and slippage {rules.Slippage} are from 0, below 0.5");
        }
        (_grid, _rules) = (grid, rules);
        _house = VenueHouse.Open(grid, rules.Fund, startPrices, startMs);
        _fundBefore = rules.Fund;
    }

    /// <summary>Deals with a frame that was just published, and with the triggers it raised, in their order.</summary>
    /// <exception cref="InvalidOperationException">Books that do not close: something was made or lost.</exception>
    public void AfterFrame(IReadOnlyList<Trigger> triggers, Action<VenueFill> onFill)
    {
        _onFill = onFill;
        var fills = _run.Fills;
        var due = new List<int>();
        var seen = new HashSet<int>();
        foreach (var trigger in triggers)
        {
            var number = _grid.State.Accounts.Number(trigger.Account);
            if (trigger.Kind is TriggerKind.Liquidation or TriggerKind.Bankrupt && seen.Add(number))
            {
                due.Add(number);
            }
        }
        // an account in liquidation raises no trigger of its own until it has left the tier
        due.AddRange(_watched.Where(seen.Add).ToArray());
        var waiting = new List<Waiting>();
        foreach (var number in due)
        {
            Liquidate(number, waiting);
        }
        Deleverage(waiting);
        foreach (var number in due)
        {
            Cover(number);
        }
        if (_run.Fills > fills)
        {
            CheckBooks();
        }
    }

    /// <summary>All accounts and the house, to the unit.</summary>
    public void CheckBooks()
    {
        if (Conservation.Check(_grid.State, _grid.InParallel).Unbalanced.FirstOrDefault() is { } wrong)
        {
            throw new InvalidOperationException(
                $"the books of {wrong.Asset} do not close at frame {_grid.Frame.Number}: {wrong.Imbalance}");
        }
        _run.BooksChecked++;
    }

    public VenueTotals Totals() => new(_run.Liquidations, _run.Bankruptcies, _run.Fills, _fundBefore, FundUsd(),
        _run.FundIn, _run.FundOut, _run.Deleveraged, _run.DeleveragedNotional, _run.Forgone, _run.BadDebt,
        _run.BooksChecked, Convert.ToHexStringLower(_hash.GetCurrentHash()));

    public void Dispose() => _hash.Dispose();

    /// <summary>The fund's balances at the frame, USD, rounded to the quantum.</summary>
    private decimal FundUsd() => _grid.State.Accounts.Read(VenueHouse.Fund)!.Balances.Sum(b =>
        Decimals.FloorTo(b.Amount * (_grid.Frame.UsdPrice(b.Asset) ?? 0m), AccountValuation.UsdQuantum));

    private void Liquidate(int number, List<Waiting> waiting)
    {
        var account = _grid.State.Accounts.Read(number);
        var plan = LiquidationPlanner.Plan(AccountValuation.Of(account, _grid.Frame), _rules.Liquidation);
        if (plan.Status is LiquidationStatus.Healthy && account.Episode.Raised < RiskTier.Liquidation)
        {
            _watched.Remove(number);
            return;
        }
        _watched.Add(number);
        if (plan.Steps.Count == 0
            || !_grid.Execute(new Liquidate(_house.NextId(), account.Id)).IsApplied)
        {
            return;
        }
        _run.Liquidations++;
        var isBankrupt = false;
        foreach (var step in plan.Steps.Where(s => s.Status == CommandStatus.Applied))
        {
            var failed = step.Before.Equity <= 0m;
            isBankrupt |= failed;
            var price = failed ? Leaving(step) : step.Price;
            if (!TakeOver(account.Id, step, price, failed))
            {
                waiting.Add(new Waiting(account.Id, step.Instrument, step.Close, price, failed));
            }
        }
        _run.Bankruptcies += isBankrupt ? 1 : 0;
    }

    /// <summary>
    /// The desk takes the position at one price and sells it on at another; the fund keeps or pays the difference.
    /// False where it cannot pay.
    /// </summary>
    private bool TakeOver(AccountId account, LiquidationStep step, Price price, bool failed)
    {
        var (instrument, close) = (step.Instrument, step.Close);
        var (market, settlement) = (MarketPrice(instrument, close), instrument.Settlement);
        // what the desk gets for it, less what it gave: both rounded against it, and once more for the reckoning
        var gain = instrument.ProfitSign * (instrument.Value(-close, market) - instrument.Value(-close, price))
            - 3m * _house.Pieces(instrument, close).Count() * settlement.Quantum;
        if (gain < 0m && _house.Balance(VenueHouse.Fund, settlement) < -gain)
        {
            return false;
        }
        var before = _house.Balance(VenueHouse.Desk, settlement);
        Fill(failed ? VenueAct.PaidByFund : VenueAct.Liquidated, instrument, price, account, close, VenueHouse.Desk,
            FillReason.Liquidation);
        foreach (var piece in _house.Pieces(instrument, close))
        {
            _house.Fill(instrument, market, VenueHouse.Desk, piece, _house.Book(instrument, -piece), FillReason.Trade);
        }
        var change = _house.Balance(VenueHouse.Desk, settlement) - before;
        _house.Move(VenueHouse.Desk, VenueHouse.Fund, settlement, change);
        _house.Move(VenueHouse.Fund, VenueHouse.Desk, settlement, -change);
        var usd = Decimals.FloorTo(Math.Abs(change) * _grid.Frame.UsdPrice(settlement)!.Value,
            AccountValuation.UsdQuantum);
        _run.FundIn += change > 0m ? usd : 0m;
        _run.FundOut += change < 0m ? usd : 0m;
        return true;
    }

    private void Fill(VenueAct act, Instrument instrument, Price price, AccountId account, Quantity quantity,
        AccountId other, FillReason reason)
    {
        _house.Fill(instrument, price, account, quantity, other, reason);
        var fill = new VenueFill(++_run.Fills, _grid.Frame.Number, _grid.Frame.TimeMs, act, account, instrument.Id,
            quantity, price, other);
        _hash.AppendData(Encoding.UTF8.GetBytes(
            $"{fill.Sequence} {fill.Frame} {(byte)act} {account} {instrument.Id} {quantity} {price} {other}\n"));
        _onFill(fill);
    }

    /// <summary>
    /// The bankruptcy price on the tick that leaves the account no worse than nothing; the last tick where no price
    /// does.
    /// </summary>
    private static Price Leaving(LiquidationStep step)
    {
        var tick = step.Instrument.TickSize;
        var (exact, most) = (step.BankruptcyPrice ?? tick, Decimals.FloorTo(step.Instrument.PriceMax, tick));
        // who sells needs at least the price, who buys back at most; the last digits are those of a division
        exact = decimal.Round(exact, Decimals.ScaleMax);
        var rounded = step.Close.IsLong ? Decimals.FloorTo(exact, tick) : Decimals.CeilingTo(exact, tick);
        return new Price(Math.Clamp(rounded, tick, most));
    }

    /// <summary>What the market gives or takes for a quantity: the mark less the slippage, on the tick.</summary>
    private Price MarketPrice(Instrument instrument, Quantity quantity)
    {
        var (mark, tick) = (_grid.Frame.Mark(instrument)!.Value.Value, instrument.TickSize);
        var price = quantity.IsLong
            ? Decimals.CeilingTo(mark * (1m + _rules.Slippage), tick)
            : Decimals.FloorTo(mark * (1m - _rules.Slippage), tick);
        return new Price(Math.Clamp(price, tick, Decimals.FloorTo(instrument.PriceMax, tick)));
    }

    /// <summary>A close that neither desk nor fund could take.</summary>
    private sealed record Waiting(AccountId Account, Instrument Instrument, Quantity Close, Price Price, bool Failed);

    private sealed class Running
    {
        public long Liquidations { get; set; }

        public long Bankruptcies { get; set; }

        public long Fills { get; set; }

        public decimal FundIn { get; set; }

        public decimal FundOut { get; set; }

        public long Deleveraged { get; set; }

        public decimal DeleveragedNotional { get; set; }

        public decimal Forgone { get; set; }

        public decimal BadDebt { get; set; }

        public long BooksChecked { get; set; }
    }
}
