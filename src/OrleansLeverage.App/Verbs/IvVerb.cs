using System.CommandLine;
using OrleansLeverage.Analytics.Options;
using OrleansLeverage.App.Options;
using OrleansLeverage.App.Output;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage iv</c>: the volatility that explains an option's price, or why none does.</summary>
internal static class IvVerb
{
    private static readonly OptionSource Source = new();

    public static Command Command()
    {
        Command command = new("iv", "Implied volatility of option prices, one or a file of them");
        Source.AddTo(command, isInverse: true);
        return command.Does(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var requests = await Source.LoadAsync(parsed, cancellation);
        var rows = requests.Select(Row.Of).ToList();
        if (!Source.IsFile(parsed) && rows[0].Volatility is null)
        {
            var request = requests[0];
            throw new InputException(request.Price is { } price
                ? $"{rows[0].Status}: no volatility explains {price} of a {StatusWord.Of(request.Right)} "
                    + $"{request.Strike} at {request.Underlying}"
                : "--price is needed");
        }
        ReportTable table = new("line", "right", "underlying", "strike", "years", "price", "volatility",
            "attainableError", "status");
        foreach (var row in rows)
        {
            var isRead = row.Request.Problem is null;
            table.Add(row.Request.Line, isRead ? StatusWord.Of(row.Request.Right) : null,
                isRead ? row.Request.Underlying : null, isRead ? row.Request.Strike : null,
                isRead ? row.Request.Years : null, row.Request.Price, row.Volatility, row.AttainableError,
                row.Request.Problem is { } problem ? $"{row.Status}: {problem}" : row.Status);
        }
        var unsolved = rows.Count(r => r.Volatility is null);
        if (unsolved > 0)
        {
            terminal.Error.WriteLine($"{unsolved} of {rows.Count} prices have no volatility, see their status");
        }
        Answer.Give(parsed, terminal, new { options = rows }, table);
        return ExitCode.Ok;
    }

    /// <param name="Request">What was asked.</param>
    /// <param name="Status">solved, at_intrinsic, or why there is none.</param>
    /// <param name="Volatility">Per 1.00 a year.</param>
    /// <param name="AttainableError">Relative error that the price's own last bit leaves.</param>
    private sealed record Row(OptionRequest Request, string Status, double? Volatility, double? AttainableError)
    {
        public static Row Of(OptionRequest request)
        {
            if (request.Problem is not null || request.Price is not { } price)
            {
                return new(request, request.Problem is not null ? "unreadable" : "price_missing", null, null);
            }
            var solved = request.IsForward
                ? ImpliedVolatility.OfForward(request.Right, request.Underlying, request.Strike, request.Years,
                    price * Math.Exp(request.Rate * request.Years))
                : ImpliedVolatility.OfSpot(request.Right, request.Underlying, request.Strike, request.Years, price,
                    request.Rate, request.Yield);
            return new(request, StatusWord.Of(solved.Status), solved.Value, solved.Attainable);
        }
    }
}
