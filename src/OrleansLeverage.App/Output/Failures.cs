using OrleansLeverage.Domain;

namespace OrleansLeverage.App.Output;

/// <summary>An input that the user can put right: says what, where and what is possible.</summary>
internal sealed class InputException(string message) : Exception(message);

/// <summary>From an exception to an exit code and what a person is told.</summary>
internal static class Failures
{
    public static (int Code, string Words) Explain(Exception exception) => exception switch
    {
        InputException or RuleFileException => (ExitCode.Usage, exception.Message),
        OperationCanceledException => (ExitCode.Failed, "stopped"),
        IOException or UnauthorizedAccessException => (ExitCode.Failed, exception.Message),
        _ => (ExitCode.Failed, $"this is a fault of the program: {exception}"),
    };
}
