namespace OrleansLeverage.Analytics.Cascade;

/// <summary>
/// A part of the accounts, and who of them a move can have reached. Against reference prices every account has a
/// surplus and bounds of what falls and rises can take of it (<see cref="CascadeState.Sensitivity"/>). Two heaps hold
/// the fall and the rise at which each account has to be looked at for the first time: at half of its surplus where
/// both can hurt it, at all of it where only one can. Who was reached is looked at in every round until the references
/// are set anew, which happens when there are many of them. So n accounts and k that are reached cost O((n + k) log n).
/// Which accounts are looked at depends on the partition; who is below its line does not.
/// </summary>
internal sealed class CascadePartition(CascadeState state, int from, int to)
{
    private const int HotMin = 256;
    private const int HotShare = 24;

    private readonly double[] _surplus = new double[to - from];
    private readonly double[] _down = new double[to - from];
    private readonly double[] _up = new double[to - from];
    private readonly bool[] _isHot = new bool[to - from];
    private readonly PriorityQueue<int, double> _falls = new();
    private readonly PriorityQueue<int, double> _rises = new();
    private readonly List<int> _below = [];
    private readonly List<(int Account, double Key)> _fallKeys = [];
    private readonly List<(int Account, double Key)> _riseKeys = [];
    private List<int> _hot = [];
    private double[] _reference = [];
    private bool _isStale = true;

    /// <summary>Found below their line by the last <see cref="Look"/>, in their order.</summary>
    public IReadOnlyList<int> Below => _below;

    /// <summary>Times an account was valued, for the record.</summary>
    public long Valued { get; private set; }

    /// <summary>Something changed all accounts: bounds of before mean nothing.</summary>
    public void Forget() => _isStale = true;

    /// <summary>An account changed: it is looked at until the references are set anew.</summary>
    public void Touch(int bucket)
    {
        if (!_isStale && !_isHot[bucket - from])
        {
            Heat(bucket - from);
        }
        if (!_isStale)
        {
            // the bound of before is none any more
            _surplus[bucket - from] = double.NegativeInfinity;
        }
    }

    public void Look(double[] marks)
    {
        _below.Clear();
        if (_isStale || _hot.Count > HotMin + (to - from) / HotShare)
        {
            SetReference(marks);
        }
        var (fall, rise) = Moves(marks);
        Reach(_falls, fall);
        Reach(_rises, rise);
        var kept = 0;
        for (var i = 0; i < _hot.Count; i++)
        {
            var place = _hot[i];
            if (!state.IsOpen[from + place])
            {
                _isHot[place] = false;
                continue;
            }
            _hot[kept++] = place;
            // the test is cheaper than the valuation and spares most of them
            if (_surplus[place] - _down[place] * fall - _up[place] * rise < 0.0)
            {
                Valued++;
                if (state.IsBelow(from + place, marks))
                {
                    _below.Add(from + place);
                }
            }
        }
        _hot.RemoveRange(kept, _hot.Count - kept);
        _below.Sort();
    }

    private void Reach(PriorityQueue<int, double> heap, double move)
    {
        while (heap.TryPeek(out var place, out var key) && key <= move)
        {
            heap.Dequeue();
            if (!_isHot[place] && state.IsOpen[from + place])
            {
                Heat(place);
            }
        }
    }

    private void Heat(int place)
    {
        _isHot[place] = true;
        _hot.Add(place);
    }

    /// <summary>Largest fall and rise of any feed since the reference, rounded up.</summary>
    private (double Fall, double Rise) Moves(double[] marks)
    {
        var (fall, rise) = (0.0, 0.0);
        for (var feed = 0; feed < marks.Length; feed++)
        {
            var move = _reference[feed] > 0.0 ? marks[feed] / _reference[feed] - 1.0 : 0.0;
            fall = Math.Max(fall, -move);
            rise = Math.Max(rise, move);
        }
        return (fall + 1e-13, rise + 1e-13);
    }

    private void SetReference(double[] marks)
    {
        _reference = [.. marks];
        _isStale = false;
        _hot = [];
        _fallKeys.Clear();
        _riseKeys.Clear();
        Array.Clear(_isHot);
        for (var place = 0; place < _surplus.Length; place++)
        {
            if (!state.IsOpen[from + place])
            {
                continue;
            }
            Valued++;
            var (surplus, down, up) = (_surplus[place], _down[place], _up[place]) =
                state.Sensitivity(from + place, marks);
            if (surplus <= 0.0)
            {
                Heat(place);
                continue;
            }
            var parts = down > 0.0 && up > 0.0 ? 2.0 : 1.0;
            if (down > 0.0)
            {
                _fallKeys.Add((place, surplus / (parts * down)));
            }
            if (up > 0.0)
            {
                _riseKeys.Add((place, surplus / (parts * up)));
            }
        }
        Fill(_falls, _fallKeys);
        Fill(_rises, _riseKeys);
    }

    /// <summary>All at once is linear in their number.</summary>
    private static void Fill(PriorityQueue<int, double> heap, List<(int Account, double Key)> keys)
    {
        heap.Clear();
        heap.EnqueueRange(keys);
    }
}
