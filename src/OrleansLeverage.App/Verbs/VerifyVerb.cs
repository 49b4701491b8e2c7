using System.CommandLine;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage verify</c>: is everything in a journal whole, and do its books close?</summary>
internal static class VerifyVerb
{
    private static readonly Option<string> Data = DataOption();

    private static readonly UniverseOptions Universe = new();

    public static Command Command()
    {
        var command = new Command(
            "verify", "Rebuilds the state from a journal and checks that nothing is lost or made") { Data };
        Universe.AddTo(command);
        return command.Does((parsed, terminal, _) => Task.Run(() => Run(parsed, terminal)));
    }

    public static Option<string> DataOption() => new("--data")
    {
        Description = "Folder of the journal",
        HelpName = "DIR",
        Required = true,
    };

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        var folder = parsed.GetRequiredValue(Data);
        var universe = Universe.Universe(parsed, TimeProvider.System.GetUtcNow());
        ProgressReport? progress = null;
        ArchiveReport report;
        try
        {
            report = GridArchive.Verify(folder, universe, (done, total) =>
                (progress ??= ProgressReport.On(terminal, "verify", total, TimeProvider.System)).Report(done));
        }
        finally
        {
            progress?.Dispose();
        }
        if (terminal.IsJson)
        {
            terminal.WriteJson(Shown(report));
        }
        else
        {
            Tell(terminal.Output, report);
        }
        return report.IsClean ? ExitCode.Ok : ExitCode.Failed;
    }

    private static void Tell(TextWriter output, ArchiveReport report)
    {
        var journal = report.Journal;
        output.WriteLine($"journal: batches {journal.FirstSequence} to {journal.LastSequence}, "
            + $"{journal.Records} records, {journal.Bytes} bytes in {journal.Segments} segments, "
            + $"{journal.Snapshots} snapshots");
        output.WriteLine($"state: {report.Accounts} accounts, {report.Applied} commands applied, "
            + $"{report.Refused} refused, {report.Triggers} triggers");
        output.WriteLine($"  from the journal alone       {report.StateHash ?? "not possible"}");
        output.WriteLine($"  from the newest snapshot on  {report.RecoveredHash ?? "not possible"}"
            + (report.SnapshotSequence is { } at ? $" (snapshot at batch {at})" : " (no snapshot)"));
        if (report.Books is { } books)
        {
            var closed = books.Assets.Where(a => a.Imbalance == 0m).Select(a => a.Asset);
            output.WriteLine($"books that close: {string.Join(", ", closed)}");
        }
        foreach (var open in report.Books?.Contracts ?? [])
        {
            output.WriteLine(
                $"  {open.Instrument}: {Decimals.Text(open.Long)} long, {Decimals.Text(open.Short)} short");
        }
        foreach (var note in report.Notes)
        {
            output.WriteLine($"note: {note}");
        }
        foreach (var fault in report.Faults)
        {
            output.WriteLine($"FAULT: {fault}");
        }
        output.WriteLine(report.IsClean ? "clean" : $"not clean: {report.Faults.Count} faults");
    }

    private static object Shown(ArchiveReport report) => new
    {
        clean = report.IsClean,
        firstSequence = report.Journal.FirstSequence,
        lastSequence = report.Journal.LastSequence,
        records = report.Journal.Records,
        bytes = report.Journal.Bytes,
        segments = report.Journal.Segments,
        snapshots = report.Journal.Snapshots,
        snapshotSequence = report.SnapshotSequence,
        stateHash = report.StateHash,
        recoveredHash = report.RecoveredHash,
        accounts = report.Accounts,
        applied = report.Applied,
        refused = report.Refused,
        triggers = report.Triggers,
        books = (report.Books?.Assets ?? []).Select(a => new
        {
            asset = a.Asset.Value,
            imbalance = Decimals.Text(a.Imbalance),
            clearing = Decimals.Text(a.Clearing),
        }),
        openContracts = (report.Books?.Contracts ?? []).Select(c => new
        {
            symbol = c.Instrument.Value,
            @long = Decimals.Text(c.Long),
            @short = Decimals.Text(c.Short),
        }),
        faults = report.Faults,
        notes = report.Notes,
    };
}
