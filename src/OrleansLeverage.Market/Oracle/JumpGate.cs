namespace OrleansLeverage.Market.Oracle;

/// <summary>
/// Lets the index move by more than <see cref="OracleProfile.JumpMax"/> within <see
/// cref="OracleProfile.JumpWindowMs"/> only where enough sources are beyond that distance themselves. It remembers the
/// lowest and highest index of each millisecond of the window, so a staircase of small steps is measured as the jump
/// that it is. While a jump is held the window stands still: waiting does not wear the gate down.
/// </summary>
internal sealed class JumpGate
{
    private readonly List<(long TimeMs, decimal Low, decimal High)> _seen = [];
    private bool _isHeld;

    /// <summary>
    /// Whether a price may be the index now, by the sources that count or would but for their distance.
    /// </summary>
    public bool Passes(decimal price, long nowMs, OracleProfile profile, List<SourceLeg> legs)
    {
        decimal? low = null;
        decimal? high = null;
        foreach (var seen in _seen)
        {
            if (_isHeld || seen.TimeMs >= nowMs - profile.JumpWindowMs)
            {
                low = Math.Min(low ?? decimal.MaxValue, seen.Low);
                high = Math.Max(high ?? decimal.MinValue, seen.High);
            }
        }
        var ceiling = low * (1m + profile.JumpMax);
        var floor = high * (1m - profile.JumpMax);
        return (!(price > ceiling) || Count(legs, p => p > ceiling) >= profile.JumpConfirmations)
            && (!(price < floor) || Count(legs, p => p < floor) >= profile.JumpConfirmations);
    }

    /// <summary>Records an index that passed; it is in force from now on.</summary>
    public void Pass(decimal index, long nowMs, OracleProfile profile)
    {
        _isHeld = false;
        if (profile.JumpConfirmations == 1)
        {
            return;
        }
        _seen.RemoveAll(seen => seen.TimeMs < nowMs - profile.JumpWindowMs);
        if (_seen.Count > 0 && _seen[^1].TimeMs == nowMs)
        {
            var last = _seen[^1];
            _seen[^1] = (nowMs, Math.Min(last.Low, index), Math.Max(last.High, index));
            return;
        }
        _seen.Add((nowMs, index, index));
    }

    public void Hold() => _isHeld = true;

    public void Clear()
    {
        _isHeld = false;
        _seen.Clear();
    }

    public override string ToString() => FormattableString.Invariant($"{_isHeld}:{string.Join(';', _seen)}");

    private static int Count(List<SourceLeg> legs, Predicate<decimal> isBeyond) => legs.Count(leg =>
        leg.Verdict is SourceVerdict.Good or SourceVerdict.Deviation && isBeyond(leg.Newest!.Value.Price));
}
