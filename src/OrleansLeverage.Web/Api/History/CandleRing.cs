namespace OrleansLeverage.Web.Api.History;

/// <summary>What a price did within a while.</summary>
internal readonly record struct Candle(long BeginMs, double Open, double High, double Low, double Close)
{
    public Candle With(double price) => this with
    {
        High = Math.Max(High, price), Low = Math.Min(Low, price), Close = price,
    };

    /// <summary>This one and what came after it, as one.</summary>
    public Candle And(Candle next) => this with
    {
        High = Math.Max(High, next.High), Low = Math.Min(Low, next.Low), Close = next.Close,
    };
}

/// <summary>
/// Candles of a day, a minute each; minutes in which nothing was seen have none. Time is that of the frames. Not
/// thread-safe.
/// </summary>
internal sealed class CandleRing
{
    /// <summary>As many as are shown at once.</summary>
    public const int Shown = 288;

    public const long MinuteMs = 60_000;
    public const long FiveMinutesMs = 300_000;
    private const int Kept = 1_440;

    private readonly Queue<Candle> _past = new();
    private Candle? _now;

    public void Add(long timeMs, double price)
    {
        var begin = timeMs / MinuteMs * MinuteMs;
        if (_now is { } now && now.BeginMs == begin)
        {
            _now = now.With(price);
            return;
        }
        if (_now is { } past)
        {
            if (past.BeginMs > begin)
            {
                // time that runs back is another story
                _past.Clear();
            }
            else
            {
                _past.Enqueue(past);
            }
        }
        while (_past.Count > Kept - 1)
        {
            _past.Dequeue();
        }
        _now = new Candle(begin, price, price, price, price);
    }

    /// <summary>
    /// At most <see cref="Shown"/>, oldest first: minutes while there are no more of them, then of five minutes each.
    /// </summary>
    public (long WidthMs, IReadOnlyList<Candle> Candles) Show()
    {
        Candle[] minutes = _now is { } now ? [.. _past, now] : [];
        if (minutes.Length <= Shown)
        {
            return (MinuteMs, minutes);
        }
        Candle[] wide = [.. minutes.GroupBy(candle => candle.BeginMs / FiveMinutesMs).Select(same =>
            same.Aggregate((one, next) => one.And(next)) with { BeginMs = same.Key * FiveMinutesMs })];
        return (FiveMinutesMs, wide.Length > Shown ? wide[^Shown..] : wide);
    }
}
