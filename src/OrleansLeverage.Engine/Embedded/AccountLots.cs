using System.Globalization;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Lots;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Journal;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>
/// The ledger of one account as its journal tells it: every fill of a position, and every movement of a coin that it
/// holds, as lines that lots are made of. Nothing is kept beside the journal, so lots cannot part from what happened.
/// <code>
/// linear     a purchase buys base units at their value in the settlement asset
/// inverse    a purchase sells dollars for coins: the contract is short the dollar, and amounts are coins
/// </code>
/// A fill's value is exact: Δcost − sign·Δrealised, whatever the fill closed.
/// </summary>
/// <param name="Lines">By stock: an instrument, or "BTC collateral".</param>
public sealed record AccountLots(IReadOnlyList<(string Asset, LotEvent Line)> Lines, IReadOnlyList<string> Notes)
{
    private const string Here = "account";

    /// <summary>Reads the whole archive; nothing may serve from it meanwhile.</summary>
    public static AccountLots Read(string directory, Universe universe, AccountId account)
    {
        using var journal = DurableJournal.Open(new JournalOptions
        {
            Directory = directory, SchemaVersion = JournalCodec.SchemaVersion, CreateIfEmpty = false,
        });
        var reader = new Reader(account);
        foreach (var record in journal.ReadAll().SelectMany(batch => JournalReader.Records(batch, universe)))
        {
            reader.Take(record);
        }
        return new AccountLots(reader.Lines, [.. reader.Notes.Order(StringComparer.Ordinal)]);
    }

    private sealed class Reader(AccountId id)
    {
        private Account? _account;
        private FrameRecord? _frame;

        public List<(string Asset, LotEvent Line)> Lines { get; } = [];

        public HashSet<string> Notes { get; } = [];

        public void Take(JournalRecord record)
        {
            switch (record)
            {
                case FrameRecord frame:
                    _frame = frame;
                    break;
                case AppliedRecord applied:
                    foreach (var change in applied.Changes.Where(change => change.Account == id))
                    {
                        Take(change);
                    }
                    break;
                case TriggerRecord trigger when trigger.Change.Account == id:
                    Take(trigger.Change);
                    break;
            }
        }

        private void Take(AccountChange change)
        {
            var before = _account ?? new Account(id);
            var fee = change.Events.OfType<BalanceChanged>().Where(b => b.Reason == BalanceReason.Fee)
                .Sum(b => -b.Delta);
            foreach (var fact in change.Events)
            {
                switch (fact)
                {
                    case PositionChanged position:
                        fee = Fill(before.Position(position.After.Instrument), position.After, fee);
                        break;
                    case BalanceChanged balance when balance.Asset.Id != AssetId.Usd:
                        Move(balance);
                        break;
                }
            }
            _account = change.ApplyTo(_account);
        }

        /// <summary>Returns the fee that is left for the next fill: none, once one has taken it.</summary>
        private decimal Fill(Position before, Position after, decimal fee)
        {
            var change = after.Quantity.Value - before.Quantity.Value;
            if (change == 0m)
            {
                return fee;
            }
            var instrument = after.Instrument;
            var value = after.Cost - before.Cost
                - (instrument.ProfitSign * (after.RealisedProfit - before.RealisedProfit));
            var buys = change > 0m == instrument.Style is ContractStyle.Linear;
            var quantity = Math.Abs(change) * instrument.Multiplier;
            Add(instrument.Id.Value, buys ? LotEventKind.Buy : LotEventKind.Sell, quantity, line => line with
            {
                Amount = Math.Abs(value), Price = Math.Abs(value) / quantity, Fee = fee,
                Label = change > 0m ? "BUY" : "SELL",
            });
            return 0m;
        }

        private void Move(BalanceChanged balance)
        {
            if (balance.Delta == 0m || balance.Reason == BalanceReason.IsolatedMargin)
            {
                return;
            }
            var price = _frame?.Prices.Where(p => p.Feed == balance.Asset.PriceFeed?.Id).Select(p => (decimal?)p.Price)
                .FirstOrDefault();
            if (price is null)
            {
                Notes.Add($"{balance.Asset} had no price at some of its movements: those count as worth nothing");
            }
            var kind = balance.Reason switch
            {
                BalanceReason.Deposit or BalanceReason.Import or BalanceReason.Withdrawal or BalanceReason.Transfer =>
                    balance.Delta > 0m ? LotEventKind.Buy : LotEventKind.Sell,
                _ => balance.Delta > 0m ? LotEventKind.Income : LotEventKind.Sell,
            };
            if (balance.Reason is BalanceReason.Deposit or BalanceReason.Withdrawal or BalanceReason.Transfer)
            {
                Notes.Add($"{balance.Asset} that came or went counts at its market price then: what it had cost "
                    + "elsewhere is not known here");
            }
            Add($"{balance.Asset} collateral", kind, Math.Abs(balance.Delta), line => line with
            {
                Price = price ?? 0m, Label = balance.Reason.ToString().ToUpperInvariant(),
            });
        }

        private void Add(string stock, LotEventKind kind, decimal quantity, Func<LotEvent, LotEvent> with)
        {
            var time = DateTimeOffset.FromUnixTimeMilliseconds(_frame?.TimeMs ?? 0);
            var id = (Lines.Count + 1).ToString("D9", CultureInfo.InvariantCulture);
            Lines.Add((stock, with(new LotEvent(time, id, kind, quantity) { Wallet = Here })));
        }
    }
}
