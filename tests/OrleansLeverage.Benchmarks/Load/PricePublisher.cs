using System.Globalization;
using System.Text;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Benchmarks.Load;

/// <summary>Moves every price twenty times a second, by a tenth of a percent at most: frames have work.</summary>
internal sealed class PricePublisher(ServeProcess serve)
{
    private const int PerSecond = 20;
    private long _sequence;

    /// <summary>Batches that were not taken.</summary>
    public int Refused { get; private set; }

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var client = await RawClient.ConnectAsync(serve.Address, 100);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / PerSecond));
        var universe = StandardRules.Universe();
        try
        {
            do
            {
                var (status, _) = await client.AskAsync(RawClient.Post(serve.Address, serve.Keys.Publisher,
                    "/v1/ticks", Batch(universe)),
                    cancellation);
                Refused += status == 200 ? 0 : 1;
            }
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // enough
        }
    }

    private string Batch(Universe universe)
    {
        var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var text = new StringBuilder("{\"ticks\":[");
        _sequence++;
        foreach (var feed in universe.Feeds)
        {
            var swing = (decimal)Math.Sin((_sequence * 0.7) + feed.Index) * 0.001m;
            var price = feed.Beta == 0m ? serve.Prices[feed.Id].Value
                : Math.Max(feed.TickSize, Decimals.FloorTo(serve.Prices[feed.Id].Value * (1m + swing), feed.TickSize));
            text.Append(text[^1] == '[' ? "" : ",").Append(CultureInfo.InvariantCulture,
                $"{{\"asset\":\"{feed.Id}\",\"price\":\"{Decimals.Text(price)}\",\"source\":\"{LoadKeys.Source}\",")
                .Append(CultureInfo.InvariantCulture, $"\"session\":1,\"seq\":{_sequence},\"timestamp\":{nowMs}}}");
        }
        return text.Append("]}").ToString();
    }
}
