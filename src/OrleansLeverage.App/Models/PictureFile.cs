using System.CommandLine;
using OrleansLeverage.App.Output;

namespace OrleansLeverage.App.Models;

/// <summary>The option of verbs that draw: where the picture goes.</summary>
internal static class PictureFile
{
    public static readonly Option<string?> Svg = new("--svg")
    {
        Description = "Also write a chart as a picture",
        HelpName = "FILE",
    };

    public static void Write(ParseResult parsed, Terminal terminal, Func<SvgChart[]> charts)
    {
        if (parsed.GetValue(Svg) is { } path)
        {
            File.WriteAllText(path + ".partial", SvgChart.Stack(860, 360, charts()));
            File.Move(path + ".partial", path, overwrite: true);
            terminal.Error.WriteLine($"written: {path}");
        }
    }
}
