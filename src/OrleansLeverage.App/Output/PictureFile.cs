using System.CommandLine;

namespace OrleansLeverage.App.Output;

/// <summary>The option of verbs that draw, and the one way in which a picture is written.</summary>
internal static class PictureFile
{
    public static readonly Option<string?> Svg = new("--svg")
    {
        Description = "Also draw it, as a picture",
        HelpName = "FILE",
    };

    public static void Write(ParseResult parsed, Terminal terminal, Func<SvgChart[]> charts) =>
        Write(parsed, terminal, () => SvgChart.Stack(860, 360, charts()));

    /// <summary>Into the file that <see cref="Svg"/> names, which has its name only when it is complete.</summary>
    public static void Write(ParseResult parsed, Terminal terminal, Func<string> picture)
    {
        if (parsed.GetValue(Svg) is { } path)
        {
            File.WriteAllText(path + ".partial", picture());
            File.Move(path + ".partial", path, overwrite: true);
            terminal.Error.WriteLine($"written: {path}");
        }
    }
}
