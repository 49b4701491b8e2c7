using System.Globalization;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Oracle;

/// <summary>
/// An update as it came in, numbers still text. Session and sequence order the updates of one source: a restarted
/// publisher takes a higher session, and counts from 1 again.
/// </summary>
public readonly record struct PriceUpdateText(
    string? Feed, string? Price, string? Source, long Session, long Sequence, long SourceTimeMs,
    string? Confidence = null, string? Bid = null, string? Ask = null, string? Signature = null);

/// <summary>
/// One source's word on one feed. The numbers are bare here because nothing is trusted yet: a price is a
/// <see cref="Domain.Price"/> only once the oracle has accepted it.
/// </summary>
/// <param name="Price">Quote units per base unit.</param>
/// <param name="SourceTimeMs">When the source saw the price: Unix ms by its clock.</param>
/// <param name="Confidence">Half width of the source's interval, in quote units; null where it gives none.</param>
/// <param name="Bid">With <paramref name="Ask"/>, or neither.</param>
/// <param name="Signature">Of the canonical bytes; verified by whoever received it, not by the oracle.</param>
public readonly record struct PriceUpdate(
    FeedId Feed, decimal Price, SourceId Source, long Session, long Sequence, long SourceTimeMs,
    decimal? Confidence = null, decimal? Bid = null, decimal? Ask = null, string? Signature = null)
{
    /// <summary>Seconds of any year up to 5138 lie below, milliseconds of any year from 1973 on above.</summary>
    public const long SourceTimeMsMin = 100_000_000_000;

    /// <summary>
    /// Reads an update. <see cref="PriceAcceptance.Accepted"/> means that the form is good; any other status names the
    /// first fault, and the update is not to be used.
    /// </summary>
    public static PriceAcceptance TryCreate(in PriceUpdateText text, out PriceUpdate update)
    {
        update = default;
        if (EdgeDecimal.Read(text.Price, out var price) is { } priceFault)
        {
            return priceFault;
        }
        if (OptionalFault(text.Confidence, out var confidence) is { } confidenceFault)
        {
            return confidenceFault;
        }
        if (OptionalFault(text.Bid, out var bid) is { } bidFault)
        {
            return bidFault;
        }
        if (OptionalFault(text.Ask, out var ask) is { } askFault)
        {
            return askFault;
        }
        var feed = FeedId.IsValid(text.Feed) ? new FeedId(text.Feed) : default;
        var source = SourceId.IsValid(text.Source) ? new SourceId(text.Source) : default;
        update = new PriceUpdate(feed, price, source, text.Session, text.Sequence, text.SourceTimeMs,
            confidence, bid, ask, text.Signature);
        return update.FormFault()
            ?? (feed == default ? PriceAcceptance.UnknownFeed
                : source == default ? PriceAcceptance.UnknownSource
                : PriceAcceptance.Accepted);
    }

    /// <summary>
    /// A price that exists only as a double (from a file or a model): the shortest text that reads back to it, exactly.
    /// NaN and infinity are <see cref="PriceAcceptance.Unreadable"/>.
    /// </summary>
    public static PriceAcceptance TryCreate(
        FeedId feed, double price, SourceId source, long session, long sequence, long sourceTimeMs,
        out PriceUpdate update)
    {
        update = default;
        if (!double.IsFinite(price))
        {
            return PriceAcceptance.Unreadable;
        }
        if (Math.Abs(price) > (double)Domain.Price.Max)
        {
            return price < 0 ? PriceAcceptance.NotPositive : PriceAcceptance.OutOfRange;
        }
        var value = decimal.Parse(price.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float,
            CultureInfo.InvariantCulture);
        if (value == 0m && price > 0)
        {
            return PriceAcceptance.Scale;
        }
        update = new PriceUpdate(feed, value, source, session, sequence, sourceTimeMs);
        return update.FormFault() ?? PriceAcceptance.Accepted;
    }

    /// <summary>The first fault that can be seen without knowing the feed, or null.</summary>
    public PriceAcceptance? FormFault() =>
        Session < 0 || Sequence < 0 ? PriceAcceptance.BadSequence
        : IsTooFine(Price) || IsTooFine(Confidence) || IsTooFine(Bid) || IsTooFine(Ask) ? PriceAcceptance.Scale
        : Price <= 0m ? PriceAcceptance.NotPositive
        : Price > Domain.Price.Max ? PriceAcceptance.OutOfRange
        : SourceTimeMs < SourceTimeMsMin ? PriceAcceptance.TimestampRange
        : Bid.HasValue != Ask.HasValue || Bid <= 0m || Ask <= 0m ? PriceAcceptance.OneSided
        : Bid > Ask ? PriceAcceptance.Crossed
        : Confidence < 0m || Confidence > Price ? PriceAcceptance.BadConfidence
        : null;

    /// <summary>
    /// The same word again: everything but the signature, which may be made anew over the same bytes.
    /// </summary>
    public bool SaysTheSameAs(in PriceUpdate other) =>
        this with { Signature = null } == other with { Signature = null };

    private static PriceAcceptance? OptionalFault(string? text, out decimal? value)
    {
        value = null;
        if (text is null)
        {
            return null;
        }
        var fault = EdgeDecimal.Read(text, out var read);
        value = read;
        return fault;
    }

    private static bool IsTooFine(decimal? value) => value is { } number && Decimals.Scale(number) > Decimals.ScaleMax;
}

/// <summary>
/// Decimal text at the edge: <c>-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,12})?</c>, and which fault a text has that is not
/// that.
/// </summary>
internal static class EdgeDecimal
{
    /// <summary>Null where it was read; a negative number is read, since its fault depends on what it is.</summary>
    public static PriceAcceptance? Read(string? text, out decimal value)
    {
        if (Decimals.TryParseCanonical(text, out value))
        {
            return null;
        }
        var digits = text is ['-', ..] ? text[1..] : text ?? "";
        var parts = digits.Split('.');
        var isPlain = parts.Length <= 2
            && parts.All(part => part.Length > 0 && part.All(char.IsAsciiDigit))
            && (parts[0].Length == 1 || parts[0][0] != '0');
        return !isPlain ? PriceAcceptance.Unreadable
            : parts.Length == 2 && parts[1].Length > Decimals.ScaleMax ? PriceAcceptance.Scale
            : text![0] == '-' ? PriceAcceptance.NotPositive
            : PriceAcceptance.OutOfRange;
    }
}
