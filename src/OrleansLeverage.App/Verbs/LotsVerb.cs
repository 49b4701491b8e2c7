using System.CommandLine;
using OrleansLeverage.App.Lots;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Lots;
using OrleansLeverage.Engine.Embedded;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage lots</c>: what was disposed of, from which lots, with which gain, and what is left.</summary>
internal static class LotsVerb
{
    private static readonly Option<string?> In = new("--in")
    {
        Description = "Ledger as CSV with a header or JSON: time, kind (buy, income, sell, transfer), quantity, and "
            + "asset, id, price, amount, fee, feeQuantity, label, wallet, toWallet, lots; - reads the standard input",
        HelpName = "FILE|-",
    };

    private static readonly Option<string?> Data = new("--data")
    {
        Description = "Instead of a file, the journal that the grid wrote: every fill of --account made a lot",
        HelpName = "DIR",
    };

    private static readonly Option<string?> Account = new("--account") { HelpName = "ID" };

    private static readonly Option<string> Method = Word("--method", "fifo",
        "Which lot goes first; section104 and acb-canada are laws with rules of their own",
        "fifo", "lifo", "hifo", "lofo", "average", "specific", "section104", "acb-canada");

    private static readonly Option<string> Rank = Word("--rank", "unit-cost", "What dear means",
        "unit-cost", "spot-price");

    private static readonly Option<string> Fees = Word("--fees", "in-basis", "Where fees go", "in-basis", "expense");

    private static readonly Option<string> Oversell = Word("--oversell", "refuse", "Where more is sold than held",
        "refuse", "zero-basis", "open-short");

    private static readonly Option<string> Income = Word("--income", "taxed-at-spot", "What is earned is",
        "taxed-at-spot", "zero-basis");

    private static readonly Option<string> Transfers = Word("--transfer-fees", "disposal",
        "What a transfer loses is", "disposal", "into-basis");

    private static readonly Option<string> Pooling = Word("--pooling", "universal", "One stock, or one a wallet",
        "universal", "per-wallet");

    private static readonly Option<int?> LongTerm = new("--long-term-days")
    {
        Description = "Days after which a gain is long-term", HelpName = "DAYS",
    };

    private static readonly Option<int?> TaxFree = new("--tax-free-days")
    {
        Description = "Days after which a gain is free of tax", HelpName = "DAYS",
    };

    private static readonly Option<bool> Round = new("--round-cost-up")
    {
        Description = "Allowable cost up to whole units, as HMRC's manual does; section104 only",
    };

    private static readonly UniverseOptions Universe = new();

    public static Command Command()
    {
        var command = new Command("lots", "Tax lots of a ledger or of an account: matches, years, what is left")
        {
            In, Data, Account, Method, Rank, Fees, Oversell, Income, Transfers, Pooling, LongTerm, TaxFree, Round,
            Answer.Csv,
        };
        Universe.AddTo(command);
        return command.Does((parsed, terminal, cancellation) => Task.Run(() => Run(parsed, terminal), cancellation));
    }

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        var (source, lines, notes) = Lines(parsed);
        var method = parsed.GetValue(Method)!;
        var options = Options(parsed, method);
        var ledgers = lines.GroupBy(line => line.Asset, line => line.Line).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(stock => (stock.Key, Ledger(stock, method, options, parsed.GetValue(Round)))).ToList();
        var report = new LotReport(source, method, ledgers, notes);
        Answer.Give(parsed, terminal, report.Json(), report.Rows(), () =>
        {
            report.Years().WriteTo(terminal);
            report.Open().WriteTo(terminal);
            foreach (var note in notes)
            {
                terminal.Output.WriteLine($"note: {note}");
            }
        });
        return ExitCode.Ok;
    }

    private static LotLedger Ledger(IEnumerable<LotEvent> lines, string method, LotOptions options, bool roundUp) =>
        method switch
        {
            "section104" => Section104.Run(lines, roundUp ? 1m : null),
            "acb-canada" => CanadianCostBase.Run(lines).Ledger,
            _ => LotEngine.Run(lines, options),
        };

    private static (string Source, IReadOnlyList<(string Asset, LotEvent Line)> Lines, IReadOnlyList<string> Notes)
        Lines(ParseResult parsed)
    {
        var (file, folder, account) = (parsed.GetValue(In), parsed.GetValue(Data), parsed.GetValue(Account));
        if (file is not null && folder is null && account is null)
        {
            return (file == "-" ? "standard input" : Path.GetFileName(file), LotFile.Read(file), []);
        }
        if (file is not null || folder is null || account is null)
        {
            throw new InputException("either --in FILE, or --data DIR with --account ID");
        }
        if (!AccountId.IsValid(account))
        {
            throw new InputException($"--account {account} is not an account id");
        }
        var ledger = AccountLots.Read(folder, Universe.Universe(parsed, TimeProvider.System.GetUtcNow()),
            new AccountId(account));
        return ledger.Lines.Count > 0 ? (account, ledger.Lines, ledger.Notes)
            : throw new InputException($"{folder} knows no fills or deposits of {account}");
    }

    private static LotOptions Options(ParseResult parsed, string method)
    {
        var isAccount = parsed.GetValue(Data) is not null;
        return new LotOptions
        {
            Method = method is "section104" or "acb-canada" ? LotMethod.Average : Value<LotMethod>(method),
            Rank = Value<LotRank>(parsed.GetValue(Rank)!),
            Fees = parsed.GetValue(Fees) == "expense" ? FeeRule.Expense : FeeRule.InBasis,
            // an account's positions have two sides
            Oversell = isAccount ? OversellRule.OpenShort : Value<OversellRule>(parsed.GetValue(Oversell)!),
            Income = Value<IncomeRule>(parsed.GetValue(Income)!),
            TransferFees = Value<TransferFeeRule>(parsed.GetValue(Transfers)!),
            Pooling = Value<LotPooling>(parsed.GetValue(Pooling)!),
            LongTermAfterDays = parsed.GetValue(LongTerm),
            TaxFreeAfterDays = parsed.GetValue(TaxFree),
        };
    }

    private static T Value<T>(string word)
        where T : struct, Enum =>
        Enum.Parse<T>(word.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);

    private static Option<string> Word(string name, string value, string what, params string[] words)
    {
        var option = new Option<string>(name) { Description = what, DefaultValueFactory = _ => value };
        option.AcceptOnlyFromAmong(words);
        return option;
    }
}
