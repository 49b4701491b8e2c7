namespace OrleansLeverage.Analytics.Backtests;

/// <summary>The last returns as they were, each as likely as the others.</summary>
public sealed class HistoricalSimulation(int window = 500) : IReturnModel
{
    public string Name => "historical";

    public int HistoryMin => window >= 20
        ? window
        : throw new ArgumentOutOfRangeException(nameof(window), window, "a window has at least 20 returns");

    public IReadOnlyList<ModelParameter> Parameters => [new("window", window)];

    public IReturnModel Calibrate(ReadOnlySpan<double> past) => this;

    public IReturnFollower Follow(ReadOnlySpan<double> past) => new Follower(window, past);

    private sealed class Follower : IReturnFollower
    {
        private readonly Queue<double> _last = new();
        private readonly int _window;

        public Follower(int window, ReadOnlySpan<double> past)
        {
            _window = window;
            foreach (var change in past[Math.Max(0, past.Length - window)..])
            {
                Add(change);
            }
        }

        public ReturnLaw? Next() => new EmpiricalLaw([.. _last]) is { Volatility: > 0.0 } law ? law : null;

        public void Add(double change)
        {
            _last.Enqueue(change);
            if (_last.Count > _window)
            {
                _last.Dequeue();
            }
        }
    }
}
