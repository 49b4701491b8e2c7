using OrleansLeverage.Domain;
using Xunit;
using Xunit.Abstractions;

namespace OrleansLeverage.Tests.Domain.Commands;

/// <summary>
/// Random commands over several accounts and the house. After every one, per asset and to the last digit:
/// <code>Σ balance + Σ isolated margin − Σ sign·cost + Σ q·F_last + Σ house = 0</code>
/// and per instrument the longs hold what the shorts owe.
/// </summary>
public sealed class ConservationTests(ITestOutputHelper output)
{
    private const int Commands = 25_000;
    private const int Accounts = 7;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void NothingIsMadeOrLost(int seed, bool poor)
    {
        var market = new Market(seed, poor);
        for (var i = 0; i < Commands; i++)
        {
            market.Step();
            market.Check($"seed {seed}, command {i}: {market.Last}");
        }
        var answers = market.Answers.OrderBy(a => a.Key).Select(a => $"{a.Key} {a.Value}");
        output.WriteLine($"seed {seed}: {string.Join(", ", answers)}");
        Assert.True(market.Answers[CommandStatus.Applied] > (poor ? Commands / 5 : Commands / 3),
            "most commands were refused");
        if (poor)
        {
            Assert.True(market.Answers.GetValueOrDefault(CommandStatus.InsufficientCollateral) > 500,
                "hardly any margin was short");
        }
    }

    /// <summary>
    /// Funding over a closed market is zero-sum, dust included, and the dust is less than a quantum per account.
    /// </summary>
    [Fact]
    public void FundingIsZeroSumWithItsDust()
    {
        var random = new Random(3);
        var instrument = Books.Instrument("ETH-USD-PERP");
        for (var i = 0; i < 500; i++)
        {
            var quantities = Enumerable.Range(0, 9).Select(_ =>
                random.Next(-5_000, 5_000) * instrument.LotSize).ToList();
            quantities.Add(-quantities.Sum());
            var funding = new decimal[Books.Universe.Instruments.Count];
            funding[instrument.Index] = Math.Round((decimal)(random.NextDouble() - 0.5), 9);
            var frame = Books.Frame(funding: funding);
            var (booked, dust) = (0m, 0m);
            foreach (var quantity in quantities.Where(q => q != 0m))
            {
                var account = Books.Account().Holding(instrument.Id.Value, quantity, 3_000m);
                var decision = account.Decide(new SettleFunding(Scene.Id, account.Id, instrument.Id), frame);
                booked += decision.Events.OfType<BalanceChanged>().Sum(e => e.Delta);
                dust += decision.House.Sum(h => h.Account == HouseAccount.Dust ? h.Delta
                    : throw new InvalidOperationException($"{h}"));
                foreach (var fact in decision.Events)
                {
                    account.Apply(fact);
                }
                Assert.Equal(CommandStatus.NothingToDo,
                    account.Decide(new SettleFunding(Scene.Id, account.Id, instrument.Id), frame).Status);
            }
            Assert.Equal(0m, booked + dust);
            Assert.InRange(dust, 0m, quantities.Count * instrument.Settlement.Quantum);
        }
    }

    private sealed class Market
    {
        private readonly Random _random;
        private readonly bool _poor;
        private readonly Account[] _accounts = [.. Enumerable.Range(0, Accounts).Select(i => Books.Account($"m{i}"))];
        private readonly Dictionary<(HouseAccount, string), decimal> _house = [];
        private readonly Dictionary<string, decimal> _external = [];
        private readonly decimal[] _prices = [60_000m, 3_000m, 150m, 1m, 60_010m, 3_001m];
        private readonly decimal[] _funding = new decimal[Books.Universe.Instruments.Count];
        private PriceFrame _frame;
        private ulong _number;

        public Market(int seed, bool poor)
        {
            _random = new Random(seed);
            _poor = poor;
            _frame = Books.FrameOf(_prices);
        }

        public string Last { get; private set; } = "";

        public Dictionary<CommandStatus, int> Answers { get; } = [];

        public void Step()
        {
            if (_random.Next(5) == 0)
            {
                Move();
            }
            var account = _accounts[_random.Next(Accounts)];
            var instrument = Books.Universe.Instruments[_random.Next(Books.Universe.Instruments.Count)];
            var id = CommandId.Create(1, ++_number);
            switch (_random.Next(20))
            {
                case < 9:
                    Trade(account, instrument, (FillReason)_random.Next(8) == FillReason.Deleverage);
                    break;
                case 9 or 10:
                    Pay(account);
                    break;
                case 11:
                    Transfer(account);
                    break;
                case 12:
                    Ask(account, new ReserveOrder(id, account.Id, instrument.Id, Quantity(instrument),
                        PriceOf(instrument)));
                    break;
                case 13 when account.Reservations.Count > 0:
                    Ask(account, new ReleaseOrder(id, account.Id,
                        account.Reservations[_random.Next(account.Reservations.Count)].Order));
                    break;
                case 14:
                    Ask(account, new SettleFunding(id, account.Id, instrument.Id));
                    break;
                case 15:
                    Ask(account, new SetLeverage(id, account.Id, instrument.Id, _random.Next(1, 60)));
                    break;
                case 16:
                    Ask(account, new SetMarginMode(id, account.Id, instrument.Id, (MarginMode)_random.Next(2)));
                    break;
                case 17:
                    Ask(account, new AssignIsolatedMargin(id, account.Id, instrument.Id,
                        _random.Next(-100, 300) * instrument.Settlement.Quantum * 1_000m));
                    break;
                case 18:
                    Ask(account, new Liquidate(id, account.Id));
                    break;
                default:
                    ImportOrExpire(account, instrument, id);
                    break;
            }
        }

        public void Check(string where)
        {
            foreach (var asset in Books.Universe.Assets)
            {
                var sum = _house.Where(h => h.Key.Item2 == asset.Id.Value).Sum(h => h.Value);
                foreach (var account in _accounts)
                {
                    sum += account.Balance(asset);
                    sum += account.Positions.Where(p => p.Instrument.Settlement == asset).Sum(p =>
                        p.IsolatedMargin - p.Instrument.ProfitSign * p.Cost + p.Quantity.Value * p.FundingIndex);
                }
                Assert.True(sum == 0m, $"{where}: {sum} {asset} too much");
                Assert.Equal(-_external.GetValueOrDefault(asset.Id.Value),
                    _house.GetValueOrDefault((HouseAccount.External, asset.Id.Value)));
                Assert.True(_house.GetValueOrDefault((HouseAccount.Dust, asset.Id.Value)) >= 0m,
                    $"{where}: rounded for an account");
            }
            foreach (var instrument in Books.Universe.Instruments)
            {
                var open = _accounts.Sum(a => a.Position(instrument).Quantity.Value);
                Assert.True(open == 0m, $"{where}: {open} {instrument} more long than short");
            }
            foreach (var account in _accounts)
            {
                Assert.True(account.Balances.All(b => b.Amount != 0m
                    && Decimals.IsMultipleOf(b.Amount, b.Asset.Quantum)), where);
                Assert.True(account.Positions.All(p => !p.IsDefault
                    && (p.Quantity.IsZero ? p.Cost == 0m : Math.Sign(p.Cost) == Math.Sign(p.Quantity.Value))), where);
                Assert.True(account.Positions.All(p => p.Mode == MarginMode.Isolated || p.IsolatedMargin == 0m), where);
                Assert.Equal(account.Positions.Select(p => p.Instrument.Index).Order().Distinct(),
                    account.Positions.Select(p => p.Instrument.Index));
            }
            if (_number % 50 == 0)
            {
                CheckEquity(where);
            }
        }

        /// <summary>What all accounts are worth together is what the house owes them.</summary>
        private void CheckEquity(string where)
        {
            var equity = _accounts.Sum(a => AccountValuation.Of(a, _frame).Equity);
            var house = _house.Sum(h => h.Value * _frame.UsdPrice(Books.Asset(h.Key.Item2))!.Value);
            // an inverse contract whose mark is not its coin's price divides once per account
            Assert.True(Math.Abs(equity + house) < 1e-9m, $"{where}: equity {equity}, house {house}");
        }

        private void Move()
        {
            var place = _random.Next(_prices.Length);
            if (place != 3)
            {
                _prices[place] = Math.Max(1m, Math.Round(_prices[place]
                    * (decimal)(1.0 + (_random.NextDouble() - 0.5) * 0.1), 2));
            }
            for (var i = 0; i < _funding.Length; i++)
            {
                _funding[i] += Math.Round((decimal)(_random.NextDouble() - 0.5) / 100m, 9);
            }
            _frame = Books.FrameOf([.. _prices], _random.Next(30) == 0 ? PriceState.Stale
                : PriceState.Fresh, [.. _funding]);
        }

        private void Trade(Account first, Instrument instrument, bool mustReduce)
        {
            var second = _accounts[_random.Next(Accounts)];
            if (second == first)
            {
                return;
            }
            var (quantity, price) = (Quantity(instrument), PriceOf(instrument));
            var held = first.Position(instrument).Quantity;
            if (!held.IsZero && _random.Next(3) == 0)
            {
                // whole closes and flips, which random sizes never meet
                quantity = _random.Next(2) == 0 ? -held : new Quantity(-2m * held.Value);
            }
            var fee = _random.Next(-1, 4) * instrument.Settlement.Quantum;
            var one = first.DecideFill(instrument, quantity, price, fee, mustReduce, _frame);
            var two = second.DecideFill(instrument, -quantity, price, fee, mustReduce, _frame);
            Last = $"{first.Id} buys {quantity} {instrument} at {price} of {second.Id}";
            Count(one.Status == CommandStatus.Applied ? two.Status : one.Status);
            if (one.Status == CommandStatus.Applied && two.Status == CommandStatus.Applied)
            {
                Write(first, one);
                Write(second, two);
            }
        }

        private void Pay(Account account)
        {
            var asset = Books.Universe.Assets[_random.Next(Books.Universe.Assets.Count)];
            var units = Decimals.FloorTo((_poor ? 2_000m : 2_000_000m)
                * (decimal)_random.NextDouble() / _frame.UsdPrice(asset)!.Value, asset.Quantum);
            var id = CommandId.Create(1, ++_number);
            if (_random.Next(3) == 0)
            {
                var held = account.Balance(asset);
                var amount = held > 0m && _random.Next(2) == 0 ? held : units;
                if (Ask(account, new Withdraw(id, account.Id, asset.Id, amount)))
                {
                    _external[asset.Id.Value] = _external.GetValueOrDefault(asset.Id.Value) - amount;
                }
            }
            else if (Ask(account, new Deposit(id, account.Id, asset.Id, units)))
            {
                _external[asset.Id.Value] = _external.GetValueOrDefault(asset.Id.Value) + units;
            }
        }

        private void Transfer(Account from)
        {
            var to = _accounts[_random.Next(Accounts)];
            if (to == from || from.Balances.Count == 0)
            {
                return;
            }
            var balance = from.Balances[_random.Next(from.Balances.Count)];
            var amount = Math.Abs(Decimals.FloorTo(balance.Amount * (decimal)_random.NextDouble() * 1.2m,
                balance.Asset.Quantum));
            var (one, two) = (from.DecideTransfer(balance.Asset.Id, -amount, _frame),
                to.DecideTransfer(balance.Asset.Id, amount, _frame));
            Last = $"{from.Id} gives {amount} {balance.Asset} to {to.Id}";
            Count(one.Status);
            if (one.Status == CommandStatus.Applied && two.Status == CommandStatus.Applied)
            {
                Write(from, one);
                Write(to, two);
            }
        }

        /// <summary>
        /// Imports come in pairs that hold one another's opposite; an expiry closes every account at one price.
        /// </summary>
        private void ImportOrExpire(Account account, Instrument instrument, CommandId id)
        {
            var price = PriceOf(instrument);
            if (_random.Next(4) == 0)
            {
                foreach (var each in _accounts)
                {
                    Ask(each, new ExpireInstrument(CommandId.Create(1, ++_number), each.Id, instrument.Id,
                        new Price(price.Value + 0.0000001m)));
                }
                return;
            }
            var other = _accounts[_random.Next(Accounts)];
            var quantity = Quantity(instrument);
            if (other == account || Math.Abs(account.Position(instrument).Quantity.Value + quantity.Value) > 1_000m
                || Math.Abs(other.Position(instrument).Quantity.Value - quantity.Value) > 1_000m)
            {
                return;
            }
            ImportAccount Of(Account to, decimal side) => new(id, to.Id, [new ImportedBalance(AssetId.Usd, 5m)],
                [new ImportedPosition(instrument.Id, new Quantity(side * quantity.Value),
                    new Price(price.Value + 0.0000001m))]);
            if (Ask(account, Of(account, 1m)))
            {
                Assert.True(Ask(other, Of(other, -1m)), Last);
                _external["USD"] = _external.GetValueOrDefault("USD") + 10m;
            }
        }

        private bool Ask(Account account, SingleAccountCommand command)
        {
            Last = command.ToString();
            var decision = account.Decide(command, _frame);
            Count(decision.Status);
            Write(account, decision);
            return decision.Status == CommandStatus.Applied;
        }

        private void Write(Account account, Decision decision)
        {
            foreach (var fact in decision.Events)
            {
                if (fact is BalanceChanged changed)
                {
                    Assert.Equal(changed.After, account.Balance(changed.Asset) + changed.Delta);
                }
                account.Apply(fact);
            }
            foreach (var entry in decision.House)
            {
                var key = (entry.Account, entry.Asset.Id.Value);
                _house[key] = _house.GetValueOrDefault(key) + entry.Delta;
            }
        }

        private void Count(CommandStatus status) => Answers[status] = Answers.GetValueOrDefault(status) + 1;

        private Quantity Quantity(Instrument instrument) =>
            new((_random.Next(2) == 0 ? 1m : -1m) * instrument.LotSize
                * _random.Next(1, instrument.LotSize == 1m ? 300 : 3_000));

        private Price PriceOf(Instrument instrument) => new(Decimals.FloorTo(
            Math.Max(1m, _frame.Mark(instrument)!.Value.Value * (decimal)(0.98 + 0.04 * _random.NextDouble())),
                instrument.TickSize));
    }
}
