namespace OrleansLeverage.App.Volatility;

/// <summary>Flags of an enum as snake_case words, in their order; none is an empty list.</summary>
internal static class FlagNames
{
    public static IReadOnlyList<string> Of<T>(T flags) where T : struct, Enum => Convert.ToInt64(flags,
        System.Globalization.CultureInfo.InvariantCulture) == 0L
        ? []
        : [.. flags.ToString().Split(", ").Select(Snake)];

    private static string Snake(string name) => string.Concat(name.Select((letter, at) =>
        char.IsAsciiLetterUpper(letter) ? (at > 0 ? "_" : "") + char.ToLowerInvariant(letter) : letter.ToString()));
}
