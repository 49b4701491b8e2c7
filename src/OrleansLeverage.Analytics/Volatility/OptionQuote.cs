using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Volatility;

/// <summary>
/// What a venue says of one option at one time. Prices in the quote currency (coin prices times the underlying),
/// volatilities annualised per 1.00; null is "not given", and venues write 0 for a side that nobody quotes.
/// </summary>
/// <param name="Underlying">The forward of this expiry that the venue prices on; null where it gives none.</param>
public sealed record OptionQuote(OptionRight Right, double Strike, DateTimeOffset Expiry, double? Underlying)
{
    public double? Bid { get; init; }

    public double? Ask { get; init; }

    public double? Mark { get; init; }

    public double? MarkVolatility { get; init; }

    /// <summary>Contracts, in units of the underlying.</summary>
    public double? OpenInterest { get; init; }
}

/// <summary>All options of one underlying at one time.</summary>
/// <param name="Time">When the newest of the quotes was seen.</param>
public sealed record OptionChain(string Underlying, DateTimeOffset Time, IReadOnlyList<OptionQuote> Quotes)
{
    private const double DaysPerYear = 365.0;

    /// <summary>Not expired at <see cref="Time"/>, ascending.</summary>
    public IReadOnlyList<DateTimeOffset> Expiries =>
        [.. Quotes.Select(quote => quote.Expiry).Where(expiry => expiry > Time).Distinct().Order()];

    /// <summary>ACT/365 to the second's fraction.</summary>
    public double YearsTo(DateTimeOffset expiry) => (expiry - Time).TotalDays / DaysPerYear;

    /// <exception cref="VolatilityException">No quote of this expiry.</exception>
    public IReadOnlyList<OptionQuote> At(DateTimeOffset expiry)
    {
        var quotes = Quotes.Where(quote => quote.Expiry == expiry).ToList();
        return quotes.Count > 0
            ? quotes
            : throw new VolatilityException(VolatilityFault.UnknownExpiry,
                $"{Underlying} has no option of {expiry:yyyy-MM-dd HH:mm} UTC");
    }
}
