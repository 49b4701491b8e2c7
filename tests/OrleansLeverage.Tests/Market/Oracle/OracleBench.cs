using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Tests.Market.Oracle;

/// <summary>One feed with sources a, b, c, ... and a clock set by hand.</summary>
internal sealed class OracleBench
{
    public const long T0 = 1_700_000_000_000;

    public static readonly FeedId Btc = new("BTC-USD");

    private readonly Dictionary<string, long> _sequences = [];

    public OracleBench(Func<OracleProfile, OracleProfile>? change = null, long haltedAtMs = 0)
    {
        var profile = Profile();
        Oracle = new PriceOracle([change?.Invoke(profile) ?? profile], haltedAtMs);
    }

    public PriceOracle Oracle { get; }

    public long NowMs { get; set; } = T0;

    public FeedQuote Quote => Oracle.Quote(Btc, NowMs)!.Value;

    public decimal? Price => Quote.Price?.Value;

    /// <summary>The live profile of a major with named sources.</summary>
    public static OracleProfile Profile() => OracleProfile.LiveMajor(Btc, 0.01m) with
    {
        Sources = [.. "abcde".Select(c => new SourceId(c.ToString()))],
    };

    /// <summary>The source's next update, with changes.</summary>
    public PriceAcceptance Tick(string source, decimal price, Func<PriceUpdate, PriceUpdate>? change = null)
    {
        var sequence = _sequences[source] = _sequences.GetValueOrDefault(source) + 1;
        var update = new PriceUpdate(Btc, price, new SourceId(source), 1, sequence, NowMs);
        return Oracle.Apply(change?.Invoke(update) ?? update, NowMs);
    }

    public void Ticks(string sources, decimal price)
    {
        foreach (var source in sources)
        {
            Tick(source.ToString(), price);
        }
    }

    public FeedQuote Epoch(long afterMs = 0)
    {
        NowMs += afterMs;
        Oracle.Epoch(NowMs);
        return Quote;
    }

    /// <summary>All five at one price for long enough to be trusted.</summary>
    public OracleBench Settled(decimal price = 100m)
    {
        for (var i = 0; i < 3; i++)
        {
            Ticks("abcde", price + (i * 0.01m) - 0.02m);
            Epoch(100);
        }
        return this;
    }
}
