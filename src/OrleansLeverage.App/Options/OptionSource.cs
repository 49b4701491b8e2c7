using System.CommandLine;
using OrleansLeverage.App.Calc;
using OrleansLeverage.App.Output;
using OrleansLeverage.Market.Files;

namespace OrleansLeverage.App.Options;

/// <summary>Where the verbs on options take their options from: the command line, or the rows of a file.</summary>
internal sealed class OptionSource
{
    private readonly Option<string?> _in = new("--in")
    {
        Description = "CSV with a header, or a JSON list of objects: right, spot or forward, strike, years or days, "
            + "volatility, rate, yield, price; - reads the standard input",
        HelpName = "FILE|-",
    };

    private readonly Option<string> _right = new("--right")
    {
        Description = "call or put",
        DefaultValueFactory = _ => "call",
    };

    private readonly Option<double?> _spot = new("--spot") { Description = "Price of the underlying" };

    private readonly Option<double?> _forward = new("--forward")
    {
        Description = "Price of the future or forward of the expiry, in place of --spot (Black 1976)",
    };

    private readonly Option<double?> _strike = new("--strike") { Description = "Strike" };

    private readonly Option<double?> _days = new("--days") { Description = "Days to expiry (ACT/365)" };

    private readonly Option<double?> _years = new("--years") { Description = "Years to expiry, in place of --days" };

    private readonly Option<double?> _volatility = new("--vol") { Description = "Volatility a year; 0.6 is 60 %" };

    private readonly Option<double> _rate = new("--rate") { Description = "Continuous rate a year; 0.05 is 5 %" };

    private readonly Option<double> _yield = new("--yield")
    {
        Description = "Continuous yield of the underlying a year; not with --forward",
    };

    private readonly Option<double?> _price = new("--price") { Description = "Price of the option today" };

    /// <summary>Adds the options; <paramref name="isInverse"/> where the price is given and volatility asked.</summary>
    public void AddTo(Command command, bool isInverse = false)
    {
        foreach (var option in (Option[])[_in, _right, _spot, _forward, _strike, _days, _years,
            isInverse ? _price : _volatility, _rate, _yield, Answer.Csv])
        {
            command.Add(option);
        }
    }

    /// <summary>True where rows of a file are asked about.</summary>
    public bool IsFile(ParseResult parsed) => parsed.GetValue(_in) is not null;

    public async Task<IReadOnlyList<OptionRequest>> LoadAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(_in) is not { } name)
        {
            return [Single(parsed)];
        }
        var text = name == "-"
            ? await CalcFile.ReadTextAsync("the standard input", Console.In, cancellation)
            : await CalcFile.ReadTextAsync(name, cancellation);
        return [.. NamedRows.Parse(text, name == "-" ? "the standard input" : name).Select(OptionRequest.Of)];
    }

    private OptionRequest Single(ParseResult parsed)
    {
        var (spot, forward) = (parsed.GetValue(_spot), parsed.GetValue(_forward));
        if (spot is null == forward is null)
        {
            throw new InputException("one of --spot and --forward is needed, or --in FILE");
        }
        if (forward is not null && parsed.GetValue(_yield) != 0.0)
        {
            throw new InputException("--yield goes with --spot: a forward already holds it");
        }
        var years = parsed.GetValue(_years) ?? parsed.GetValue(_days) / 365.0
            ?? throw new InputException("--days or --years is needed");
        try
        {
            return new OptionRequest
            {
                Right = OptionRequest.RightOf(parsed.GetValue(_right)),
                IsForward = forward is not null,
                Underlying = forward ?? spot!.Value,
                Strike = parsed.GetValue(_strike) ?? throw new InputException("--strike is needed"),
                Years = years,
                Volatility = Given(parsed, _volatility),
                Rate = parsed.GetValue(_rate),
                Yield = forward is not null ? parsed.GetValue(_rate) : parsed.GetValue(_yield),
                Price = Given(parsed, _price),
            };
        }
        catch (FormatException problem)
        {
            throw new InputException(problem.Message);
        }
    }

    private static double? Given(ParseResult parsed, Option<double?> option) =>
        parsed.CommandResult.Command.Options.Contains(option) ? parsed.GetValue(option) : null;
}
