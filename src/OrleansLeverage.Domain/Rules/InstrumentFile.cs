using System.Globalization;
using System.Text.Json;
using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.Domain;

/// <summary>
/// What can be priced, held and traded, as data; the format is in <c>Rules/README.md</c>. The order of the file is the
/// order of the universe's columns.
/// </summary>
public sealed record InstrumentFile
{
    public const string Schema = "leverage-instruments/1";

    private const decimal BetaMax = 100m;

    public required string Name { get; init; }

    /// <summary>Where the terms come from, in words.</summary>
    public required string Source { get; init; }

    public required IReadOnlyList<Feed> Feeds { get; init; }

    public required IReadOnlyList<AssetTerms> Assets { get; init; }

    public required IReadOnlyList<InstrumentTerms> Instruments { get; init; }

    /// <param name="text">The whole JSON text.</param>
    /// <param name="file">What messages call it: a file's name.</param>
    /// <exception cref="RuleFileException">Anything unknown, missing, repeated, malformed or out of range.</exception>
    public static InstrumentFile Parse(string text, string file) => StrictObject.Read(text, file, Read);

    /// <summary>The same inside a larger document, at <paramref name="path"/>.</summary>
    public static InstrumentFile Parse(JsonElement element, string file, string path = "$") =>
        StrictObject.Read(element, file, path, Read);

    /// <summary>
    /// The universe under one set of rules. Throws where the two do not fit together, with what is missing.
    /// </summary>
    /// <param name="scenarios">Whoever values scenarios; needed where the rules offer portfolio margin.</param>
    public Universe Build(RuleFile rules, int version, IScenarioPricer? scenarios = null)
    {
        if (rules.NotApplied.Count > 0)
        {
            throw new RuleException(RuleFileStatus.NotApplied, $"rules {rules.Rules.Name} ask for what the live grid "
                + $"does not apply: {string.Join(", ", rules.NotApplied)}");
        }
        var feeds = Feeds.Select((feed, place) => feed with { Index = place }).ToArray();
        var feedById = ById(feeds, feed => feed.Id, "feed");
        var assets = Assets.Select((asset, place) => new Asset
        {
            Id = asset.Id,
            Quantum = asset.Quantum,
            PriceFeed = asset.Feed is { } id ? Find(feedById, id, $"asset {asset.Id}: feed") : null,
            Index = place,
        }).Select(asset => Weighted(asset, rules)).ToArray();
        var assetById = ById(assets, asset => asset.Id, "asset");
        var instruments = Instruments.Select((terms, place) => new Instrument
        {
            Id = terms.Id,
            Kind = terms.Kind,
            Style = terms.Style,
            Base = Find(assetById, terms.Base, $"instrument {terms.Id}: base"),
            Quote = Find(assetById, terms.Quote, $"instrument {terms.Id}: quote"),
            Settlement = Find(assetById, terms.Settlement, $"instrument {terms.Id}: settlement"),
            MarkFeed = Find(feedById, terms.MarkFeed, $"instrument {terms.Id}: mark feed"),
            Multiplier = terms.Multiplier,
            TickSize = terms.TickSize,
            LotSize = terms.LotSize,
            PositionLimit = terms.PositionLimit,
            PriceMax = terms.PriceMax,
            Margin = Schedule(rules, terms).Outline,
            Terms = Schedule(rules, terms) is { IsPlain: false } stated ? stated : null,
            Expiry = terms.Expiry,
            Option = terms.Option,
            IsOpen = terms.IsOpen,
            Index = place,
        }).ToArray();
        ById(instruments, instrument => instrument.Id, "instrument");
        return new Universe(version, rules.Rules, feeds, assets, instruments, scenarios);
    }

    private Asset Weighted(Asset asset, RuleFile rules) => rules.Collateral.TryGetValue(asset.Id, out var terms)
        ? asset with { CollateralWeight = terms.Weight, Terms = terms.IsPlain ? null : terms }
        : throw new RuleException(RuleFileStatus.Unresolved,
            $"rules {rules.Rules.Name}: no collateral weight for asset {asset.Id} of {Name}");

    private static ScheduleTerms Schedule(RuleFile rules, InstrumentTerms terms)
    {
        var schedule = rules.ScheduleOf(terms.Schedule)
            ?? throw new RuleException(RuleFileStatus.Unresolved,
                $"rules {rules.Rules.Name}: no margin schedule {terms.Schedule} for instrument {terms.Id}");
        schedule.CheckLive();
        return schedule;
    }

    private static InstrumentFile Read(StrictObject file)
    {
        RuleFile.RequireSchema(file, Schema);
        return new InstrumentFile
        {
            Name = file.Text("name"),
            Source = file.Text("source"),
            Feeds = file.List("feeds", ReadFeed),
            Assets = file.List("assets", ReadAsset),
            Instruments = file.List("instruments", ReadInstrument),
        };
    }

    private static Feed ReadFeed(StrictObject feed) => new()
    {
        Id = feed.Id("id", text => new FeedId(text)),
        TickSize = feed.Above("tick", 0m, Price.Max),
        Beta = feed.Within("beta", -BetaMax, BetaMax),
    };

    private static AssetTerms ReadAsset(StrictObject asset) => new(
        asset.Id("id", text => new AssetId(text)),
        asset.Above("quantum", 0m, 1m),
        asset.Has("feed") ? asset.Id("feed", text => new FeedId(text)) : null);

    private static InstrumentTerms ReadInstrument(StrictObject instrument)
    {
        var kind = instrument.Word<InstrumentKind>("kind");
        var expires = kind is InstrumentKind.Future or InstrumentKind.Option;
        var terms = new InstrumentTerms
        {
            Id = instrument.Id("id", text => new InstrumentId(text)),
            Kind = kind,
            Style = instrument.Word<ContractStyle>("style"),
            Base = instrument.Id("base", text => new AssetId(text)),
            Quote = instrument.Id("quote", text => new AssetId(text)),
            Settlement = instrument.Id("settlement", text => new AssetId(text)),
            MarkFeed = instrument.Id("markFeed", text => new FeedId(text)),
            Multiplier = instrument.Above("multiplier", 0m, Price.Max),
            TickSize = instrument.Above("tick", 0m, Price.Max),
            LotSize = instrument.Above("lot", 0m, Quantity.Max),
            PositionLimit = instrument.Above("positionLimit", 0m, Quantity.Max),
            PriceMax = instrument.Above("priceMax", 0m, Price.Max),
            Schedule = instrument.Text("schedule"),
            Expiry = expires ? instrument.Time("expiry") : null,
            Option = kind == InstrumentKind.Option ? instrument.Object("option", ReadOption) : null,
            IsOpen = !instrument.Has("open") || instrument.Flag("open"),
        };
        var form = FormOf(terms);
        return terms.Id.Value.EndsWith(form, StringComparison.Ordinal)
            && terms.Id.Value.Split('-').Length == FormParts(kind)
            ? terms
            : throw instrument.Bad("id",
                $"{terms.Id} is not the id of this {kind}: base, quote{(form == "" ? "" : " and " + form)}");
    }

    /// <summary>What follows base and quote in the id of such an instrument.</summary>
    private static string FormOf(InstrumentTerms terms)
    {
        var date = terms.Expiry?.ToString("'-'yyyyMMdd", CultureInfo.InvariantCulture);
        return terms.Kind switch
        {
            InstrumentKind.Spot => "",
            InstrumentKind.Perpetual => "-PERP",
            InstrumentKind.Future => date!,
            _ => $"{date}-{terms.Option!.Strike}-{(terms.Option.Right == OptionRight.Call ? 'C' : 'P')}",
        };
    }

    private static int FormParts(InstrumentKind kind) => kind switch
    {
        InstrumentKind.Spot => 2,
        InstrumentKind.Option => 5,
        _ => 3,
    };

    private static OptionTerms ReadOption(StrictObject option) =>
        new(new Price(option.Above("strike", 0m, Price.Max)), option.Word<OptionRight>("right"))
        {
            Marking = option.Has("volatility") || option.Has("underlyingFeed")
                ? new OptionMarking(option.Id("underlyingFeed", text => new FeedId(text)),
                    option.Above("volatility", 0m, OptionMarking.VolatilityMax))
                : null,
        };

    private static Dictionary<TId, T> ById<TId, T>(T[] items, Func<T, TId> id, string what)
        where TId : notnull
    {
        var byId = new Dictionary<TId, T>(items.Length);
        foreach (var item in items)
        {
            if (!byId.TryAdd(id(item), item))
            {
                throw new RuleException(RuleFileStatus.Duplicate, $"{what} {id(item)} is listed twice");
            }
        }
        return byId;
    }

    private static T Find<TId, T>(Dictionary<TId, T> byId, TId id, string what)
        where TId : notnull =>
        byId.TryGetValue(id, out var item) ? item
            : throw new RuleException(RuleFileStatus.Unresolved, $"{what} {id} is not in the file");
}
