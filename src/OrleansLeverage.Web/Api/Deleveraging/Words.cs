using System.Collections.Frozen;

namespace OrleansLeverage.Web.Api.Deleveraging;

/// <summary>The values of an enumeration by the words that name them outside: pro-rata-equity.</summary>
internal static class Words<T>
    where T : struct, Enum
{
    private static readonly FrozenDictionary<string, T> ByWord =
        Enum.GetValues<T>().ToFrozenDictionary(Of, StringComparer.Ordinal);

    /// <summary>In the order of the enumeration.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<T>().Select(Of)];

    public static string Of(T value) => string.Concat(value.ToString()
        // one name, however it is spelled
        .Replace("BitMex", "Bitmex", StringComparison.Ordinal).Select((letter, place) => char.IsUpper(letter)
            && place > 0 ? $"-{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));

    public static bool TryParse(string? word, out T value)
    {
        value = default;
        return word is not null && ByWord.TryGetValue(word, out value);
    }
}
