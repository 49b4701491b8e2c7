using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Volatility;

/// <summary>From where a volatility is taken.</summary>
public enum QuoteSource
{
    /// <summary>The mid of bid and ask, inverted.</summary>
    Quotes,

    /// <summary>The venue's own volatility, else its mark inverted.</summary>
    Marks,
}

/// <summary>Why a quote gives no volatility, in precedence.</summary>
public enum QuoteFault
{
    /// <summary>No price on this side, or 0.</summary>
    Missing,
    NotFinite,
    Negative,

    /// <summary>A bid without an ask.</summary>
    OneSided,
    Crossed,

    /// <summary>Strike, underlying or time is no number above 0, or beyond what can be valued.</summary>
    BadTerms,

    /// <summary>The same option twice.</summary>
    Duplicate,

    /// <summary>The price is below intrinsic value or above what any volatility gives.</summary>
    ArbitrageBounds,

    /// <summary>A volatility below 1e-6 or above 100 (10,000 %).</summary>
    OutOfRange,
}

/// <summary>A quote that was refused.</summary>
public readonly record struct RejectedQuote(OptionRight Right, double Strike, QuoteFault Fault);

/// <summary>
/// The volatilities that an expiry's quotes give, one a strike: of the option out of the money, else of the other.
/// </summary>
/// <param name="Forward">Median of the underlying prices that the quotes name, else by parity.</param>
public sealed record SmileQuotes(
    double Forward, IReadOnlyList<SmileNode> Nodes, int Quotes, IReadOnlyList<RejectedQuote> Rejected)
{
    /// <param name="years">To expiry, above 0.</param>
    /// <param name="rate">Continuous per year, at which prices are discounted.</param>
    /// <exception cref="VolatilityException">No forward can be found.</exception>
    public static SmileQuotes Of(IReadOnlyList<OptionQuote> quotes, double years, QuoteSource source, double rate)
    {
        var rejected = new List<RejectedQuote>();
        var usable = new List<OptionQuote>();
        foreach (var same in quotes.GroupBy(quote => (quote.Strike, quote.Right)).OrderBy(g => g.Key.Strike)
            .ThenBy(g => g.Key.Right))
        {
            var fault = !(same.Key.Strike > 0.0) || same.Any(quote => EuropeanOption.Check(
                    quote.Underlying ?? same.Key.Strike, same.Key.Strike, years, 1.0, rate) != OptionFault.None)
                ? QuoteFault.BadTerms
                : same.Count() > 1 ? QuoteFault.Duplicate : (QuoteFault?)null;
            if (fault is { } known)
            {
                rejected.Add(new RejectedQuote(same.Key.Right, same.Key.Strike, known));
            }
            else
            {
                usable.Add(same.First());
            }
        }
        var forward = ForwardOf(usable, years, source, rate);
        var nodes = new List<SmileNode>();
        foreach (var strike in usable.GroupBy(quote => quote.Strike))
        {
            var outside = strike.Key < forward ? OptionRight.Put : OptionRight.Call;
            foreach (var quote in strike.OrderBy(quote => quote.Right == outside ? 0 : 1))
            {
                var (volatility, fault) = Volatility(quote, quote.Underlying ?? forward, years, source, rate);
                if (fault is { } refused)
                {
                    rejected.Add(new RejectedQuote(quote.Right, quote.Strike, refused));
                }
                if (volatility is { } value)
                {
                    nodes.Add(new SmileNode(quote.Strike, value));
                    break;
                }
            }
        }
        return new SmileQuotes(forward, nodes, quotes.Count, rejected);
    }

    private static (double? Volatility, QuoteFault? Fault) Volatility(OptionQuote quote, double forward, double years,
        QuoteSource source, double rate)
    {
        if (source == QuoteSource.Marks && quote.MarkVolatility is { } marked)
        {
            return !double.IsFinite(marked) ? (null, QuoteFault.NotFinite)
                : marked < 0.0 ? (null, QuoteFault.Negative)
                : marked == 0.0 ? (null, QuoteFault.Missing)
                : InRange(marked);
        }
        var (price, fault) = Price(quote, source);
        if (price is not { } known)
        {
            return (null, fault);
        }
        var implied = ImpliedVolatility.OfForward(
            quote.Right, forward, quote.Strike, years, known * Math.Exp(rate * years));
        return implied is { Status: ImpliedVolatilityStatus.Solved, Value: { } value }
            ? InRange(value)
            : (null, QuoteFault.ArbitrageBounds);
    }

    private static (double? Volatility, QuoteFault? Fault) InRange(double volatility) =>
        volatility is >= VolatilityException.VolatilityMin and <= VolatilityException.VolatilityMax
            ? (volatility, null)
            : (null, QuoteFault.OutOfRange);

    private static (double? Price, QuoteFault? Fault) Price(OptionQuote quote, QuoteSource source)
    {
        if (source == QuoteSource.Marks)
        {
            return quote.Mark is not { } mark || mark == 0.0 ? (null, QuoteFault.Missing)
                : !double.IsFinite(mark) ? (null, QuoteFault.NotFinite)
                : mark < 0.0 ? (null, QuoteFault.Negative)
                : (mark, null);
        }
        if (quote is not { Bid: { } bid, Ask: { } ask })
        {
            return (null, QuoteFault.Missing);
        }
        return !double.IsFinite(bid) || !double.IsFinite(ask) ? (null, QuoteFault.NotFinite)
            : bid < 0.0 || ask < 0.0 ? (null, QuoteFault.Negative)
            : bid == 0.0 ? (null, QuoteFault.Missing)
            : ask == 0.0 ? (null, QuoteFault.OneSided)
            : bid > ask ? (null, QuoteFault.Crossed)
            : ((bid + ask) / 2.0, null);
    }

    private static double ForwardOf(List<OptionQuote> quotes, double years, QuoteSource source, double rate)
    {
        var named = quotes.Where(quote => quote.Underlying is not null).Select(quote => quote.Underlying!.Value)
            .Order().ToArray();
        if (named.Length > 0)
        {
            return named.Length % 2 == 1
                ? named[named.Length / 2]
                : (named[(named.Length / 2) - 1] + named[named.Length / 2]) / 2.0;
        }
        // put and call of one strike, where they are nearest: F = K + e^(rT)(C − P)
        (double Distance, double Forward)? best = null;
        foreach (var strike in quotes.GroupBy(quote => quote.Strike))
        {
            if (Side(OptionRight.Call) is { } call && Side(OptionRight.Put) is { } put
                && (best is null || Math.Abs(call - put) < best.Value.Distance))
            {
                best = (Math.Abs(call - put), strike.Key + (Math.Exp(rate * years) * (call - put)));
            }

            double? Side(OptionRight right) => strike.FirstOrDefault(quote => quote.Right == right) is { } quote
                ? Price(quote, source).Price
                : null;
        }
        return best is { Forward: > 0.0 and var forward }
            ? forward
            : throw new VolatilityException(VolatilityFault.NoPairedStrike,
                $"no quote names the underlying's price, and none of {quotes.Count} has its pair");
    }
}
