using System.CommandLine;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging;

namespace OrleansLeverage.App.Adl;

/// <summary><c>leverage adl queue</c>: rank and quantile of every position of a market.</summary>
internal static class AdlQueue
{
    private static readonly AdlSource Source = new();

    public static Command Command()
    {
        var command = new Command("queue", "Rank and quantile of every position of a market, and why") { Answer.Csv };
        Source.AddTo(command);
        return command.Does(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var (market, rule) = (await Source.ReadAsync(parsed, cancellation), Source.Rule(parsed));
        var (book, lot) = (market.Book(), market.Instrument.LotSize);
        var rows = CandidateRanking.Of(book.Longs, rule).Concat(CandidateRanking.Of(book.Shorts, rule)).ToList();
        var report = new ReportTable("side", "rank", "quantile", "lights", "account", "contracts", "hedged",
            "profitTerm", "leverageTerm", "score", "unrealizedPnl", "equity")
        {
            Title = $"{market.Instrument} at frame {market.Frame.Number}: {rule.Policy}, {rule.Score}",
        };
        foreach (var row in rows)
        {
            var held = row.Candidate;
            report.Add(Side(held.Side), row.Rank, Short(row.Quantile), row.Lights, held.Account, held.Lots * lot,
                held.HedgedLots * lot, Short(row.Score?.ProfitTerm), Short(row.Score?.LeverageTerm),
                Short(row.Score?.Value), held.Profit, held.Equity);
        }
        Answer.Give(parsed, terminal, new
        {
            symbol = market.Instrument.Id.Value,
            frame = market.Frame.Number.ToString(),
            timestamp = market.Frame.TimeMs,
            policy = rule.Policy.ToString(),
            score = rule.Score.ToString(),
            insolvent = book.Insolvent.Select(i => new
            {
                account = i.Account.Value,
                side = Side(i.Side),
                contracts = Decimals.Text(i.Contracts),
                shortfall = Decimals.Text(i.Shortfall),
            }),
            positions = rows.Select(row => new
            {
                account = row.Candidate.Account.Value,
                side = Side(row.Candidate.Side),
                rank = row.Rank,
                quantile = row.Quantile,
                lights = row.Lights,
                contracts = Decimals.Text(row.Candidate.Lots * lot),
                hedgedContracts = Decimals.Text(row.Candidate.HedgedLots * lot),
                profitTerm = row.Score?.ProfitTerm,
                leverageTerm = row.Score?.LeverageTerm,
                score = row.Score?.Value,
                unrealizedPnl = Decimals.Text(row.Candidate.Profit),
                equity = Decimals.Text(row.Candidate.Equity),
            }),
        }, report);
        return ExitCode.Ok;
    }

    public static string Side(int side) => side > 0 ? "long" : "short";

    /// <summary>For reading; JSON has all digits.</summary>
    public static decimal? Short(decimal? value) => value is { } number ? decimal.Round(number, 6) : null;
}
