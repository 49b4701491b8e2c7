using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace OrleansLeverage.App.Output;

/// <summary>
/// Where a verb writes: results on the standard output, everything else on the error stream, drawn where that is a
/// terminal and in plain lines elsewhere.
/// </summary>
internal sealed class Terminal
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public Terminal(TextWriter output, TextWriter error, bool json, bool noColor)
    {
        (Output, Error, IsJson) = (output, error, json);
        var colours = !noColor && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        Screen = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(error),
            ColorSystem = colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        OutputScreen = !ReferenceEquals(output, Console.Out) || Console.IsOutputRedirected || json ? null
            : AnsiConsole.Create(new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(output),
                ColorSystem = colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            });
        IsInteractive = ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected && !json;
    }

    public TextWriter Output { get; }

    public TextWriter Error { get; }

    /// <summary>Whether the answer is to be read by a program.</summary>
    public bool IsJson { get; }

    /// <summary>Whether somebody is looking at the error stream, so that it can be drawn on.</summary>
    public bool IsInteractive { get; }

    /// <summary>The standard output, to draw on, where that is a terminal; otherwise null.</summary>
    public IAnsiConsole? OutputScreen { get; }

    /// <summary>The error stream, to draw on.</summary>
    public IAnsiConsole Screen { get; }

    public void WriteJson<T>(T value) => Output.WriteLine(JsonSerializer.Serialize(value, Form));

    public static byte[] JsonBytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Form);
}
