using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.Domain;

/// <summary>
/// Everything that can be priced and held: feeds, assets, instruments, each with its place in the columns, and the
/// margin rules in force. Immutable; a change makes a new universe with a higher <see cref="Version"/>.
/// </summary>
public sealed class Universe
{
    /// <summary>
    /// Decimal digits that a product of price, quantity and margin rate may need: what <see cref="decimal"/> holds
    /// exactly.
    /// </summary>
    public const int DigitsMax = 28;

    private readonly Dictionary<FeedId, Feed> _feeds;
    private readonly Dictionary<AssetId, Asset> _assets;
    private readonly Dictionary<InstrumentId, Instrument> _instruments;
    private readonly int[] _portfolios;
    private readonly Feed[] _markets;

    /// <param name="scenarios">Whoever values scenarios; needed where the rules offer portfolio margin.</param>
    public Universe(int version, RiskRules rules, IReadOnlyList<Feed> feeds, IReadOnlyList<Asset> assets,
        IReadOnlyList<Instrument> instruments, IScenarioPricer? scenarios = null)
    {
        Version = version;
        Rules = rules;
        Feeds = feeds;
        Assets = assets;
        Instruments = instruments;
        Scenarios = scenarios;
        _feeds = feeds.ToDictionary(f => f.Id);
        _assets = assets.ToDictionary(a => a.Id);
        _instruments = instruments.ToDictionary(i => i.Id);
        Markets = [.. feeds.Where(feed => !feed.Id.IsMade)];
        _markets = [.. instruments.Select(i => i.Option?.Marking is { } marking
            && _feeds.TryGetValue(marking.Underlying, out var underlying) ? underlying : i.MarkFeed)];
        _portfolios = [.. instruments.Select(instrument => Place(rules.Portfolio, instrument))];
        HasTerms = assets.Any(a => a.Terms is not null) || instruments.Any(i => i.Terms is not null)
            || rules.Profit != ProfitTerms.Whole || rules.OrderReserve > 0m || rules.IsolatedAtEntry;
        Check();
    }

    public int Version { get; }

    public RiskRules Rules { get; }

    /// <summary>
    /// Whether anything counts otherwise than brackets, weights and whole profits say: then every account is valued by
    /// the terms of its venue, exactly and in columns.
    /// </summary>
    public bool HasTerms { get; }

    public IReadOnlyList<Feed> Feeds { get; }

    public IReadOnlyList<Asset> Assets { get; }

    public IReadOnlyList<Instrument> Instruments { get; }

    /// <summary>Whoever values scenarios; null only where no portfolio margin is offered.</summary>
    public IScenarioPricer? Scenarios { get; }

    public Asset Usd => _assets[AssetId.Usd];

    public Feed? Feed(FeedId id) => _feeds.GetValueOrDefault(id);

    public Asset? Asset(AssetId id) => _assets.GetValueOrDefault(id);

    public Instrument? Instrument(InstrumentId id) => _instruments.GetValueOrDefault(id);

    /// <summary>Feeds to which prices are published: a market each. The others hold marks that a model makes.</summary>
    public IReadOnlyList<Feed> Markets { get; }

    /// <summary>The market that an instrument is counted in: its mark's, of an option marked by a model the
    /// underlying's.</summary>
    public Feed MarketOf(Instrument instrument) => _markets[instrument.Index];

    /// <summary>
    /// Place in <see cref="RiskRules.Portfolio"/> of the terms under which an instrument is margined by scenarios, −1
    /// where it is not.
    /// </summary>
    public int PortfolioOf(Instrument instrument) => _portfolios[instrument.Index];

    private static int Place(IReadOnlyList<PortfolioTerms> portfolio, Instrument instrument)
    {
        for (var place = 0; place < portfolio.Count; place++)
        {
            if (portfolio[place].Takes(instrument))
            {
                return place;
            }
        }
        return -1;
    }

    private void Check()
    {
        Rules.Check();
        Require(Rules.Portfolio.Count == 0 || Scenarios is not null,
            $"rules {Rules.Name} margin portfolios by scenarios, and nobody here values them");
        foreach (var terms in Rules.Portfolio)
        {
            Require(Asset(terms.Underlying)?.PriceFeed is not null
                && Rules.Portfolio.Count(other => other.Underlying == terms.Underlying
                    && other.Scenarios.Settlement == terms.Scenarios.Settlement) == 1,
                $"portfolio margin of {terms.Underlying}: an asset of the universe with a price, listed once");
        }
        Require(_assets.ContainsKey(AssetId.Usd), "the universe has no USD");
        for (var i = 0; i < Feeds.Count; i++)
        {
            Require(Feeds[i].Index == i && Feeds[i].TickSize > 0m,
                $"feed {Feeds[i]}: index {Feeds[i].Index} at place {i}, tick {Feeds[i].TickSize}");
            Require(!Feeds[i].Id.IsMade || Instruments.Any(instrument => instrument.Option?.Marking is not null
                && instrument.MarkFeed.Index == i), $"feed {Feeds[i]}: nobody publishes to it and no model fills it");
        }
        for (var i = 0; i < Assets.Count; i++)
        {
            var asset = Assets[i];
            Require(asset.Index == i && asset.Quantum > 0m,
                $"asset {asset}: index {asset.Index} at place {i}, quantum {asset.Quantum}");
            Require(asset.CollateralWeight is >= 0m and <= 1m,
                $"asset {asset}: collateral weight {asset.CollateralWeight} is not in [0, 1]");
            Require((asset.PriceFeed is null) == (asset.Id == AssetId.Usd),
                $"asset {asset}: every asset but USD has a price feed");
            Require(asset.PriceFeed is null || IsOwn(asset.PriceFeed),
                $"asset {asset}: feed {asset.PriceFeed} is not the universe's");
        }
        for (var i = 0; i < Instruments.Count; i++)
        {
            CheckInstrument(Instruments[i], i);
        }
    }

    private bool IsOwn(Feed feed) => feed.Index < Feeds.Count && Feeds[feed.Index] == feed;

    private bool IsOwn(Asset asset) => asset.Index < Assets.Count && Assets[asset.Index] == asset;

    private void CheckInstrument(Instrument instrument, int place)
    {
        var name = $"instrument {instrument}";
        Require(instrument.Index == place, $"{name}: index {instrument.Index} at place {place}");
        Require(IsOwn(instrument.MarkFeed), $"{name}: feed {instrument.MarkFeed} is not the universe's");
        Require(IsOwn(instrument.Base) && IsOwn(instrument.Quote) && IsOwn(instrument.Settlement),
            $"{name}: assets {instrument.Base}, {instrument.Quote}, {instrument.Settlement} are not the universe's");
        Require(instrument is { TickSize: > 0m, LotSize: > 0m, Multiplier: > 0m, PositionLimit: > 0m and <= 1e12m,
            PriceMax: > 0m and <= Price.Max },
            $"{name}: tick, lot, multiplier, position limit and largest price are above 0 and in range");
        Require(instrument.Style == ContractStyle.Linear
            || instrument.Settlement == instrument.Base, $"{name}: an inverse contract settles in its base");
        Require(instrument.Style == ContractStyle.Inverse
            || instrument.Settlement.PriceFeed?.Index != instrument.MarkFeed.Index,
            $"{name}: a linear contract is not settled in an asset priced by its own mark");
        Require((instrument.Kind == InstrumentKind.Option) == (instrument.Option is not null),
            $"{name}: an option, and only it, has a strike");
        if (instrument.Option is { } option)
        {
            CheckOption(instrument, option, name);
        }
        var rateScale = instrument.Margin.Tiers.Max(t => Decimals.Scale(t.MaintenanceRate));
        var digits = Decimals.IntegerDigits(Math.Min(instrument.PositionLimit * instrument.Multiplier
            * instrument.PriceMax, 1e15m))
            + Decimals.Scale(instrument.TickSize) + Decimals.Scale(instrument.LotSize)
                + Decimals.Scale(instrument.Multiplier) + rateScale;
        Require(digits <= DigitsMax,
            $"{name}: price × quantity × margin rate needs {digits} digits, {DigitsMax} are exact");
    }

    private void CheckOption(Instrument instrument, OptionTerms option, string name)
    {
        Require(instrument.Style == ContractStyle.Linear,
            $"{name}: an option's premium is paid as quoted, so its style is linear; one in coin settles in its base");
        if (option.Marking is not { } marking)
        {
            return;
        }
        Require(instrument.Expiry is not null, $"{name}: what is marked by a model has an expiry");
        Require(marking.Volatility is > 0m and <= OptionMarking.VolatilityMax,
            $"{name}: volatility {marking.Volatility} is above 0 and at most {OptionMarking.VolatilityMax}");
        Require(_feeds.TryGetValue(marking.Underlying, out var underlying)
            && !underlying.Id.IsMade,
            $"{name}: underlying feed {marking.Underlying} is one of the universe's to which prices are published");
        Require(instrument.MarkFeed.Id.IsMade,
            $"{name}: feed {instrument.MarkFeed}, into which its mark is written, is named as an option is");
        Require(Instruments.Count(i => i.MarkFeed.Index == instrument.MarkFeed.Index) == 1
            && Assets.All(a => a.PriceFeed?.Index != instrument.MarkFeed.Index),
            $"{name}: feed {instrument.MarkFeed}, into which its mark is written, is nobody else's");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new FormatException(message);
        }
    }
}
