namespace OrleansLeverage.Analytics.Limits;

/// <summary>What the last days of a look-back say: deviation, the worst of them, the average margin.</summary>
internal sealed class LookbackStatistics(int days, double stressedShare)
{
    private readonly Queue<(double Return, double Move)> _days = new();
    private readonly Queue<double> _margins = new();
    private readonly SortedSet<(double Size, int Place)> _moves = [];
    private double _squares;
    private double _marginSum;
    private int _places;
    private int _oldest;

    /// <summary>Root mean square of the returns.</summary>
    public double Deviation => _days.Count > 0 ? Math.Sqrt(Math.Max(0.0, _squares / _days.Count)) : 0.0;

    /// <summary>Largest move of a day against the close before.</summary>
    public double WorstMove => _moves.Count > 0 ? _moves.Max.Size : 0.0;

    /// <summary>Mean of the largest share of moves; at least one.</summary>
    public double Stressed => _moves.Count > 0
        ? _moves.Reverse().Take(Math.Max(1, (int)(stressedShare * _moves.Count))).Average(m => m.Size)
        : 0.0;

    public double MeanMargin => _margins.Count > 0 ? _marginSum / _margins.Count : 0.0;

    public void Add(double value, double move)
    {
        _days.Enqueue((value, move));
        _squares += value * value;
        _moves.Add((move, _places++));
        if (_days.Count > days)
        {
            var gone = _days.Dequeue();
            _squares -= gone.Return * gone.Return;
            _moves.Remove((gone.Move, _oldest++));
        }
    }

    public void AddMargin(double margin)
    {
        _margins.Enqueue(margin);
        _marginSum += margin;
        if (_margins.Count > days)
        {
            _marginSum -= _margins.Dequeue();
        }
    }
}
