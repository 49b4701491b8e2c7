using System.Globalization;

namespace OrleansLeverage.Tests.Analytics.Options;

/// <summary>
/// Rows of a reference table beside this file. They were computed with mpmath 1.3.0 at 700 decimal digits from the
/// price formula alone: greeks.csv holds central differences of the price (step 1e-60 relative), never a closed form of
/// a sensitivity; implied.csv prices rounded once to double, with ε·price/(vega·σ).
/// </summary>
internal sealed class ReferenceRows
{
    private readonly string[] _names;
    private readonly string[] _cells;

    private ReferenceRows(string[] names, string line)
    {
        _names = names;
        _cells = line.Split(',');
    }

    public double this[string name] => double.Parse(Text(name), NumberStyles.Float, CultureInfo.InvariantCulture);

    public static IReadOnlyList<ReferenceRows> Of(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Analytics", "Options", file));
        return [.. lines.Skip(1).Select(line => new ReferenceRows(lines[0].Split(','), line))];
    }

    public string Text(string name) => _cells[Array.IndexOf(_names, name)];

    public override string ToString() => string.Join(' ', _cells.Take(7));
}
