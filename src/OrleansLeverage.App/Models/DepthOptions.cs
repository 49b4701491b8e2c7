using System.CommandLine;
using OrleansLeverage.Analytics.Limits;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Verbs;

namespace OrleansLeverage.App.Models;

/// <summary>The options of <c>limits</c> that say how large the position is and how deep its market.</summary>
internal sealed class DepthOptions
{
    private readonly Option<double?> _position = Numbers.Optional("--position",
        "Largest position, USD: margin for what takes long to sell is added, by volatility and volume of the day");

    private readonly Option<double?> _volume = Numbers.Optional("--daily-volume",
        "With --position: USD traded a day");

    private readonly Option<string?> _fileVolume = new("--file-volume")
    {
        Description = "With --position, in place of --daily-volume: the file's own, which is in base (coins) or quote "
            + "(USD) units; its mean over 30 days counts",
        HelpName = "base|quote",
    };

    private readonly Option<double?> _openInterest = Numbers.Optional("--open-interest",
        "With --position: USD open in the market; margin for concentration is added from 5 % of it");

    public void AddTo(Command command)
    {
        _fileVolume.AcceptOnlyFromAmong("base", "quote");
        foreach (var option in (Option[])[_position, _volume, _fileVolume, _openInterest])
        {
            command.Add(option);
        }
    }

    /// <summary>Null where no position is named.</summary>
    public MarketDepth? Depth(ParseResult parsed)
    {
        var (volume, ofFile, open) = (parsed.GetValue(_volume), parsed.GetValue(_fileVolume),
            parsed.GetValue(_openInterest));
        if (parsed.GetValue(_position) is not { } position)
        {
            return volume is null && ofFile is null && open is null
                ? null
                : throw new InputException("--daily-volume, --file-volume and --open-interest go with --position");
        }
        if (volume is null == ofFile is null)
        {
            throw new InputException("--position needs one of --daily-volume and --file-volume");
        }
        var depth = new MarketDepth(position) { DailyVolume = volume, OpenInterest = open };
        try
        {
            depth.Check();
        }
        catch (ArgumentOutOfRangeException problem)
        {
            throw new InputException(problem.Message.Split(" (Parameter")[0] + $" ({problem.ActualValue})");
        }
        return depth;
    }

    /// <summary>The series' days, with the file's volume in USD where it is asked for.</summary>
    public IReadOnlyList<DailyBar> Days(ParseResult parsed, PriceSeries series)
    {
        var days = series.Days();
        return parsed.GetValue(_fileVolume) is not { } unit ? days
            : [.. days.Zip(series.Bars, (day, bar) => day with
            {
                Volume = (double?)bar.Volume * (unit == "base" ? (double)bar.Close.Value : 1.0),
            })];
    }
}
