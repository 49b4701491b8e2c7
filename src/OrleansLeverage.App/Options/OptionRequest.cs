using System.Text.Json.Serialization;
using OrleansLeverage.Analytics.Options;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Files;

namespace OrleansLeverage.App.Options;

/// <summary>
/// One option that a verb is asked about, from the command line or a row of a file. <see cref="Problem"/> says why it
/// is none; the numbers of such a row mean nothing.
/// </summary>
internal sealed record OptionRequest
{
    /// <summary>Line of the file; 0 on the command line.</summary>
    public long Line { get; init; }

    public string? Problem { get; init; }

    [JsonIgnore]
    public OptionRight Right { get; init; }

    [JsonPropertyName("right")]
    public string RightWord => StatusWord.Of(Right);

    /// <summary>Spot, or the forward where <see cref="IsForward"/>.</summary>
    public double Underlying { get; init; }

    public bool IsForward { get; init; }

    public double Strike { get; init; }

    public double Years { get; init; }

    /// <summary>Null where the verb looks for it.</summary>
    public double? Volatility { get; init; }

    public double Rate { get; init; }

    /// <summary>On a forward it is the rate: Black 1976.</summary>
    public double Yield { get; init; }

    /// <summary>Today's price, which <c>iv</c> explains.</summary>
    public double? Price { get; init; }

    /// <summary>Null where the request has a problem, which <see cref="Fault"/> names.</summary>
    [JsonIgnore]
    public EuropeanOption? Option => Problem is null && Volatility is { } volatility
        && EuropeanOption.Check(Underlying, Strike, Years, volatility, Rate, Yield) == OptionFault.None
            ? new EuropeanOption(Right, Underlying, Strike, Years, volatility, Rate, Yield)
            : null;

    /// <summary>What is wrong in one word; null where nothing is.</summary>
    [JsonIgnore]
    public string? Fault => Problem is not null ? "unreadable"
        : Volatility is not { } volatility ? "volatility_missing"
        : EuropeanOption.Check(Underlying, Strike, Years, volatility, Rate, Yield) is var fault and not OptionFault.None
            ? StatusWord.Of(fault)
            : null;

    public static OptionRequest Of(NamedRow row)
    {
        try
        {
            double? Either(string name, string other) => row.FiniteNumber(name) ?? row.FiniteNumber(other);
            var forward = Either("forward", "F");
            var rate = Either("rate", "r") ?? 0.0;
            return new OptionRequest
            {
                Line = row.Line,
                Right = RightOf(row.Text("right") ?? row.Text("type")),
                IsForward = forward is not null,
                Underlying = forward ?? Either("spot", "S") ?? throw new FormatException("spot or forward is missing"),
                Strike = Either("strike", "K") ?? throw new FormatException("strike is missing"),
                Years = Either("years", "T") ?? row.FiniteNumber("days") / 365.0
                    ?? throw new FormatException("years or days is missing"),
                Volatility = Either("volatility", "sigma"),
                Rate = rate,
                Yield = forward is not null ? rate : Either("yield", "q") ?? 0.0,
                Price = row.FiniteNumber("price"),
            };
        }
        catch (FormatException problem)
        {
            return new OptionRequest { Line = row.Line, Problem = problem.Message };
        }
    }

    /// <exception cref="FormatException">It is neither.</exception>
    public static OptionRight RightOf(string? text) => text?.ToLowerInvariant() switch
    {
        "c" or "call" => OptionRight.Call,
        "p" or "put" => OptionRight.Put,
        _ => throw new FormatException($"right '{text}' is neither call nor put"),
    };

    /// <summary>The option itself, for a verb that is asked about one: what is wrong with it is the user's.</summary>
    public EuropeanOption Needed() => Option ?? throw new InputException(
        $"{Fault}: {(IsForward ? "forward" : "spot")} {Underlying}, strike {Strike}, years {Years}, "
        + $"volatility {Volatility}");
}
