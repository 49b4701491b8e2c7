using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace OrleansLeverage.App.Verbs;

/// <summary>Options that are finite numbers, the same in every culture.</summary>
internal static class Numbers
{
    public static Option<double> Option(string name, double value, string what) => new(name)
    {
        Description = what, DefaultValueFactory = _ => value, CustomParser = result => Parse(result, name),
    };

    public static Option<double?> Optional(string name, string what) => new(name)
    {
        Description = what, HelpName = "NUMBER", CustomParser = result => Parse(result, name),
    };

    private static double Parse(ArgumentResult result, string name)
    {
        if (result.Tokens is [var token] && double.TryParse(token.Value, NumberStyles.Float,
            CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
        {
            return value;
        }
        result.AddError($"{name} {string.Join(' ', result.Tokens)} is no number");
        return 0.0;
    }
}
