using System.CommandLine;
using OrleansLeverage.Analytics.Loops;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Strategies;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage loop</c>: what borrowing against what was bought with a loan comes to.</summary>
internal static class LoopVerb
{
    private static readonly Option<double> Ltv = Numbers.Option("--ltv", 0.80, "Share of collateral that is borrowed");

    private static readonly Option<double> Threshold = Numbers.Option("--threshold", 0.85,
        "Share of debt to collateral at which the lender liquidates");

    private static readonly Option<int> Loops = new("--loops")
    {
        Description = "Times the loan is lent again; a row for each number up to it",
        DefaultValueFactory = _ => 10,
    };

    private static readonly Option<double> Supply = Numbers.Option("--supply-apy", 0.035, "Yield of the collateral");

    private static readonly Option<double?> Borrow = Numbers.Optional("--borrow-apy",
        "Rate of the debt; where left out, that of the pool after the loop has borrowed from it");

    private static readonly Option<double> Equity = Numbers.Option("--equity", 1.0, "Own money, in the borrowed unit");

    private static readonly Option<double> PoolSupplied = Numbers.Option("--pool-supplied", 1_000_000.0,
        "What the pool has, in the borrowed unit");

    private static readonly Option<double> PoolBorrowed = Numbers.Option("--pool-borrowed", 700_000.0,
        "What of it is lent already");

    private static readonly Option<double> Oracle = Numbers.Option("--oracle-price", 1.0,
        "Price of the collateral that the lender sees, in the borrowed unit");

    private static readonly Option<double> MarketPrice = Numbers.Option("--market-price", 1.0,
        "Price of the collateral that a sale gets");

    private static readonly Option<double> Slippage = Numbers.Option("--slippage", 0.0, "Share of a sale that is lost");

    private static readonly Option<double> Gas = Numbers.Option("--gas", 0.0, "Cost of a round, in the borrowed unit");

    private static readonly Option<bool> Unwind = new("--unwind")
    {
        Description = "Rows are the rounds of taking the loop apart instead",
    };

    public static Command Command()
    {
        Loops.AcceptWithin(0, 1_000);
        var command = new Command("loop", "Recursive borrowing: leverage, health, yield, depeg, the way out")
        {
            Ltv, Threshold, Loops, Supply, Borrow, Equity, PoolSupplied, PoolBorrowed, Oracle, MarketPrice, Slippage,
            Gas, Unwind, Answer.Csv,
        };
        command.Add(new LoopOptions().Command());
        return command.Does((parsed, terminal, _) => Task.FromResult(Run(parsed, terminal)));
    }

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        try
        {
            return Checked(parsed, terminal);
        }
        catch (ArgumentOutOfRangeException problem)
        {
            throw new InputException(problem.Message.Split(" (Parameter")[0] + $" (not {problem.ActualValue})");
        }
    }

    private static int Checked(ParseResult parsed, Terminal terminal)
    {
        var (loops, threshold) = (parsed.GetValue(Loops), parsed.GetValue(Threshold));
        if (threshold < parsed.GetValue(Ltv))
        {
            throw new InputException("--threshold is at least --ltv: otherwise the loop is liquidated as it is built");
        }
        var rows = Enumerable.Range(0, loops + 1).Select(n => Row(parsed, n)).ToList();
        var last = new RecursiveLoop(parsed.GetValue(Ltv), loops);
        var equity = parsed.GetValue(Equity);
        var position = new LoopPosition(last.Leverage * equity, last.Debt * equity, threshold)
        {
            OraclePrice = parsed.GetValue(Oracle), MarketPrice = parsed.GetValue(MarketPrice),
            Slippage = parsed.GetValue(Slippage), GasPerRound = parsed.GetValue(Gas),
        };
        var unwind = position.Unwind(threshold);
        var json = new
        {
            schema = "leverage-loop/1",
            rows,
            position = new
            {
                collateral = position.Collateral, debt = position.Debt, healthFactor = position.HealthFactor,
                liquidationPrice = position.LiquidationPrice, dropToLiquidation = position.DropToLiquidation,
                oracleEquity = position.OracleEquity, exitEquity = position.ExitEquity,
                exitBreakEven = position.ExitBreakEven, trapped = position.IsTrapped,
                liquidatedByOracle = position.IsLiquidatedByOracle,
            },
            unwind,
        };
        Answer.Give(parsed, terminal, json, parsed.GetValue(Unwind) ? Rounds(unwind) : Table(rows), () =>
        {
            Table(rows).WriteTo(terminal);
            Tell(terminal.Output, position, unwind);
            if (parsed.GetValue(Unwind))
            {
                Rounds(unwind).WriteTo(terminal);
            }
        });
        return ExitCode.Ok;
    }

    private static LoopRow Row(ParseResult parsed, int loops)
    {
        var loop = new RecursiveLoop(parsed.GetValue(Ltv), loops);
        var supply = parsed.GetValue(Supply);
        var pool = new LendingMarket(parsed.GetValue(PoolSupplied), parsed.GetValue(PoolBorrowed));
        var feedback = LoopFeedback.Of(parsed.GetValue(Equity), loop.LoanToValue, loops, supply, pool);
        var rate = parsed.GetValue(Borrow) ?? feedback.BorrowRate;
        return new LoopRow(loops, loop.Leverage, loop.Debt, loop.HealthFactor(parsed.GetValue(Threshold)),
            loop.DropToLiquidation(parsed.GetValue(Threshold)), rate,
            rate is { } known ? loop.NetApy(supply, known) : null, loop.BreakEvenBorrowApy(supply));
    }

    private static ReportTable Table(List<LoopRow> rows)
    {
        var table = new ReportTable("loops", "leverage", "debt", "healthFactor", "dropToLiquidation", "borrowApy",
            "netApy", "breakEvenBorrowApy");
        rows.ForEach(r => table.Add(r.Loops, r.Leverage, r.Debt, r.HealthFactor, r.DropToLiquidation, r.BorrowApy,
            r.NetApy, r.BreakEvenBorrowApy));
        return table;
    }

    private static ReportTable Rounds(IReadOnlyList<UnwindRound>? rounds)
    {
        var table = new ReportTable("round", "withdrawn", "repaid", "collateral", "debt", "healthFactor");
        foreach (var r in rounds ?? [])
        {
            table.Add(r.Round, r.Withdrawn, r.Repaid, r.Collateral, r.Debt, r.HealthFactor);
        }
        return table;
    }

    private static void Tell(TextWriter output, LoopPosition position, IReadOnlyList<UnwindRound>? unwind)
    {
        output.WriteLine(FormattableString.Invariant(
            $"liquidated at an oracle price of {position.LiquidationPrice:0.####}; left if sold now: ")
            + FormattableString.Invariant($"{position.ExitEquity:0.####}, as the lender sees it ")
            + FormattableString.Invariant($"{position.OracleEquity:0.####}"));
        if (position.IsTrapped)
        {
            output.WriteLine("trapped: healthy to the lender, but a sale at the market would not pay the debt");
        }
        if (position.IsLiquidatedByOracle)
        {
            output.WriteLine("liquidated at the oracle's price although the market would pay the debt");
        }
        output.WriteLine(unwind is null ? "no way out in rounds: each frees too little; repay from outside"
            : $"out in {unwind.Count} rounds");
    }

    private sealed record LoopRow(int Loops, double Leverage, double Debt, double? HealthFactor,
        double? DropToLiquidation, double? BorrowApy, double? NetApy, double? BreakEvenBorrowApy);
}
