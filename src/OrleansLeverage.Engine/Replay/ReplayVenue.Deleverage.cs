using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging;

namespace OrleansLeverage.Engine.Replay;

/// <summary>What the fund cannot pay: closed against winners by a plan, and what is left, against nobody.</summary>
public sealed partial class ReplayVenue
{
    /// <summary>
    /// One plan per instrument and side over all that waits there, at the worst of their prices, so that whoever gives
    /// contracts keeps equity whatever it is matched with. Legs are matched in the order of the plan with closes in the
    /// order of the triggers.
    /// </summary>
    private void Deleverage(List<Waiting> waiting)
    {
        if (waiting.Count == 0)
        {
            return;
        }
        var candidates = Candidates([.. waiting.Select(w => w.Account)]);
        var touched = new SortedSet<int>();
        foreach (var group in waiting.GroupBy(w => (w.Instrument.Index, w.Close.IsLong)).OrderBy(g => g.Key))
        {
            var instrument = group.First().Instrument;
            var unit = UsdPerLot(instrument);
            var question = new AllocationQuestion(group.Sum(w => Lots(w.Close, instrument)), unit,
                group.Max(w => Forgone(w, unit)));
            // who gives holds the side that the waiting accounts lose on: they sell longs, so shorts buy back
            var plan = DeleveragingPlanner.Plan(question, Pool(candidates, touched, instrument,
                group.Key.IsLong ? 1 : -1), _rules.Deleveraging);
            Match([.. group], plan, unit, touched);
        }
    }

    private void Match(List<Waiting> waiting, AllocationPlan plan, decimal unit, SortedSet<int> touched)
    {
        var (leg, given) = (0, 0L);
        foreach (var one in waiting)
        {
            var left = Lots(one.Close, one.Instrument);
            while (left > 0 && leg < plan.Legs.Count)
            {
                var (giver, lots) = (plan.Legs[leg].Candidate.Account, Math.Min(left, plan.Legs[leg].Lots - given));
                var quantity = new Quantity((one.Close.IsLong ? 1m : -1m) * lots * one.Instrument.LotSize);
                Fill(VenueAct.Deleveraged, one.Instrument, one.Price, one.Account, quantity, giver,
                    FillReason.Deleverage);
                _run.Deleveraged++;
                _run.DeleveragedNotional += lots * unit;
                _run.Forgone += lots * Forgone(one, unit);
                touched.Add(_grid.State.Accounts.Number(giver));
                left -= lots;
                given += lots;
                (leg, given) = given == plan.Legs[leg].Lots ? (leg + 1, 0L) : (leg, given);
            }
            if (left > 0)
            {
                var quantity = new Quantity((one.Close.IsLong ? 1m : -1m) * left * one.Instrument.LotSize);
                foreach (var piece in _house.Pieces(one.Instrument, quantity))
                {
                    Fill(one.Failed ? VenueAct.Unpaid : VenueAct.Liquidated, one.Instrument,
                        MarketPrice(one.Instrument, piece), one.Account, piece,
                        _house.Book(one.Instrument, -piece), FillReason.Liquidation);
                }
            }
        }
    }

    /// <summary>
    /// A closed account that owes: its coins are changed at the mark, then the fund pays, and what it cannot pay is
    /// bad debt, which stays in the account. Accounts that still hold positions are not closed.
    /// </summary>
    private void Cover(int number)
    {
        var account = _grid.State.Accounts.Read(number);
        if (account.HasExposure || account.Balances.All(b => b.Amount >= 0m))
        {
            return;
        }
        var (frame, usd, changer) = (_grid.Frame, _grid.Frame.Universe.Usd, VenueHouse.Changer);
        decimal Up(decimal amount, Asset asset) =>
            Decimals.CeilingTo(amount * frame.UsdPrice(asset)!.Value, usd.Quantum);
        decimal Down(decimal amount, Asset asset) =>
            Decimals.FloorTo(amount * frame.UsdPrice(asset)!.Value, usd.Quantum);
        var owed = account.Balances.Where(b => b.Amount < 0m).Sum(b => Up(-b.Amount, b.Asset));
        var worth = account.Balances.Where(b => b.Amount > 0m).Sum(b => Down(b.Amount, b.Asset));
        var missing = Math.Max(0m, owed - worth);
        var paid = Math.Min(missing, _house.Balance(VenueHouse.Fund, usd));
        _house.Move(VenueHouse.Fund, account.Id, usd, paid);
        _run.FundOut += paid;
        if (paid < missing)
        {
            _run.BadDebt += missing - paid;
            return;
        }
        // the changer lends what is below 0 and takes USD, then coins, for it
        account = _grid.State.Accounts.Read(number);
        foreach (var balance in account.Balances.Where(b => b.Amount < 0m))
        {
            _house.Move(changer, account.Id, balance.Asset, -balance.Amount);
        }
        owed = account.Balances.Where(b => b.Amount < 0m).Sum(b => Up(-b.Amount, b.Asset));
        foreach (var balance in account.Balances.Where(b => b.Amount > 0m)
            .OrderBy(b => b.Asset.Index == usd.Index ? -1 : b.Asset.Index))
        {
            var price = frame.UsdPrice(balance.Asset)!.Value;
            var units = Math.Min(balance.Amount, Decimals.CeilingTo(owed / price, balance.Asset.Quantum));
            _house.Move(account.Id, changer, balance.Asset, units);
            owed = Math.Max(0m, owed - Down(units, balance.Asset));
        }
    }

    /// <summary>Every position of everybody but the house and who waits, valued at the frame, by account.</summary>
    private (int Instrument, DeleveragingCandidate Candidate)[][] Candidates(HashSet<AccountId> waiting)
    {
        var found = new (int Instrument, DeleveragingCandidate Candidate)[_grid.Accounts][];
        _grid.InParallel(found.Length, number =>
        {
            var id = _grid.State.Accounts.Id(number);
            found[number] = VenueHouse.IsHouse(id) || waiting.Contains(id) ? [] : Of(number);
        });
        return found;
    }

    private List<DeleveragingCandidate> Pool((int Instrument, DeleveragingCandidate Candidate)[][] all,
        SortedSet<int> touched, Instrument instrument, int side)
    {
        foreach (var number in touched)
        {
            all[number] = Of(number);
        }
        touched.Clear();
        var pool = new List<DeleveragingCandidate>();
        foreach (var account in all)
        {
            foreach (var (index, candidate) in account)
            {
                if (candidate.Side == side && index == instrument.Index)
                {
                    pool.Add(candidate);
                }
            }
        }
        return pool;
    }

    private (int Instrument, DeleveragingCandidate Candidate)[] Of(int number)
    {
        var valuation = AccountValuation.Of(_grid.State.Accounts.Read(number), _grid.Frame);
        if (!valuation.IsKnown || valuation.Equity <= 0m)
        {
            return [];
        }
        var profit = valuation.Positions.Sum(p => p.UnrealisedProfit);
        return [.. valuation.Positions.Where(p => !p.Position.Quantity.IsZero).Select(p => (p.Position.Instrument.Index,
            new DeleveragingCandidate
        {
            Account = valuation.Account.Id,
            Side = p.Position.Quantity.IsLong ? 1 : -1,
            Lots = Lots(p.Position.Quantity, p.Position.Instrument),
            EntryValue = Math.Abs(p.Position.Cost * p.SettlementPrice),
            MarkValue = p.Notional,
            Profit = p.UnrealisedProfit,
            Wallet = valuation.Equity - profit,
            Equity = valuation.Equity,
            MaintenanceMargin = valuation.MaintenanceMargin,
            GrossNotional = valuation.GrossNotional,
            Sequence = valuation.Account.Sequence,
        }))];
    }

    private static long Lots(Quantity quantity, Instrument instrument) =>
        decimal.ToInt64(quantity.Abs.Value / instrument.LotSize);

    /// <summary>Notional of a lot at the mark.</summary>
    private decimal UsdPerLot(Instrument instrument)
    {
        var (mark, settlement) = (_grid.Frame.Mark(instrument)!.Value.Value,
            _grid.Frame.UsdPrice(instrument.Settlement)!.Value);
        return instrument.LotSize * instrument.Multiplier
            * (instrument.Style == ContractStyle.Linear ? mark * settlement : settlement / mark);
    }

    /// <summary>USD per lot that the other side gets less at the price than at the mark.</summary>
    private decimal Forgone(Waiting waiting, decimal unit)
    {
        var (instrument, price) = (waiting.Instrument, waiting.Price.Value);
        var mark = _grid.Frame.Mark(instrument)!.Value.Value;
        // a seller's price above the mark costs the buyer; inverse contracts by the reciprocal
        var cost = instrument.Style == ContractStyle.Linear
            ? instrument.LotSize * instrument.Multiplier * _grid.Frame.UsdPrice(instrument.Settlement)!.Value
                * (price - mark)
            : unit * (1m - mark / price);
        return waiting.Close.IsLong ? -cost : cost;
    }
}
