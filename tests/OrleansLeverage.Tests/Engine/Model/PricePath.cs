using OrleansLeverage.Domain;
using OrleansLeverage.Tests.Domain;

namespace OrleansLeverage.Tests.Engine.Model;

/// <summary>
/// A seeded, violent walk of the prices of <see cref="Books"/>; feeds fall silent for a while and come back.
/// </summary>
internal sealed class PricePath(int seed, double step = 0.02, int silenceOneIn = 12)
{
    private readonly Random _random = new(seed);
    private readonly decimal[] _prices = [60_000m, 3_000m, 150m, 1m, 60_000m, 3_000m];
    private readonly int[] _silent = new int[6];

    public List<KeyValuePair<FeedId, Price>> Next()
    {
        var prices = new List<KeyValuePair<FeedId, Price>>();
        for (var i = 0; i < _prices.Length; i++)
        {
            var move = (_random.NextDouble() - 0.5) * 2.0 * (i == 3 ? step / 20.0 : step) * (_random.Next(25) == 0
                ? 5.0 : 1.0);
            _prices[i] = Math.Max(Math.Round(_prices[i] * (decimal)Math.Exp(move), i == 3 ? 4 : 2), 0.01m);
            _silent[i] = _silent[i] > 0 ? _silent[i] - 1 : silenceOneIn > 0 && _random.Next(silenceOneIn) == 0
                ? _random.Next(2, 5) : 0;
            if (_silent[i] == 0)
            {
                prices.Add(new KeyValuePair<FeedId, Price>(Books.Universe.Feeds[i].Id, new Price(_prices[i])));
            }
        }
        return prices;
    }
}
