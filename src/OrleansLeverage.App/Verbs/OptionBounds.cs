using System.CommandLine;
using System.Globalization;

namespace OrleansLeverage.App.Verbs;

/// <summary>Bounds of options, refused as usage with the value and the bounds.</summary>
internal static class OptionBounds
{
    public static void AcceptWithin(this Option<int> option, int least, int most) => option.Validators.Add(result =>
    {
        // what is no number is refused by the parser in its own words
        if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out var value)
            && (value < least || value > most))
        {
            result.AddError($"{option.Name} {value} is not within {least} and {most}");
        }
    });
}
