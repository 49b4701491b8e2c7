using OrleansLeverage.Analytics.Models;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Lots;
using OrleansLeverage.Engine.Journal;
using OrleansLeverage.Market.Files;

namespace OrleansLeverage.App.Output;

/// <summary>An input that the user can put right: says what, where and what is possible.</summary>
internal sealed class InputException(string message) : Exception(message);

/// <summary>From an exception to an exit code and what a person is told: what is wrong, and what to do next.</summary>
internal static class Failures
{
    public static (int Code, string Words) Explain(Exception exception) => exception switch
    {
        InputException or RuleFileException or PriceFileException or LotException or SeriesException =>
            (ExitCode.Usage, exception.Message),
        OperationCanceledException => (ExitCode.Failed, "stopped"),
        JournalCorruptException corrupt => (ExitCode.Failed,
            $"{corrupt.Message} ({corrupt.Code}). {Remedy(corrupt.Fault)}"),
        JournalUnavailableException away => (ExitCode.Failed, $"{away.Message}. {Remedy(away.Obstacle)}"),
        JournalInUseException or IOException or UnauthorizedAccessException => (ExitCode.Failed, exception.Message),
        FormatException or InvalidDataException => (ExitCode.Failed, exception.Message),
        _ => (ExitCode.Failed, $"this is a fault of the program: {exception}"),
    };

    private static string Remedy(JournalFault fault) => fault switch
    {
        JournalFault.SchemaTooNew => "Use the release that wrote it, or a newer one.",
        JournalFault.MissingSegment or JournalFault.Foreign =>
            "Put the missing files back, or restore a backup into a new folder: "
            + "leverage restore --from BACKUP --data NEW.",
        _ => "Nothing was changed. Keep the folder as it is and restore a backup into a new one: "
            + "leverage restore --from BACKUP --data NEW.",
    };

    private static string Remedy(JournalObstacle obstacle) => obstacle switch
    {
        JournalObstacle.DirectoryMissing or JournalObstacle.NotADirectory or JournalObstacle.DirectoryNotEmpty =>
            "Name another folder.",
        JournalObstacle.ReadOnly => "Make the file system writable, or name a folder on one that is.",
        JournalObstacle.PermissionDenied => "Give this user the right to write there, or name another folder.",
        JournalObstacle.DiskFull => "Free some space; what was acknowledged is safe.",
        _ => "Look at the disk; what was acknowledged is safe once it can be read.",
    };
}
