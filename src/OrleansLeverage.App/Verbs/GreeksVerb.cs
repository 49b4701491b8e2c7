using System.CommandLine;
using OrleansLeverage.App.Calc;
using OrleansLeverage.App.Options;
using OrleansLeverage.App.Output;
using OrleansLeverage.Market.Files;

namespace OrleansLeverage.App.Verbs;

/// <summary>
/// <c>leverage greeks</c>: sensitivities to third order, or those of a snapshot of Deribit's book, the
/// exchange's beside them.
/// </summary>
internal static class GreeksVerb
{
    private static readonly Option<string?> Snapshot = new("--file")
    {
        Description = "Snapshot of Deribit's option book (CSV): our Greeks beside the exchange's",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Book = new("--accounts")
    {
        Description = "Accounts as `calc` takes them (JSON): Greeks per account, of the market and of its dealers",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Dealers = new("--dealers")
    {
        Description = "With --accounts: those whose id begins so are the dealers; without it nothing signed is said",
        HelpName = "PREFIX",
    };

    private static readonly Option<double?> Volume = new("--volume")
    {
        Description = "With --accounts: USD traded a day",
        HelpName = "USD",
    };

    private static readonly Option<double?> Impact = new("--impact")
    {
        Description = "With --accounts: fraction of the price that a sale of one USD moves",
    };

    private static readonly Option<double> Move = new("--move")
    {
        Description = "With --accounts: move after which leverage is computed anew, -0.1 is 10 % down",
        DefaultValueFactory = _ => -0.1,
    };

    private static readonly Option<double> VolatilityMove = new("--vol-move")
    {
        Description = "With --accounts: shift of all volatilities at that move, 0.1 is ten points up",
    };

    private static readonly OptionSource Source = new();

    public static Command Command()
    {
        Command command = new("greeks", "Greeks of options to third order, linear and coin-settled")
        {
            Snapshot, PictureFile.Svg, Book, Dealers, Volume, Impact, Move, VolatilityMove,
        };
        Source.AddTo(command);
        return command.Does((parsed, terminal, cancellation) => parsed.GetValue(Snapshot) is { } file
            ? CompareAsync(file, parsed, terminal, cancellation)
            : parsed.GetValue(Book) is { } accounts ? AccountsAsync(accounts, parsed, terminal, cancellation)
            : ShowAsync(Source, parsed, terminal, isAll: true, cancellation));
    }

    /// <summary>Figures of what is asked about. One option with a fault is refused, a file's row flagged.</summary>
    public static async Task<int> ShowAsync(OptionSource source, ParseResult parsed, Terminal terminal, bool isAll,
        CancellationToken cancellation)
    {
        var requests = await source.LoadAsync(parsed, cancellation);
        if (!source.IsFile(parsed))
        {
            requests[0].Needed();
        }
        var figures = requests.Select(OptionFigures.Of).ToList();
        PictureFile.Write(parsed, terminal, () => figures is [{ Fault: null } drawn]
            ? GreekPlot.Svg(drawn.Request.Needed())
            : throw new InputException("--svg draws one option, or a snapshot of --file"));
        var faults = figures.Count(f => f.Fault is not null);
        if (faults > 0)
        {
            terminal.Error.WriteLine($"{faults} of {figures.Count} rows could not be valued, see their fault");
        }
        var rows = OptionFigures.Table(figures, isAll);
        Answer.Give(parsed, terminal, new { options = figures }, rows,
            () => (figures is [var one] ? one.Lines(isAll) : rows).WriteTo(terminal));
        return ExitCode.Ok;
    }

    private static async Task<int> AccountsAsync(
        string name, ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var (move, shift) = (parsed.GetValue(Move), parsed.GetValue(VolatilityMove));
        if (!(move > -1.0 && move <= 10.0 && Math.Abs(shift) <= 10.0))
        {
            throw new InputException($"--move {move} is above -1 and at most 10, --vol-move {shift} within ±10");
        }
        if (parsed.GetValue(Impact) is < 0.0 || parsed.GetValue(Volume) is <= 0.0)
        {
            throw new InputException("--impact is not below 0 and --volume above 0");
        }
        var file = CalcFile.Parse(await CalcFile.ReadTextAsync(name, cancellation), Path.GetFileName(name),
            TimeProvider.System);
        var report = BookReport.Of(file, new DealerView(parsed.GetValue(Dealers), parsed.GetValue(Volume),
            parsed.GetValue(Impact)), move, shift);
        foreach (var reason in report.Unvalued)
        {
            terminal.Error.WriteLine(reason);
        }
        Answer.Give(parsed, terminal, report, report.Table(), report.DealerTable());
        return ExitCode.Ok;
    }

    private static async Task<int> CompareAsync(
        string file, ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        if (Source.IsFile(parsed))
        {
            throw new InputException("--file and --in do not go together");
        }
        var comparison = DeribitComparison.Of(NamedRows.Parse(await CalcFile.ReadTextAsync(file, cancellation), file));
        if (comparison.Rows.Count == 0)
        {
            throw new InputException($"{Path.GetFileName(file)}: no row is an option of a Deribit snapshot; "
                + (comparison.Refused.Count > 0 ? comparison.Refused[0] : "the file is empty"));
        }
        foreach (var problem in comparison.Refused.Take(10))
        {
            terminal.Error.WriteLine(problem);
        }
        PictureFile.Write(parsed, terminal, comparison.Svg);
        var distances = comparison.Distances();
        Answer.Give(parsed, terminal, new
        {
            series = comparison.Rows.Count,
            compared = comparison.Compared,
            refused = comparison.Refused,
            distances,
            rows = comparison.Rows.Select(r => new { r.Exchange.Name, r.Exchange.Years, r.Ours }),
        }, comparison.Table(), () =>
        {
            ReportTable table = new("figure", "unit", "series", "medianDistance", "largestDistance")
            {
                Title = $"{comparison.Rows.Count} series, {comparison.Compared} of them two days or more from expiry, "
                    + $"compared with the exchange; {comparison.Refused.Count} rows refused",
            };
            foreach (var d in distances)
            {
                table.Add(d.Figure, d.Unit, d.Series, Short(d.Median), Short(d.Largest));
            }
            table.WriteTo(terminal);
        });
        return ExitCode.Ok;
    }

    private static string? Short(double? value) =>
        value?.ToString("E1", System.Globalization.CultureInfo.InvariantCulture);
}
