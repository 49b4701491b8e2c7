using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace OrleansLeverage.Web.Api.Reading;

/// <summary>
/// A query parameter: how it is read and how it is described. What is not one of an endpoint's parameters is refused,
/// as is one that is given twice: a filter that is misspelt must not pass for none.
/// </summary>
internal abstract record QueryParameter(string Name, string Description)
{
    /// <summary>The code of a value that is none.</summary>
    public virtual string Code => "bad_query";

    /// <summary>What was expected, for people; never what was sent.</summary>
    public abstract string Expected { get; }

    public abstract bool IsGood(string text);

    /// <summary>Whether a request without it is refused.</summary>
    public bool IsRequired { get; init; }

    public abstract OpenApiSchema Schema();
}

/// <summary>One word of a few, or several with commas in between.</summary>
internal sealed record WordParameter(string Name, string Description, IReadOnlyList<string> Words,
    bool Several = false, string? Default = null) : QueryParameter(Name, Description)
{
    public override string Expected => $"{(Several ? "some" : "one")} of {string.Join(", ", Words)}";

    public override bool IsGood(string text) =>
        Several ? text.Split(',').All(Words.Contains) : Words.Contains(text);

    public override OpenApiSchema Schema() => Several
        ? new OpenApiSchema { Type = JsonSchemaType.String, Examples = [Words[0]] }
        : new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Enum = [.. Words.Select(word => (JsonNode)word)],
            Default = Default,
        };
}

/// <summary>A whole number.</summary>
internal sealed record CountParameter(string Name, string Description, long Min, long Max, long? Default = null,
    string Fault = "bad_query") : QueryParameter(Name, Description)
{
    public override string Code => Fault;

    public override string Expected => $"a whole number, {Min} to {Max}";

    public override bool IsGood(string text) => Read(text) is { } value && value >= Min && value <= Max;

    public static long? Read(string text) => text.Length is > 0 and <= 18 && text.All(char.IsAsciiDigit)
        && (text.Length == 1 || text[0] != '0')
        ? long.Parse(text, CultureInfo.InvariantCulture)
        : null;

    public override OpenApiSchema Schema() => new()
    {
        Type = JsonSchemaType.Integer,
        Minimum = Min.ToString(CultureInfo.InvariantCulture),
        Maximum = Max.ToString(CultureInfo.InvariantCulture),
        Default = Default is { } value ? (JsonNode)value : null,
    };
}

/// <summary>A number at or above zero, such as 2.5.</summary>
internal sealed record NumberParameter(string Name, string Description) : QueryParameter(Name, Description)
{
    public override string Expected => "a number at or above 0, such as 2.5";

    public override bool IsGood(string text) => Read(text) is not null;

    public static double? Read(string text) =>
        text.Length <= 25 && Domain.Decimals.TryParseCanonical(text, out var value) && value >= 0m
            ? (double)value
            : null;

    public override OpenApiSchema Schema() => new() { Type = JsonSchemaType.Number, Minimum = "0" };
}

/// <summary>How far a price moves, as a fraction of it: -0.05 is 5 % down.</summary>
internal sealed record MoveParameter(string Name, string Description) : QueryParameter(Name, Description)
{
    private const decimal MoveMin = -1m;
    private const decimal MoveMax = 100m;

    public override string Expected => "a fraction from -1 to 100, such as -0.05";

    public override bool IsGood(string text) => Read(text) is not null;

    public static decimal? Read(string text) =>
        text.Length <= 25 && Domain.Decimals.TryParseCanonical(text, out var value)
        && value is >= MoveMin and <= MoveMax
            ? value
            : null;

    public override OpenApiSchema Schema() =>
        new() { Type = JsonSchemaType.Number, Minimum = "-1", Maximum = "100" };
}

/// <summary>A name, judged by <paramref name="Rule"/>.</summary>
internal sealed record NameParameter(string Name, string Description, Func<string, bool> Rule, string Example,
    string Fault) : QueryParameter(Name, Description)
{
    public override string Code => Fault;

    public override string Expected => $"such as {Example}";

    public override bool IsGood(string text) => Rule(text);

    public string? Pattern { get; init; }

    public override OpenApiSchema Schema() =>
        new() { Type = JsonSchemaType.String, Pattern = Pattern, Examples = [Example] };
}

/// <summary>A place in a list, as the answer before gave it.</summary>
internal sealed record CursorParameter()
    : QueryParameter("cursor", "Where to go on from: nextCursor of the page before")
{
    public override string Code => "bad_cursor";

    public override string Expected => "what a page gave as nextCursor";

    public override bool IsGood(string text) => Cursor.IsPlausible(text);

    public override OpenApiSchema Schema() => new() { Type = JsonSchemaType.String };
}
