namespace OrleansLeverage.Analytics.Cascade;

/// <summary>
/// Deleveraging by contracts: who is bankrupt at the mark while the fund cannot pay is not sold into the book but
/// closed against winners on the other side, at the prices that leave it exactly nothing.
/// </summary>
public sealed partial class CascadeSimulator
{
    private void TakeOver(List<int> below, double[] shares, double[] marks)
    {
        List<DeficitCandidate>? winners = null;
        Dictionary<(int Feed, bool Long), Queue<int>>? queues = null;
        for (var i = 0; i < below.Count; i++)
        {
            var equity = _state.Value(below[i], marks).Equity;
            if (shares[i] < 1.0 || equity >= 0.0)
            {
                continue;
            }
            winners ??= Winners(below);
            queues ??= Queues(winners);
            // what is missing is spread over the positions by their notional
            var premium = -equity / _state.Gross(below[i], marks);
            var (from, to) = _state.Positions(below[i]);
            for (var position = from; position < to; position++)
            {
                var units = _state.Units[position];
                var price = marks[_state.MarkFeed[position]] * (1.0 + Math.Sign(units) * premium);
                if (units != 0.0 && price > 0.0
                    && queues.TryGetValue((_state.MarkFeed[position], units < 0.0), out var queue))
                {
                    Match(below[i], position, price, marks[_state.MarkFeed[position]], queue);
                }
            }
        }
    }

    /// <summary>Positions that win, by feed and side, highest score first, ties by account.</summary>
    private Dictionary<(int Feed, bool Long), Queue<int>> Queues(List<DeficitCandidate> winners)
    {
        var queues = new Dictionary<(int Feed, bool Long), Queue<int>>();
        foreach (var winner in winners.OrderByDescending(w => w.Score).ThenBy(w => w.Bucket))
        {
            var (from, to) = _state.Positions(winner.Bucket);
            for (var i = from; i < to; i++)
            {
                if (_state.Units[i] != 0.0)
                {
                    var key = (_state.MarkFeed[i], _state.Units[i] > 0.0);
                    (queues.TryGetValue(key, out var queue) ? queue : queues[key] = new Queue<int>()).Enqueue(i);
                }
            }
        }
        return queues;
    }

    private void Match(int bankrupt, int position, double price, double mark, Queue<int> queue)
    {
        while (_state.Units[position] != 0.0 && queue.TryPeek(out var other))
        {
            var (have, need) = (Math.Abs(_state.Units[other]), Math.Abs(_state.Units[position]));
            // who would lose its own money at the price is no winner
            if (have == 0.0 || _state.Units[other] * price - _state.Costs[other] < 0.0)
            {
                queue.Dequeue();
                continue;
            }
            var units = Math.Min(have, need);
            var winner = Bucket(other);
            Reduce(bankrupt, position, units >= need ? 1.0 : units / need, price);
            Reduce(winner, other, units >= have ? 1.0 : units / have, price);
            _run.Deleveraged++;
            _run.DeleveragedAmount += units * Math.Abs(price - mark);
            _run.TickDeleveraged += units * Math.Abs(price - mark);
        }
    }

    /// <summary>One side of a match: no book, no fee.</summary>
    private void Reduce(int bucket, int position, double share, double price)
    {
        var before = _state.FixedCash(bucket);
        _books.UnitsBefore(bucket);
        var units = share >= 1.0 ? _state.Units[position] : share * _state.Units[position];
        var cost = share >= 1.0 ? _state.Costs[position] : share * _state.Costs[position];
        _state.Cash[bucket] += units * price - cost;
        _state.Units[position] -= units;
        _state.Costs[position] -= cost;
        var (from, to) = _state.Positions(bucket);
        var open = false;
        for (var i = from; i < to; i++)
        {
            open |= _state.Units[i] != 0.0;
        }
        _state.IsOpen[bucket] = open;
        _books.UnitsAfter(bucket);
        _books.Changed(bucket, before);
        Part(bucket).Touch(bucket);
    }

    private int Bucket(int position)
    {
        var place = Array.BinarySearch(_columns.PositionStart, position);
        if (place < 0)
        {
            return ~place - 1;
        }
        // empty buckets share a start: the last of them holds the position
        while (place + 1 < _columns.PositionStart.Length && _columns.PositionStart[place + 1] == position)
        {
            place++;
        }
        return place;
    }
}
