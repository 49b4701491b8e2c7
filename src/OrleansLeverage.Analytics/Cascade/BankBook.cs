using System.Globalization;

namespace OrleansLeverage.Analytics.Cascade;

/// <summary>
/// A bank of a published stress test: equity, total assets by its leverage ratio, and the part of them that is
/// government and other debt securities. One currency unit throughout.
/// </summary>
public sealed record BankBook(string Name, double Equity, double Assets, double GovernmentBonds, double OtherBonds)
{
    /// <summary>The asset columns of <see cref="System"/>.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["government bonds", "other debt securities", "other"];

    public double DebtToEquity => Assets / Equity - 1.0;

    /// <summary>
    /// Reads rows <c>name equity leverage% debtSecurities governmentBonds</c> separated by blanks under one line of
    /// names; the last may be a sum such as <c>13+27682</c>. The layout of <c>EBA_2018.csv</c>
    /// (ox-inet-resilience/firesale_stresstest): total assets = equity / leverage ratio.
    /// </summary>
    /// <exception cref="FormatException">A row that does not read, with its number.</exception>
    public static IReadOnlyList<BankBook> Parse(string text)
    {
        var books = new List<BankBook>();
        var lines = text.Split('\n');
        for (var i = 1; i < lines.Length; i++)
        {
            var fields = lines[i].Split((char[])[' ', ',', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 0)
            {
                books.Add(Row(fields, i + 1));
            }
        }
        return books;
    }

    /// <summary>
    /// The banks as a system of three assets that all sell in proportion; what is not marketable has no impact.
    /// </summary>
    /// <param name="impactPerUnit">Fractional price change of debt securities per currency unit sold.</param>
    public static FireSale System(IReadOnlyList<BankBook> books, double impactPerUnit) => new(
        [.. books.Select(b => b.Assets)],
        [.. books.Select(b => b.DebtToEquity)],
        [.. books.Select(b => b.Weights())],
        [impactPerUnit, impactPerUnit, 0.0]);

    /// <summary>Shares of the total assets, in the order of <see cref="Columns"/>.</summary>
    public double[] Weights() =>
    [
        GovernmentBonds / Assets, OtherBonds / Assets, (Assets - GovernmentBonds - OtherBonds) / Assets,
    ];

    private static BankBook Row(string[] fields, int line)
    {
        if (fields.Length != 5)
        {
            throw new FormatException($"line {line}: {fields.Length} fields instead of 5");
        }
        var (equity, ratio) = (Number(fields[1], line), Number(fields[2], line) / 100.0);
        var (securities, government) = (Number(fields[3], line), fields[4].Split('+').Sum(part => Number(part, line)));
        return equity > 0.0 && ratio is > 0.0 and <= 1.0 && government >= 0.0 && securities >= government
            ? new BankBook(fields[0], equity, equity / ratio, government, securities - government)
            : throw new FormatException($"line {line}: {string.Join(' ', fields)} is no balance sheet");
    }

    private static double Number(string text, int line) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new FormatException($"line {line}: {text} is no number");
}
