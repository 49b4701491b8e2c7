using OrleansLeverage.Analytics.Scenarios;
using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Scenarios;
using OrleansLeverage.Engine.Portfolios;
using OrleansLeverage.Kernel;
using OrleansLeverage.Kernel.Scenarios;

namespace OrleansLeverage.Engine.Scenarios;

/// <summary>
/// The options of a market book: marked anew at any prices, and the requirement of whoever margins by scenarios from
/// the engine's own scenario rows, whole at each set of prices. Safe for several threads.
/// </summary>
internal sealed class BookOptions : IOptionMarket, IDisposable
{
    /// <summary>Samples 2 % apart from two fifths of the price to two and a half times it.</summary>
    private const int SamplesToASide = 46;
    private const double SampleStep = 0.02;

    private readonly PriceFrame _frame;
    private readonly OptionMoves _moves;
    private readonly Lazy<RequirementCurves?> _curves;
    private readonly Underlying[] _underlyings;
    private readonly int _buckets;

    /// <param name="frame">The market's.</param>
    /// <param name="names">Names of the buckets.</param>
    /// <param name="accounts">Those that margin by scenarios.</param>
    public BookOptions(PriceFrame frame, IReadOnlyList<string> names, IReadOnlyList<Account> accounts)
    {
        (_frame, _buckets) = (frame, names.Count);
        _moves = new OptionMoves(frame);
        _underlyings = [.. frame.Universe.Rules.Portfolio.Select((terms, place) =>
            new Underlying(frame.Universe, terms, place))];
        if (accounts.Count > 0)
        {
            var places = new Dictionary<string, int>(names.Count, StringComparer.Ordinal);
            for (var bucket = 0; bucket < names.Count; bucket++)
            {
                places[names[bucket]] = bucket;
            }
            foreach (var account in accounts)
            {
                foreach (var underlying in _underlyings)
                {
                    underlying.Add(account, places[account.Id.Value]);
                }
            }
        }
        _curves = new Lazy<RequirementCurves?>(Sampled);
    }

    public IReadOnlyList<int> Made => _moves.Made;

    public RequirementCurves? Curves => _curves.Value;

    public void Mark(double[] prices) => _moves.Mark(prices);

    public double[]? Required(double[] prices)
    {
        if (Array.TrueForAll(_underlyings, underlying => underlying.Rows.Count == 0))
        {
            return null;
        }
        var moved = _moves.Frame(prices);
        var required = new double[_buckets];
        foreach (var underlying in _underlyings)
        {
            underlying.AddRequired(moved, required);
        }
        return required;
    }

    public void Dispose() => Array.ForEach(_underlyings, static underlying => underlying.Dispose());

    private RequirementCurves? Sampled()
    {
        if (Array.TrueForAll(_underlyings, underlying => underlying.Rows.Count == 0))
        {
            return null;
        }
        double[] factors = [.. Enumerable.Range(-SamplesToASide, 2 * SamplesToASide + 1)
            .Select(step => Math.Exp(step * SampleStep))];
        var rows = new List<(int, double[])>[_buckets];
        foreach (var underlying in _underlyings.Where(underlying => underlying.Rows.Count > 0))
        {
            var feeds = FrameMove.FeedsOf(_frame.Universe, underlying.Terms.Underlying);
            var own = _frame.Universe.Asset(underlying.Terms.Underlying)!.PriceFeed!.Index;
            foreach (var (bucket, _) in underlying.Rows)
            {
                (rows[bucket] ??= []).Add((own, new double[factors.Length]));
            }
            for (var k = 0; k < factors.Length; k++)
            {
                var required = new double[_buckets];
                var prices = new double[_frame.Prices.Count + 1];
                for (var feed = 0; feed < _frame.Prices.Count; feed++)
                {
                    prices[feed] = (double?)_frame.Prices[feed].Price?.Value ?? 0.0;
                }
                foreach (var feed in feeds)
                {
                    prices[feed] *= factors[k];
                }
                underlying.AddRequired(_moves.Frame(prices), required);
                foreach (var (bucket, _) in underlying.Rows)
                {
                    rows[bucket][^1].Item2[k] = required[bucket];
                }
            }
        }
        return new RequirementCurves(factors, [.. rows.Select(row => (IReadOnlyList<(int, double[])>)(row ?? []))]);
    }

    private sealed class Underlying : IDisposable
    {
        private readonly ScenarioTable _table = new();
        private readonly string[] _names;
        private readonly int _place;
        private readonly Asset _settlement;

        public Underlying(Universe universe, PortfolioTerms terms, int place)
        {
            (Terms, _place) = (terms, place);
            var columns = FrameScenarios.Columns(universe, terms);
            _names = [.. columns.Select(i => i.Id.Value)];
            _settlement = columns.Count == 0 ? universe.Usd : columns[0].Settlement;
        }

        public PortfolioTerms Terms { get; }

        public List<(int Bucket, RowHandle Row)> Rows { get; } = [];

        public void Add(Account account, int bucket)
        {
            ScenarioEntry[] entries = [.. account.Positions
                .Where(p => p.Mode == MarginMode.Portfolio && !p.Quantity.IsZero && Terms.Takes(p.Instrument))
                .Select(p => new ScenarioEntry(1 + Array.IndexOf(_names, p.Instrument.Id.Value),
                    (double)(p.Quantity.Value * Terms.UnitsPerContract(p.Instrument))))];
            if (entries.Length > 0)
            {
                Rows.Add((bucket, _table.Add(bucket, 0d, entries)));
            }
        }

        public void AddRequired(PriceFrame frame, double[] required)
        {
            if (Rows.Count == 0)
            {
                return;
            }
            if (frame.Scenarios(_place) is not { } matrix || frame.UsdPrice(_settlement) is not { } settlement)
            {
                Rows.ForEach(row => required[row.Bucket] = double.PositiveInfinity);
                return;
            }
            using var vectors = new ScenarioVectors(_names);
            vectors.Load(matrix);
            foreach (var (bucket, row) in Rows)
            {
                var margin = _table.Required(row, vectors, anew: true).Maintenance * (double)settlement;
                required[bucket] += double.IsNaN(margin) ? double.PositiveInfinity : margin;
            }
        }

        public void Dispose() => _table.Dispose();
    }
}
