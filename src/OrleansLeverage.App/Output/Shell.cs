using System.CommandLine;

namespace OrleansLeverage.App.Output;

/// <summary>What all verbs share: options, exit codes, and one way to fail.</summary>
internal static class Shell
{
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Answer in JSON on the standard output",
        Recursive = true,
    };

    public static readonly Option<bool> NoColor = new("--no-color")
    {
        Description = "No colours; the same as setting NO_COLOR",
        Recursive = true,
    };

    /// <summary>How long a verb may take to end by itself after Ctrl+C or SIGTERM.</summary>
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(60);

    /// <summary>Runs what the arguments ask for and returns the exit code.</summary>
    public static async Task<int> RunAsync(RootCommand root, string[] args, TextWriter? output = null,
        TextWriter? error = null)
    {
        var parsed = root.Parse(args);
        var code = await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = output ?? Console.Out,
            Error = error ?? Console.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = EndsWithin,
        }, CancellationToken.None);
        return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
    }

    /// <summary>Gives a verb its action: exceptions become one line on the error stream and an exit code.</summary>
    public static Command Does(this Command command, Func<ParseResult, Terminal, CancellationToken, Task<int>> action)
    {
        command.SetAction(async (parsed, cancellation) =>
        {
            var terminal = new Terminal(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error,
                parsed.GetValue(Json), parsed.GetValue(NoColor));
            // signals are handled once this has returned to the caller: before a verb does anything that a signal would
            // cut short, and before it says that it is ready
            await Task.Yield();
            try
            {
                return await action(parsed, terminal, cancellation);
            }
            catch (Exception exception)
            {
                var (code, words) = Failures.Explain(exception);
                terminal.Error.WriteLine($"leverage {command.Name}: {words}");
                return code;
            }
        });
        return command;
    }
}
