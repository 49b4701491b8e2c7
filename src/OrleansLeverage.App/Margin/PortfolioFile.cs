using System.Globalization;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.App.Margin;

/// <summary>
/// A portfolio of one underlying and the market it is in, read strictly: JSON, or CSV of the columns
/// <c>instrument,quantity,price,forward,volatility,rate</c> with spot, cash and time from the command line. Instruments
/// by their ids; options and dated futures expire at 08:00 UTC of the day in their id.
/// </summary>
internal sealed record PortfolioFile(ScenarioMarket Market, ScenarioPortfolio Portfolio, string? Rules)
{
    private const decimal ShareMax = 1m;
    private const int HoldingsMax = 10_000;
    private static readonly string[] Columns = ["instrument", "quantity", "price", "forward", "volatility", "rate"];

    /// <summary>What CSV does not say.</summary>
    internal sealed record Beside(decimal? Spot, decimal Cash, DateTimeOffset? Time);

    /// <exception cref="RuleFileException">Anything unknown, missing, repeated, malformed or out of range.</exception>
    /// <exception cref="InputException">A CSV row that is none.</exception>
    public static PortfolioFile Parse(string text, string name, Beside beside, TimeProvider clock) =>
        text.AsSpan().TrimStart().StartsWith("{", StringComparison.Ordinal)
            ? StrictObject.Read(text, name, file => Json(file, beside, clock))
            : Csv(text, name, beside, clock);

    private static PortfolioFile Json(StrictObject file, Beside beside, TimeProvider clock)
    {
        var time = file.Has("time") ? file.Time("time") : beside.Time ?? clock.GetUtcNow();
        var spot = file.Above("spot", 0m, Price.Max);
        var expiries = file.Has("expiries") ? file.List("expiries", entry => Expiry(entry, time)) : [];
        var options = file.Has("options") ? file.List("options", Option) : [];
        var futures = file.Has("futures") ? file.List("futures", entry => Future(entry, time)) : [];
        var collateral = file.Has("collateral") ? file.List("collateral", Collateral) : [];
        return new PortfolioFile(
            new ScenarioMarket
            {
                Spot = spot,
                SpotConfidence = file.WithinOr(1m, "spotConfidence", 0m, ShareMax),
                StablePrice = file.Has("stablePrice") ? file.Above("stablePrice", 0m, Price.Max) : 1m,
                Expiries = expiries,
                Options = [.. options.Select(option => option.Series).DistinctBy(series => series.Name)],
                Futures = [.. futures.Select(future => future.State).DistinctBy(state => state.Name)],
                Collateral = [.. collateral.Select(asset => asset.State)],
            },
            new ScenarioPortfolio
            {
                Cash = file.WithinOr(beside.Cash, "cash", -Quantity.Max, Quantity.Max),
                UnsettledProfit = file.WithinOr(0m, "unsettledProfit", -Quantity.Max, Quantity.Max),
                OtherInitial = file.WithinOr(0m, "otherInitial", 0m, Quantity.Max),
                Holdings =
                [
                    .. options.Select(option => new ScenarioHolding(option.Series.Name, option.Quantity)),
                    .. futures.Select(future => new ScenarioHolding(future.State.Name, future.Quantity)),
                    .. collateral.Select(asset => new ScenarioHolding(asset.State.Name, asset.Amount)),
                ],
            },
            file.Has("rules") ? file.Text("rules") : null);
    }

    private static ExpiryState Expiry(StrictObject entry, DateTimeOffset time)
    {
        var (day, seconds) = entry.Id("expiry", text => (text, Seconds(text, time)));
        return new ExpiryState(day, seconds, entry.Above("forward", 0m, Price.Max))
        {
            Rate = entry.WithinOr(0m, "rate", -100m, 100m),
            Confidence = entry.WithinOr(1m, "confidence", 0m, ShareMax),
        };
    }

    private static (OptionSeries Series, decimal Quantity) Option(StrictObject entry)
    {
        var series = entry.Id("instrument", Series);
        return (series with
        {
            Volatility = entry.Above("volatility", 0m, 10_000m),
            Confidence = entry.WithinOr(1m, "confidence", 0m, ShareMax),
        }, Held(entry, "quantity"));
    }

    private static (FutureState State, decimal Quantity) Future(StrictObject entry, DateTimeOffset time)
    {
        var (name, seconds) = entry.Id("instrument", text => (text, Delivery(text, time)));
        return (new FutureState(name, entry.Above("price", 0m, Price.Max))
        {
            Seconds = seconds,
            Confidence = entry.WithinOr(1m, "confidence", 0m, ShareMax),
        }, Held(entry, "quantity"));
    }

    private static (CollateralState State, decimal Amount) Collateral(StrictObject entry) => (
        new CollateralState(entry.Text("asset"), entry.Above("price", 0m, Price.Max))
        {
            Confidence = entry.WithinOr(1m, "confidence", 0m, ShareMax),
            CancelsRisk = entry.FlagOr(false, "cancelsRisk"),
            InitialHaircut = entry.WithinOr(0m, "initialHaircut", 0m, ShareMax),
            MaintenanceHaircut = entry.WithinOr(0m, "maintenanceHaircut", 0m, ShareMax),
        }, Held(entry, "amount"));

    private static decimal Held(StrictObject entry, string name) => entry.Within(name, -Quantity.Max, Quantity.Max);

    /// <summary>A series from its id; the volatility comes with the row.</summary>
    private static OptionSeries Series(string id)
    {
        var parts = id.Split('-');
        return parts.Length >= 4 && parts[^1] is "C" or "P"
            && Decimals.TryParseCanonical(parts[^2], out var strike) && strike > 0m && IsDay(parts[^3])
            ? new OptionSeries(id, parts[^3], parts[^1] == "C" ? OptionRight.Call : OptionRight.Put, strike, 0m)
            : throw new FormatException($"'{id}' is no option such as BTC-USD-20261225-100000-C");
    }

    private static bool IsDay(string text) => DateTimeOffset.TryParseExact(text, "yyyyMMdd",
        CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    private static long Seconds(string day, DateTimeOffset time) => DateTimeOffset.TryParseExact(day, "yyyyMMdd",
        CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
        ? (long)(at.AddHours(8) - time).TotalSeconds
        : throw new FormatException($"'{day}' is no day such as 20261225");

    /// <summary>Seconds to the delivery of a future; 0 for a perpetual.</summary>
    private static long Delivery(string id, DateTimeOffset time) =>
        id.EndsWith("-PERP", StringComparison.Ordinal) ? 0 : Seconds(id.Split('-')[^1], time);

    private static PortfolioFile Csv(string text, string name, Beside beside, TimeProvider clock)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0 || !lines[0].Split(',').SequenceEqual(Columns))
        {
            throw new InputException($"{name} is neither JSON nor CSV with the columns {string.Join(',', Columns)}");
        }
        if (lines.Length - 1 > HoldingsMax)
        {
            throw new InputException($"{name} has {lines.Length - 1} rows, at most {HoldingsMax}");
        }
        var time = beside.Time ?? clock.GetUtcNow();
        var options = new List<(OptionSeries Series, decimal Quantity, decimal Forward, decimal Rate)>();
        var futures = new List<(FutureState State, decimal Quantity)>();
        for (var i = 1; i < lines.Length; i++)
        {
            try
            {
                Row(lines[i].Split(','), time, options, futures);
            }
            catch (FormatException error)
            {
                throw new InputException($"{name}, line {i + 1}: {error.Message}");
            }
        }
        var expiries = options.GroupBy(option => option.Series.Expiry)
            .Select(group => new ExpiryState(group.Key, Seconds(group.Key, time), group.First().Forward)
            {
                Rate = group.First().Rate,
            }).ToArray();
        return new PortfolioFile(
            new ScenarioMarket
            {
                Spot = beside.Spot ?? throw new InputException("CSV names no spot price: give --spot"),
                Expiries = expiries,
                Options = [.. options.Select(option => option.Series).DistinctBy(series => series.Name)],
                Futures = [.. futures.Select(future => future.State).DistinctBy(state => state.Name)],
            },
            new ScenarioPortfolio
            {
                Cash = beside.Cash,
                Holdings =
                [
                    .. options.Select(option => new ScenarioHolding(option.Series.Name, option.Quantity)),
                    .. futures.Select(future => new ScenarioHolding(future.State.Name, future.Quantity)),
                ],
            },
            null);
    }

    private static void Row(string[] cells, DateTimeOffset time,
        List<(OptionSeries Series, decimal Quantity, decimal Forward, decimal Rate)> options,
        List<(FutureState State, decimal Quantity)> futures)
    {
        if (cells.Length != Columns.Length)
        {
            throw new FormatException($"{cells.Length} cells under {Columns.Length} columns");
        }
        var quantity = Number(cells, 1);
        if (cells[0].EndsWith("-C", StringComparison.Ordinal) || cells[0].EndsWith("-P", StringComparison.Ordinal))
        {
            var series = Series(cells[0]) with { Volatility = Number(cells, 4) };
            options.Add((series, quantity, Number(cells, 3), cells[5].Length == 0 ? 0m : Number(cells, 5)));
            return;
        }
        futures.Add((new FutureState(cells[0], Number(cells, 2)) { Seconds = Delivery(cells[0], time) }, quantity));
    }

    private static decimal Number(string[] cells, int column) =>
        Decimals.TryParseCanonical(cells[column], out var value)
            ? value
            : throw new FormatException($"{Columns[column]} '{cells[column]}' is not a plain decimal");
}
