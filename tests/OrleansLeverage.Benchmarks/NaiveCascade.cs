namespace OrleansLeverage.Benchmarks;

/// <summary>An account of the naive cascade: an object with lists.</summary>
internal sealed class NaiveAccount
{
    public double Cash { get; set; }

    public List<(int Feed, double Units, double Cost)> Positions { get; } = [];

    public List<(int Feed, double Units, double Weight)> Coins { get; } = [];

    public bool IsClosed { get; set; }
}

/// <summary>
/// The cascade as one would write it first: every account is valued in every round, whole accounts are liquidated into
/// a linear book that remembers everything. The peer of the simulator's benchmark, and in tests its reference.
/// </summary>
internal sealed class NaiveCascade(List<NaiveAccount> accounts, double[] unitDepths, double maintenanceRate,
    double fund)
{
    private readonly double[] _pressure = new double[unitDepths.Length];

    public List<(int Tick, int Account)> Triggers { get; } = [];

    public double Fund { get; private set; } = fund;

    public double BadDebt { get; private set; }

    public double[] Prices { get; private set; } = [];

    public void Run(IReadOnlyList<IReadOnlyList<double>> path)
    {
        for (var tick = 0; tick < path.Count; tick++)
        {
            Reprice(path[tick]);
            while (true)
            {
                var below = new List<int>();
                for (var i = 0; i < accounts.Count; i++)
                {
                    if (!accounts[i].IsClosed && IsBelow(accounts[i]))
                    {
                        below.Add(i);
                    }
                }
                if (below.Count == 0)
                {
                    break;
                }
                Liquidate(tick, below, path[tick]);
            }
        }
    }

    private void Reprice(IReadOnlyList<double> path) =>
        Prices = [.. path.Select((p, feed) => p * (1.0 - Math.Min(_pressure[feed], 0.999)))];

    private bool IsBelow(NaiveAccount account)
    {
        var surplus = account.Cash;
        foreach (var (feed, units, weight) in account.Coins)
        {
            surplus += units * Prices[feed] * weight;
        }
        foreach (var (feed, units, cost) in account.Positions)
        {
            surplus += units * Prices[feed] - cost - maintenanceRate * Math.Abs(units) * Prices[feed];
        }
        return surplus < 0.0;
    }

    private void Liquidate(int tick, List<int> below, IReadOnlyList<double> path)
    {
        var sold = new double[unitDepths.Length];
        foreach (var (feed, units, _) in below.SelectMany(i => accounts[i].Positions))
        {
            sold[feed] += units;
        }
        var before = Prices;
        for (var feed = 0; feed < sold.Length; feed++)
        {
            _pressure[feed] += sold[feed] / unitDepths[feed];
        }
        Reprice(path);
        var coins = new double[unitDepths.Length];
        foreach (var i in below)
        {
            var account = accounts[i];
            Triggers.Add((tick, i));
            foreach (var (feed, units, cost) in account.Positions)
            {
                account.Cash += units * (before[feed] + Prices[feed]) / 2.0 - cost;
            }
            account.IsClosed = true;
            foreach (var (feed, units, _) in account.Coins)
            {
                var needed = Math.Min(units, Math.Max(0.0, -account.Cash) / Prices[feed]);
                account.Cash += needed * Prices[feed];
                coins[feed] += needed;
            }
            var owed = Math.Max(0.0, -account.Cash);
            BadDebt += Math.Max(0.0, owed - Fund);
            Fund = Math.Max(0.0, Fund - owed);
        }
        for (var feed = 0; feed < coins.Length; feed++)
        {
            _pressure[feed] += coins[feed] / unitDepths[feed];
        }
        Reprice(path);
    }
}
