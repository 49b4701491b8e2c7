using System.Diagnostics.CodeAnalysis;

namespace OrleansLeverage.Market.Oracle;

/// <summary>A publisher of prices: 1-32 of a-z, 0-9 and '-', beginning and ending with a letter or digit.</summary>
public readonly record struct SourceId : IComparable<SourceId>
{
    public const int LengthMax = 32;

    public SourceId(string value) =>
        Value = IsValid(value) ? value : throw new FormatException("a source is 1-32 of a-z, 0-9 and '-'");

    public string Value { get => field ?? ""; }

    public static bool IsValid([NotNullWhen(true)] string? text) =>
        text is { Length: >= 1 and <= LengthMax } && text[0] != '-' && text[^1] != '-'
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    public int CompareTo(SourceId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
