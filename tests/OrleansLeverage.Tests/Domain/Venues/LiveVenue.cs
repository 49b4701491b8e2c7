using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Tests.Domain.Venues;

/// <summary>
/// A venue's rule file as the live grid takes it: a universe with the venue's markets, and accounts on it, each beside
/// the same account as <see cref="VenueMargin"/> is asked about.
/// </summary>
internal sealed class LiveVenue
{
    private readonly Dictionary<string, Instrument> _markets;

    public LiveVenue(RuleFile rules, params IReadOnlyList<string> markets)
        : this(rules, AssetId.Usd, markets)
    {
    }

    public LiveVenue(RuleFile rules, AssetId settlement, IReadOnlyList<string> markets)
    {
        Rules = rules;
        var assets = rules.Collateral.Keys.Where(a => a != AssetId.Usd).Order().ToArray();
        var coins = markets.Select((_, i) => new AssetId($"M{i}")).ToArray();
        Feed[] feeds = [.. assets.Concat(coins).Select(a => new Feed { Id = Of(a), TickSize = 0.00000001m })];
        var weighed = rules with
        {
            Collateral = rules.Collateral.Concat(coins.Select(c => KeyValuePair.Create(c, new CollateralTerms
            {
                Asset = c, Weight = 0m, MaintenanceWeight = 0m,
            }))).ToDictionary(),
        };
        Universe = new InstrumentFile
        {
            Name = rules.Rules.Name,
            Source = "test",
            Feeds = feeds,
            Assets =
            [
                new AssetTerms(AssetId.Usd, 0.00000001m, null),
                .. assets.Concat(coins).Select(a => new AssetTerms(a, 0.00000001m, Of(a))),
            ],
            Instruments =
            [
                .. markets.Select((market, i) => new InstrumentTerms
                {
                    Id = new InstrumentId($"M{i}-USD-PERP"), Kind = InstrumentKind.Perpetual,
                    Style = ContractStyle.Linear, Base = coins[i], Quote = AssetId.Usd, Settlement = settlement,
                    MarkFeed = Of(coins[i]), Multiplier = 1m, TickSize = 0.01m, LotSize = 0.001m,
                    PositionLimit = 100_000m, PriceMax = 100_000m, Schedule = market,
                }),
            ],
        }.Build(weighed, 1);
        _markets = markets.Select((market, i) => (market, Universe.Instruments[i]))
            .ToDictionary(m => m.market, m => m.Item2);
    }

    public RuleFile Rules { get; }

    public Universe Universe { get; }

    public Instrument Market(string name) => _markets[name];

    /// <summary>All prices of an account as it would be asked about; assets that it does not hold cost 1.</summary>
    public PriceFrame Frame(VenueAccount account, long sequence = 1)
    {
        var prices = Universe.Feeds.Select(_ => new FramePrice(new Price(1m), PriceState.Fresh, 1)).ToArray();
        foreach (var balance in account.Balances.Where(b => b.Asset != AssetId.Usd))
        {
            Set(Universe.Asset(balance.Asset)!.PriceFeed!, balance.Price);
        }
        var interest = new decimal[Universe.Instruments.Count];
        foreach (var position in account.Positions)
        {
            var instrument = Market(position.Market);
            Set(instrument.MarkFeed, position.Mark);
            interest[instrument.Index] = position.OpenInterest;
            if (instrument.Settlement.PriceFeed is { } feed)
            {
                Set(feed, position.SettlementPrice);
            }
        }
        void Set(Feed feed, decimal price) =>
            prices[feed.Index] = new FramePrice(new Price(price), PriceState.Fresh, 1);
        return new PriceFrame(new FrameNumber(1, sequence), 1, Universe, prices, openInterest: interest);
    }

    public Account Account(VenueAccount held)
    {
        var account = new Account(new AccountId("a1"));
        foreach (var balance in held.Balances)
        {
            account.Apply(new BalanceChanged(Universe.Asset(balance.Asset)!, balance.Amount, balance.Amount,
                BalanceReason.Import));
        }
        var orders = 0UL;
        foreach (var position in held.Positions)
        {
            var instrument = Market(position.Market);
            account.Apply(new PositionChanged(new Position
            {
                Instrument = instrument, Quantity = new Quantity(position.Signed),
                Cost = position.Signed * position.Entry,
                Mode = position.IsIsolated ? MarginMode.Isolated : MarginMode.Cross,
                IsolatedMargin = position.IsIsolated ? position.IsolatedMargin : 0m,
                LeverageSetting = position.Leverage,
            }));
            for (var i = 0; i < position.OpenOrders; i++)
            {
                var quantity = (i % 2 == 0 ? position.OpenBuys : -position.OpenSells)
                    / (i % 2 == 0 ? (position.OpenOrders + 1) / 2 : position.OpenOrders / 2);
                account.Apply(new OrderReserved(new Reservation(CommandId.Create(1, ++orders), instrument,
                    new Quantity(quantity), new Price(position.Mark))));
            }
        }
        return account;
    }

    public AccountValuation Value(VenueAccount account) => AccountValuation.Of(Account(account), Frame(account));

    /// <summary>An account of up to three markets near its line, drawn from a seed.</summary>
    public VenueAccount Draw(int seed)
    {
        var random = new Random(seed);
        var venue = Rules.Venue!;
        var isUsd = Universe.Instruments[0].Settlement.PriceFeed is null;
        var settlementPrice = isUsd ? 1m : 0.9m + random.Next(20) * 0.01m;
        var positions = _markets.Keys.Where(_ => random.Next(4) > 0).Select(market =>
        {
            var mark = decimal.Round((decimal)Math.Exp(random.NextDouble() * 9.0), 2) + 0.01m;
            var last = venue.Schedules[venue.Markets[market]].Outline.Tiers[^1];
            var cap = Math.Min(5_000_000.0, (double)(last.CapNotional ?? 5_000_000m));
            var size = Math.Min(90_000m,
                decimal.Round((decimal)Math.Exp(random.NextDouble() * Math.Log(cap)) / mark, 3) + 0.001m);
            var orders = random.Next(3) == 0 ? random.Next(1, 5) : 0;
            var isIsolated = venue.Isolation == IsolationTerms.Only
                || (venue.Isolation == IsolationTerms.Offered && random.Next(3) == 0);
            return new VenuePosition
            {
                Market = market, Side = random.Next(2) == 0 ? 1 : -1, Contracts = size,
                Entry = decimal.Round(mark * (0.9m + random.Next(20) * 0.01m), 2) + 0.01m, Mark = mark,
                SettlementPrice = settlementPrice, IsIsolated = isIsolated,
                IsolatedMargin = isIsolated ? decimal.Round(size * mark * random.Next(0, 30) * 0.01m, 4) : 0m,
                Leverage = venue.CustomLeverage && random.Next(3) == 0 ? random.Next(1, 20) : null,
                OpenOrders = orders, OpenBuys = (orders + 1) / 2 * random.Next(1, 9) * 0.125m,
                OpenSells = orders / 2 * random.Next(1, 9) * 0.125m, OpenInterest = random.Next(0, 120) * 1_000_000m,
            };
        }).ToArray();
        var need = positions.Sum(p => p.NotionalOf(p.Contracts)) * random.Next(0, 40) * 0.01m;
        var assets = Rules.Collateral.Keys.Order().ToArray();
        var balances = assets.Where(_ => random.Next(3) > 0).Select(asset =>
        {
            var price = asset == AssetId.Usd ? 1m
                : asset == Universe.Instruments[0].Settlement.Id ? settlementPrice
                : decimal.Round((decimal)Math.Exp(random.NextDouble() * 8.0 - 1.0), 4) + 0.0001m;
            var amount = decimal.Round(need / assets.Length / price, 4) + random.Next(0, 100) * 0.25m;
            return new VenueBalance(asset, random.Next(5) == 0 ? -amount / 4m : amount, price);
        }).Where(b => b.Amount != 0m).ToArray();
        return new VenueAccount(balances, positions);
    }

    private static FeedId Of(AssetId asset) => new($"{asset.Value}-USD");
}
