using OrleansLeverage.Analytics.Scenarios;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;

namespace OrleansLeverage.App.Calc;

/// <summary>
/// What <c>calc</c> works on, read strictly. Members: <c>instruments</c> and <c>rules</c> as in their own files (the
/// shipped ones where absent), <c>time</c> (now where absent), <c>prices</c>, <c>openInterest</c> (optional),
/// <c>accounts</c> with balances and positions as the answer names them.
/// </summary>
internal sealed record CalcFile(PriceFrame Frame, IReadOnlyList<Account> Accounts)
{
    /// <summary>A file is bounded before it is believed.</summary>
    private const int LengthMax = 64 << 20;

    public static async Task<string> ReadTextAsync(string path, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            throw new InputException($"{path} does not exist");
        }
        using var reader = new StreamReader(path);
        return await ReadTextAsync(path, reader, cancellation);
    }

    public static async Task<string> ReadTextAsync(string name, TextReader reader, CancellationToken cancellation)
    {
        var text = new System.Text.StringBuilder();
        var buffer = new char[1 << 16];
        for (int count; (count = await reader.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (text.Append(buffer, 0, count).Length > LengthMax)
            {
                throw new InputException($"{name} has more than {LengthMax} characters");
            }
        }
        return text.ToString();
    }

    /// <exception cref="RuleFileException">Anything unknown, missing, repeated, malformed or out of range.</exception>
    public static CalcFile Parse(string text, string name, TimeProvider clock) =>
        StrictObject.Read(text, name, file => Read(file, name, clock));

    private static CalcFile Read(StrictObject file, string name, TimeProvider clock)
    {
        var time = file.Has("time") ? file.Time("time") : clock.GetUtcNow();
        var universe = ReadUniverse(file, name, time);
        var timeMs = time.ToUnixTimeMilliseconds();
        var prices = new FramePrice[universe.Feeds.Count];
        var volatility = new double[universe.Feeds.Count];
        foreach (var (feed, price, daily) in file.List("prices", row => ReadPrice(row, universe)))
        {
            if (prices[feed.Index].Price is not null)
            {
                throw file.Bad("prices", $"feed {feed} is listed twice");
            }
            prices[feed.Index] = new FramePrice(price, PriceState.Fresh, timeMs);
            volatility[feed.Index] = daily;
        }
        if (universe.Instruments.FirstOrDefault(i => i.Option?.Marking is not null
            && prices[i.MarkFeed.Index].Price is not null) is { } modelled)
        {
            throw file.Bad("prices", $"feed {modelled.MarkFeed} is made from the volatility of {modelled}");
        }
        new OptionMarks(universe).Mark(prices, timeMs);
        var frame = new PriceFrame(new FrameNumber(0, 1), timeMs, universe, prices,
            openInterest: ReadOpenInterest(file, universe), dailyVolatility: volatility);
        var accounts = file.List("accounts", row => CalcAccount.Read(row, universe));
        var twice = accounts.GroupBy(a => a.Id).FirstOrDefault(g => g.Count() > 1);
        return twice is null
            ? new CalcFile(frame, accounts)
            : throw file.Bad("accounts", $"account {twice.Key} is listed twice");
    }

    private static Universe ReadUniverse(StrictObject file, string name, DateTimeOffset time)
    {
        var instruments = StandardRules.Instruments;
        if (file.Has("instruments"))
        {
            var (element, path) = file.Element("instruments");
            instruments = InstrumentFile.Parse(element, name, path);
        }
        var rules = StandardRules.Rules.At(time);
        if (file.Has("rules"))
        {
            var (element, path) = file.Element("rules");
            rules = RuleFile.Parse(element, name, path);
        }
        return instruments.Build(rules, version: 1, FrameScenarios.Instance);
    }

    private static (Feed Feed, Price Price, double Daily) ReadPrice(StrictObject row, Universe universe)
    {
        var feed = row.Id("feed", text => universe.Feed(new FeedId(text)) ?? throw new FormatException(
            $"{text} is no feed of these instruments; there are {string.Join(", ", universe.Feeds)}"));
        var price = new Price(row.Above("price", 0m, Price.Max));
        return (feed, price, row.Has("dailyVolatility") ? (double)row.Above("dailyVolatility", 0m, 10m) : 0.0);
    }

    private static decimal[] ReadOpenInterest(StrictObject file, Universe universe)
    {
        var column = new decimal[universe.Instruments.Count];
        if (file.Has("openInterest"))
        {
            foreach (var (index, notional) in file.List("openInterest", row =>
                (CalcAccount.Symbol(row, universe).Index, row.Within("notional", 0m, Price.Max))))
            {
                column[index] = notional;
            }
        }
        return column;
    }
}
