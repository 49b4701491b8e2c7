using System.Buffers.Binary;
using System.Security.Cryptography;
using OrleansLeverage.Analytics.Systemic;

namespace OrleansLeverage.Analytics.Cascade;

/// <summary>
/// Accounts, their margin and a market that their own liquidations move. A tick takes the next prices of an undisturbed
/// path and then, until nobody is below the line (quant reference §22):
/// <code>
/// mark → funding → equity → margin test → slice → impact → insurance → (deficit − fund)+ → deleveraging → mark again
/// </code>
/// Everybody who is below the line at one set of marks is one round: they are sold together and get the average of the
/// prices before and after. Cash and units are conserved in every step. The result is a function of book, path and
/// settings alone: any number of partitions gives the same bytes.
/// </summary>
public sealed partial class CascadeSimulator
{
    private readonly CascadeSettings _settings;
    private readonly ExposureColumns _columns;
    private readonly CascadeState _state;
    private readonly CascadeBooks _books;
    private readonly CascadePrices _prices;
    private readonly CascadePartition[] _partitions;
    private readonly List<CascadeTrigger> _triggers = [];
    private readonly SortedSet<int> _liquidated = [];
    private readonly SortedDictionary<int, List<int>> _returning = [];
    private readonly Running _run = new();

    public CascadeSimulator(ExposureBook book, CascadeSettings settings)
    {
        settings.Check(book.Feeds.Count);
        _settings = settings;
        _columns = book.Columns;
        if (_columns.Unit.Concat(_columns.Cash).Any(amount => !double.IsFinite(amount)))
        {
            throw new ArgumentException("amounts of a book are finite", nameof(book));
        }
        _state = new CascadeState(_columns, book.Options?.Curves);
        _books = new CascadeBooks(_state, book.Feeds.Count, settings.InsuranceFund);
        _prices = new CascadePrices(settings, [.. book.Prices], book.Options);
        var parts = Math.Min(settings.Partitions, Math.Max(1, _state.Count));
        _partitions = [.. Enumerable.Range(0, parts).Select(part => new CascadePartition(_state,
            (int)((long)_state.Count * part / parts), (int)((long)_state.Count * (part + 1) / parts)))];
    }

    /// <param name="path">Undisturbed prices by tick and feed, all above 0.</param>
    /// <param name="reached">Told the number of every tick before it begins.</param>
    public CascadeOutcome Run(IReadOnlyList<IReadOnlyList<double>> path, CancellationToken cancellation = default,
        Action<int>? reached = null)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var ticks = new List<CascadeTick>(path.Count);
        var fund = _books.Fund;
        var leverage = Leverage();
        for (var tick = 0; tick < path.Count; tick++)
        {
            cancellation.ThrowIfCancellationRequested();
            reached?.Invoke(tick);
            var known = _triggers.Count;
            ticks.Add(Tick(tick, Point(path[tick], tick), cancellation));
            for (var i = known; i < _triggers.Count; i++)
            {
                Append(hash, _triggers[i]);
            }
        }
        _books.CheckWhole(_prices.Own);
        return new CascadeOutcome(ticks, _triggers, Convert.ToHexStringLower(hash.GetHashAndReset()), [.. _liquidated],
            fund, _books.Fund, _books.BadDebt, _run.Deficit, _run.DeleveragedAmount, _books.Fees, _run.IsSettled)
        {
            FundPaid = _books.FundPaid,
            Overshoot = _run.Overshoot,
            LeverageBefore = leverage,
            LeverageAfter = Leverage(),
        };
    }

    /// <summary>Accounts that were valued, over all ticks: what the heaps left to do.</summary>
    public long Valued => _partitions.Sum(p => p.Valued);

    private CascadeTick Tick(int tick, double[] point, CancellationToken cancellation)
    {
        _prices.Advance(point);
        _run.Begin();
        Return(tick);
        PayFunding(tick);
        var round = 0;
        while (round < _settings.RoundsMax && Below() is { Count: > 0 } below)
        {
            cancellation.ThrowIfCancellationRequested();
            Round(tick, round++, below);
        }
        _run.IsSettled &= round < _settings.RoundsMax;
        return new CascadeTick(tick, [.. _prices.Own.AsSpan(0, _settings.Markets.Count)],
            [.. _prices.Marks.AsSpan(0, _settings.Markets.Count)], round, _run.Liquidations, _run.LongsSold,
            _run.ShortsBought, _run.Bankruptcies, _run.TickDeficit, _run.Deleveraged, _run.TickDeleveraged,
            _books.Fund, _books.BadDebt, _books.TakeStepError());
    }

    /// <summary>Σ gross / Σ equity at the marks, of who has equity; null where nobody has.</summary>
    private double? Leverage()
    {
        var (gross, equity) = (default(FixedOrderSum), default(FixedOrderSum));
        for (var bucket = 0; bucket < _state.Count; bucket++)
        {
            if (_state.Value(bucket, _prices.Marks).Equity is > 0.0 and var own)
            {
                equity.Add(own);
                gross.Add(_state.IsOpen[bucket] ? _state.Gross(bucket, _prices.Marks) : 0.0);
            }
        }
        return equity.Value > 0.0 ? gross.Value / equity.Value : null;
    }

    private List<int> Below()
    {
        if (_partitions.Length == 1)
        {
            _partitions[0].Look(_prices.Marks);
        }
        else
        {
            Parallel.ForEach(_partitions, part => part.Look(_prices.Marks));
        }
        var below = new List<int>();
        foreach (var part in _partitions)
        {
            below.AddRange(part.Below);
        }
        return below;
    }

    private void PayFunding(int tick)
    {
        if (_settings.Funding is not { } funding || tick == 0 || tick % funding.EveryTicks != 0 || funding.Rate == 0.0)
        {
            return;
        }
        var opening = _books.Open();
        for (var bucket = 0; bucket < _state.Count; bucket++)
        {
            if (!_state.IsOpen[bucket])
            {
                continue;
            }
            var before = _state.FixedCash(bucket);
            var (from, to) = _state.Positions(bucket);
            var paid = 0.0;
            for (var i = from; i < to; i++)
            {
                var feed = _state.MarkFeed[i];
                paid += funding.Rate * Math.Sign(_state.Units[i]) * _state.Notional(i, _prices.Marks[feed]);
            }
            _state.Cash[bucket] -= paid;
            // the book is the other side of everybody: what longs and shorts do not pay each other it pays or gets
            _books.Receive(paid);
            _books.Changed(bucket, before);
        }
        _books.Close(opening, _prices.Own);
        foreach (var part in _partitions)
        {
            part.Forget();
        }
    }

    /// <summary>Accounts that were closed long enough ago come back with fresh money.</summary>
    private void Return(int tick)
    {
        if (!_returning.Remove(tick, out var buckets))
        {
            return;
        }
        var opening = _books.Open();
        var bought = new double[_settings.Markets.Count];
        foreach (var bucket in buckets)
        {
            var before = _state.FixedCash(bucket);
            _books.UnitsBefore(bucket);
            var paid = -_state.Cash[bucket] - Coins(bucket);
            SellCoins(bucket, 1.0);
            _state.Reopen(bucket, _prices.Own);
            SellCoins(bucket, -1.0);
            _books.Deposited += paid + _state.Cash[bucket] + Coins(bucket);
            var (from, to) = _state.Positions(bucket);
            for (var i = from; i < to; i++)
            {
                bought[_state.MarkFeed[i]] += _state.Units[i];
                _books.Buy(_state.MarkFeed[i], -_state.Units[i], _prices.Own[_state.MarkFeed[i]]);
            }
            _books.UnitsAfter(bucket);
            _books.Changed(bucket, before);
            Part(bucket).Touch(bucket);
        }
        _books.Close(opening, _prices.Own);
        for (var feed = 0; feed < bought.Length; feed++)
        {
            _prices.Sell(feed, -bought[feed]);
        }
        _prices.Remark();
    }

    /// <summary>Coins at the own prices.</summary>
    private double Coins(int bucket)
    {
        var (from, to) = _state.Collaterals(bucket);
        var worth = 0.0;
        for (var i = from; i < to; i++)
        {
            worth += _state.Collateral[i] * _prices.Own[_state.CollateralFeed[i]];
        }
        return worth;
    }

    /// <summary>What an account leaves or brings in coins goes through the book, at its prices.</summary>
    private void SellCoins(int bucket, double sign)
    {
        var (from, to) = _state.Collaterals(bucket);
        for (var i = from; i < to; i++)
        {
            var feed = _state.CollateralFeed[i];
            _books.Buy(feed, sign * _state.Collateral[i], _prices.Own[feed]);
        }
    }

    private CascadePartition Part(int bucket)
    {
        var part = (int)((long)bucket * _partitions.Length / _state.Count);
        while ((long)_state.Count * part / _partitions.Length > bucket)
        {
            part--;
        }
        while ((long)_state.Count * (part + 1) / _partitions.Length <= bucket)
        {
            part++;
        }
        return _partitions[part];
    }

    private double[] Point(IReadOnlyList<double> prices, int tick)
    {
        if (prices.Count != _settings.Markets.Count || prices.Any(p => !(p > 0.0 && double.IsFinite(p))))
        {
            throw new ArgumentException($"tick {tick} has {prices.Count} prices for {_settings.Markets.Count} feeds, "
                + "or one that is not above 0", nameof(prices));
        }
        return [.. prices, 1.0];
    }

    private static void Append(IncrementalHash hash, CascadeTrigger trigger)
    {
        Span<byte> bytes = stackalloc byte[20];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, trigger.Tick);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], trigger.Round);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], trigger.Bucket);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes[12..], trigger.Share);
        hash.AppendData(bytes);
    }

    /// <summary>Sums of the tick and of the run.</summary>
    private sealed class Running
    {
        public bool IsSettled { get; set; } = true;

        public double Deficit { get; set; }

        public double DeleveragedAmount { get; set; }

        public double Overshoot { get; set; }

        public int Liquidations { get; set; }

        public int Bankruptcies { get; set; }

        public int Deleveraged { get; set; }

        public double LongsSold { get; set; }

        public double ShortsBought { get; set; }

        public double TickDeficit { get; set; }

        public double TickDeleveraged { get; set; }

        public void Begin()
        {
            (Liquidations, Bankruptcies, Deleveraged) = (0, 0, 0);
            (LongsSold, ShortsBought, TickDeficit, TickDeleveraged) = (0.0, 0.0, 0.0, 0.0);
        }
    }
}
