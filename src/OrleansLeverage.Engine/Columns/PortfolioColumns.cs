using OrleansLeverage.Analytics.Scenarios;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Scenarios;
using OrleansLeverage.Kernel;
using OrleansLeverage.Kernel.Scenarios;

namespace OrleansLeverage.Engine.Columns;

/// <summary>
/// What scenarios ask of the accounts in portfolio margin, frame by frame and all at once: a row of one underlying for
/// each account that holds it so. The writer puts, the sweeping thread advances; what was put while the scenarios ran
/// is valued once more by itself.
/// </summary>
internal sealed class PortfolioColumns : IDisposable
{
    private readonly Underlying[] _underlyings;
    private readonly Universe _universe;

    // one holder at a time: of the rows' places, of who was put since the scenarios were run
    private readonly Lock _rows = new();
    private readonly SortedDictionary<int, Held?[]> _held = [];
    private readonly HashSet<int> _put = [];

    public PortfolioColumns(Universe universe, int workers)
    {
        _universe = universe;
        _underlyings = [.. universe.Rules.Portfolio.Select(terms => new Underlying(universe, terms, workers))];
    }

    public long NativeBytes => _underlyings.Sum(underlying => underlying.Table.NativeBytes);

    /// <summary>Whether the rules offer portfolio margin at all.</summary>
    public bool IsOffered => _underlyings.Length > 0;

    /// <summary>Numbers of the accounts that hold something here, in their order.</summary>
    public int[] Accounts()
    {
        using var scope = _rows.EnterScope();
        return [.. _held.Keys];
    }

    /// <summary>
    /// Takes what an account holds in portfolio margin, and calls <paramref name="put"/> while nobody is told of it,
    /// with whether that is another than before.
    /// </summary>
    public void Put(Account account, int number, Action<bool> put)
    {
        using var scope = _rows.EnterScope();
        var entries = Entries(account);
        if (IsHeld(number, entries))
        {
            put(false);
            return;
        }
        if (!_held.TryGetValue(number, out var held))
        {
            _held.Add(number, held = new Held?[_underlyings.Length]);
        }
        for (var u = 0; u < _underlyings.Length; u++)
        {
            held[u] = Put(_underlyings[u].Table, number, held[u], entries?[u]);
        }
        if (entries is null)
        {
            _held.Remove(number);
        }
        _put.Add(number);
        put(true);
    }

    /// <summary>
    /// Runs every scenario at a frame, and tells maintenance and initial margin, USD, of each account: not less than
    /// exactly; NaN where a price is missing.
    /// </summary>
    public void Advance(PriceFrame frame, Action<int, double, double> tell)
    {
        lock (_rows)
        {
            _put.Clear();
            if (_held.Count == 0)
            {
                return;
            }
        }
        for (var u = 0; u < _underlyings.Length; u++)
        {
            _underlyings[u].Run(frame.Scenarios(u), frame);
        }
        using var scope = _rows.EnterScope();
        foreach (var underlying in _put.Count == 0 ? [] : _underlyings)
        {
            underlying.Table.Settle();
        }
        foreach (var (number, held) in _held)
        {
            var isNew = _put.Contains(number);
            var (maintenance, initial) = (0d, 0d);
            for (var u = 0; u < held.Length; u++)
            {
                if (held[u] is { } row)
                {
                    var margin = _underlyings[u].Margin(row, isNew);
                    maintenance += margin.Maintenance;
                    initial += margin.Initial;
                }
            }
            tell(number, maintenance, initial);
        }
    }

    public void Dispose() => Array.ForEach(_underlyings, static underlying => underlying.Dispose());

    private static Held? Put(ScenarioTable table, int number, Held? before, ScenarioEntry[]? entries)
    {
        if (entries is null or [])
        {
            if (before is not null)
            {
                table.Remove(before.Row);
            }
            return null;
        }
        if (before is null)
        {
            return new Held(table.Add(number, 0d, entries), entries);
        }
        table.Update(before.Row, 0d, entries);
        return before with { Entries = entries };
    }

    /// <summary>By underlying; null where the account holds nothing in portfolio margin.</summary>
    private ScenarioEntry[]?[]? Entries(Account account)
    {
        List<ScenarioEntry>?[]? found = null;
        foreach (var position in account.Positions)
        {
            if (position.Mode != MarginMode.Portfolio || position.Quantity.IsZero
                || _universe.PortfolioOf(position.Instrument) is not (>= 0 and var place))
            {
                continue;
            }
            found ??= new List<ScenarioEntry>?[_underlyings.Length];
            (found[place] ??= []).Add(_underlyings[place].Entry(position));
        }
        return found is null ? null : [.. found.Select(entries => entries?.ToArray())];
    }

    private bool IsHeld(int number, ScenarioEntry[]?[]? entries) => !_held.TryGetValue(number, out var held)
        ? entries is null
        : entries is not null && held.Zip(entries).All(pair =>
            (pair.First?.Entries ?? []).SequenceEqual(pair.Second ?? []));

    private sealed record Held(RowHandle Row, ScenarioEntry[] Entries);

    /// <summary>The rows of one underlying, and its scenarios as columns.</summary>
    private sealed class Underlying : IDisposable
    {
        // room for what converting an amount once more, to USD, may round
        private const double Slack = 1d + 1e-14;

        private readonly PortfolioTerms _terms;
        private readonly ScenarioVectors _vectors;
        private readonly ScenarioSweep _sweep;
        private readonly Asset _settlement;
        private double _price;

        public Underlying(Universe universe, PortfolioTerms terms, int workers)
        {
            _terms = terms;
            var columns = FrameScenarios.Columns(universe, terms);
            _vectors = new ScenarioVectors([.. columns.Select(i => i.Id.Value)]);
            _sweep = new ScenarioSweep(Table, workers, nominationsMax: 1);
            _settlement = columns.Count == 0 ? universe.Usd : columns[0].Settlement;
        }

        public ScenarioTable Table { get; } = new();

        public ScenarioEntry Entry(Position position) => new(_vectors.Unit(position.Instrument.Id.Value),
            (double)(position.Quantity.Value * _terms.UnitsPerContract(position.Instrument)));

        public void Run(ScenarioMatrix? matrix, PriceFrame frame)
        {
            _price = matrix is null || frame.UsdPrice(_settlement) is not { } price ? double.NaN : (double)price;
            if (matrix is null)
            {
                return;
            }
            _vectors.Load(matrix);
            _sweep.Run(_vectors);
        }

        /// <param name="isNew">True where the sweep has not seen what the row holds now.</param>
        public (double Maintenance, double Initial) Margin(Held held, bool isNew)
        {
            if (double.IsNaN(_price))
            {
                return (double.NaN, double.NaN);
            }
            var (maintenance, initial) = Table.Required(held.Row, _vectors, isNew);
            return (maintenance * _price * Slack, initial * _price * Slack);
        }

        public void Dispose()
        {
            _sweep.Dispose();
            Table.Dispose();
            _vectors.Dispose();
        }
    }
}
