using OrleansLeverage.Domain;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>One position of a case, by the symbol it names.</summary>
internal readonly record struct HeldPosition(string Symbol, decimal Quantity, decimal Entry);

/// <summary>
/// A real account at a real frame, for cases that state an account: linear contracts on as many markets as the case
/// names, one pair of margin rates, collateral in USD and (weighted) coins.
/// </summary>
internal sealed class AccountBook
{
    private const decimal Step = 0.0001m;
    private const decimal LimitMax = 1_000_000m;
    private static readonly AccountId Id = new("case");
    private readonly Dictionary<string, InstrumentId> _instruments = new(StringComparer.Ordinal);
    private readonly Universe _universe;

    /// <summary>
    /// Marks are by symbol; collateral is a coin held beside the wallet's USD, with the share that counts.
    /// </summary>
    public AccountBook(
        decimal wallet, IReadOnlyDictionary<string, decimal> marks, decimal initialRate, decimal maintenanceRate,
        (decimal Amount, decimal Price, decimal Weight)? collateral = null, decimal fundingPerUnit = 0m,
        PriceState state = PriceState.Fresh)
    {
        var symbols = marks.Keys.Order(StringComparer.Ordinal).ToList();
        var feeds = symbols.Select((_, i) => Market(i)).ToList();
        var usd = new Asset { Id = AssetId.Usd, Quantum = 0.000001m };
        var assets = new List<Asset> { usd };
        if (collateral is { } coin)
        {
            var feed = new Feed { Id = new FeedId("COIN-USD"), TickSize = Step, Index = feeds.Count };
            feeds.Add(feed);
            assets.Add(new Asset
            {
                Id = new AssetId("COIN"), Quantum = Step, PriceFeed = feed, CollateralWeight = coin.Weight, Index = 1,
            });
        }
        var schedule = MarginSchedule.Fraction("case", initialRate, maintenanceRate);
        var instruments = symbols.Select((symbol, i) => Contract(symbol, i, feeds[i], usd, schedule)).ToList();
        _universe = new Universe(1, Rules(), feeds, assets, instruments);
        Frame = new PriceFrame(
            new FrameNumber(1, 1), 1, _universe,
            [.. symbols.Select(s => marks[s]).Concat(collateral is { } c ? [c.Price] : [])
                .Select(price => new FramePrice(new Price(price), state, 1))],
            [.. instruments.Select(_ => fundingPerUnit)]);
        Account = new Account(Id);
        Deposit(usd, wallet);
        if (collateral is { } held)
        {
            Deposit(assets[1], held.Amount);
        }
    }

    public Account Account { get; }

    public PriceFrame Frame { get; }

    public AccountValuation Valuation => AccountValuation.Of(Account, Frame);

    /// <summary>Below maintenance margin, or with nothing left at all.</summary>
    public bool IsBelowMaintenance => Valuation.Tier(_universe.Rules) >= RiskTier.Liquidation;

    /// <summary>Whether a liquidation would begin now: below maintenance, and at prices that may decide.</summary>
    public bool IsLiquidated => Account.Decide(new Liquidate(Command(1), Id), Frame).Status == CommandStatus.Applied;

    public void Hold(HeldPosition held)
    {
        var flat = new Position { Instrument = _universe.Instrument(_instruments[held.Symbol])! };
        var (position, _) = flat.Fill(new Quantity(held.Quantity), new Price(held.Entry));
        Account.Apply(new PositionChanged(position));
    }

    /// <summary>The pre-trade check: whether the account may open this order.</summary>
    public bool MayOrder(string symbol, decimal quantity, decimal price)
    {
        var order = new ReserveOrder(Command(2), Id, _instruments[symbol], new Quantity(quantity), new Price(price));
        return Account.Decide(order, Frame).Status switch
        {
            CommandStatus.Applied => true,
            CommandStatus.InsufficientCollateral => false,
            var other => throw new ProductRefusal(other.ToString()),
        };
    }

    private static Feed Market(int index) => new() { Id = new FeedId($"M{index}-USD"), TickSize = Step, Index = index };

    private static CommandId Command(long number) => CommandId.Series(1, 0, number);

    private static RiskRules Rules() => new()
    {
        Name = "conformance", Version = 1, EffectiveFrom = DateTimeOffset.UnixEpoch,
    };

    private Instrument Contract(string symbol, int index, Feed feed, Asset usd, MarginSchedule schedule)
    {
        var id = new InstrumentId($"M{index}-USD-PERP");
        _instruments.Add(symbol, id);
        return new Instrument
        {
            Id = id, Kind = InstrumentKind.Perpetual, Base = usd, Quote = usd, Settlement = usd, MarkFeed = feed,
            TickSize = Step, LotSize = Step, PositionLimit = LimitMax, PriceMax = LimitMax, Margin = schedule,
            Index = index,
        };
    }

    private void Deposit(Asset asset, decimal amount)
    {
        if (amount != 0m)
        {
            Account.Apply(new BalanceChanged(asset, amount, amount, BalanceReason.Deposit));
        }
    }
}
