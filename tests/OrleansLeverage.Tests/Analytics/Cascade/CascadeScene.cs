using OrleansLeverage.Analytics.Cascade;
using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Tests.Analytics.Cascade;

/// <summary>
/// Accounts of linear contracts in one or two markets, built as exact accounts and handed to simulators.
/// </summary>
internal sealed class CascadeScene
{
    private readonly List<Account> _accounts = [];
    private readonly decimal[] _prices;

    public CascadeScene(decimal maintenanceRate, params decimal[] prices)
    {
        _prices = prices;
        var usd = new Asset { Id = AssetId.Usd, Quantum = 0.00000001m };
        var feeds = prices.Select((_, i) => new Feed
        {
            Id = new FeedId($"{"AB"[i]}-USD"), TickSize = 0.0001m, Index = i,
        }).ToArray();
        var coins = feeds.Select((feed, i) => new Asset
        {
            Id = new AssetId("AB"[i].ToString()), Quantum = 0.00000001m, PriceFeed = feed, CollateralWeight = 0.9m,
            Index = i + 1,
        });
        var schedule = MarginSchedule.Fraction("scene", Math.Min(1m, 2m * maintenanceRate), maintenanceRate);
        var instruments = feeds.Select((feed, i) => new Instrument
        {
            Id = new InstrumentId($"{"AB"[i]}-USD-PERP"), Kind = InstrumentKind.Perpetual, Base = usd, Quote = usd,
            Settlement = usd, MarkFeed = feed, TickSize = 0.0001m, LotSize = 0.0001m, PositionLimit = 1_000_000_000m,
            PriceMax = 1_000_000_000m, Margin = schedule, Index = i,
        }).ToArray();
        var rules = new RiskRules { Name = "scene", Version = 1, EffectiveFrom = DateTimeOffset.UnixEpoch };
        Universe = new Universe(1, rules, feeds, [usd, .. coins], instruments);
        Frame = FrameAt(prices);
    }

    public Universe Universe { get; }

    public PriceFrame Frame { get; }

    public IReadOnlyList<Account> Accounts => _accounts;

    public ExposureBook Book => ExposureBook.Of(_accounts, Frame);

    public PriceFrame FrameAt(params decimal[] prices) => new(new FrameNumber(1, 1), 1, Universe,
        [.. prices.Select(p => new FramePrice(new Price(p), PriceState.Fresh, 1))]);

    public CascadeScene Add(decimal cash, decimal quantity, decimal? entry = null, int market = 0, decimal coins = 0m,
        int coin = 0)
    {
        var account = new Account(new AccountId($"a{_accounts.Count + 1}"));
        Put(account, Universe.Usd, cash);
        Put(account, Universe.Assets[coin + 1], coins);
        _accounts.Add(account);
        return quantity == 0m ? this : Hold(quantity, entry, market);
    }

    /// <summary>A further position of the account added last.</summary>
    public CascadeScene Hold(decimal quantity, decimal? entry = null, int market = 0)
    {
        var instrument = Universe.Instruments[market];
        _accounts[^1].Apply(new PositionChanged(new Position
        {
            Instrument = instrument,
            Quantity = new Quantity(quantity),
            Cost = quantity * (entry ?? _prices[market]),
        }));
        return this;
    }

    /// <summary>A long that meets its margin at <paramref name="liquidation"/> exactly.</summary>
    public CascadeScene Rung(decimal liquidation, decimal quantity, decimal rate) =>
        Add(quantity * (_prices[0] - liquidation * (1m - rate)), quantity);

    public CascadeOutcome Run(CascadeSettings settings, params IReadOnlyList<IReadOnlyList<double>> path) =>
        new CascadeSimulator(Book, settings).Run(path);

    /// <summary>A market that answers linearly with price per unit, remembers everything and has one depth.</summary>
    public static CascadeMarket Ladder(double price, double lambda) => new()
    {
        Depth = price * price / lambda, PermanentShare = 1.0, RecoveryPerTick = 0.0, DepthExponent = 0.0,
    };

    private static void Put(Account account, Asset asset, decimal amount)
    {
        if (amount != 0m)
        {
            account.Apply(new BalanceChanged(asset, amount, amount, BalanceReason.Deposit));
        }
    }
}
