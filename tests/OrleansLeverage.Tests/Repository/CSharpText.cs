namespace OrleansLeverage.Tests.Repository;

/// <summary>
/// Just enough of C#'s lexical rules to tell code from comments and literals. Interpolated strings are kept whole,
/// because their holes are code.
/// </summary>
public static class CSharpText
{
    /// <summary>The same text with comments and plain literals as spaces; line breaks stay where they are.</summary>
    public static string Blank(string text)
    {
        var code = text.ToCharArray();
        for (var at = 0; at < text.Length;)
        {
            var end = Math.Min(End(text, at, out var blank), text.Length);
            for (var i = at; blank && i < end; i++)
            {
                code[i] = code[i] == '\n' ? '\n' : ' ';
            }
            at = end;
        }
        return new string(code);
    }

    private static int End(string text, int at, out bool blank)
    {
        var rest = text.AsSpan(at);
        blank = true;
        if (rest.StartsWith("//"))
        {
            return Until(text, "\n", at);
        }
        if (rest.StartsWith("/*"))
        {
            return Until(text, "*/", at + 2) + 2;
        }
        if (rest[0] == '\'')
        {
            return Literal(text, at + 1, '\'');
        }
        var prefix = rest.IndexOfAnyExcept('$', '@');
        if (prefix < 0 || rest[prefix] != '"')
        {
            blank = false;
            return at + 1;
        }
        blank = !rest[..prefix].Contains('$');
        return StringEnd(text, at + prefix, rest[..prefix].Contains('@'));
    }

    private static int StringEnd(string text, int quote, bool verbatim)
    {
        var quotes = text.AsSpan(quote).IndexOfAnyExcept('"');
        quotes = quotes < 0 ? text.Length - quote : quotes;
        if (quotes >= 3 && !verbatim)
        {
            return Until(text, new string('"', quotes), quote + quotes) + quotes;
        }
        if (!verbatim)
        {
            return Literal(text, quote + 1, '"');
        }
        var at = quote + 1;
        while (at < text.Length && (text[at] != '"' || (at + 1 < text.Length && text[at + 1] == '"')))
        {
            at += text[at] == '"' ? 2 : 1;
        }
        return Math.Min(at + 1, text.Length);
    }

    private static int Literal(string text, int at, char close)
    {
        while (at < text.Length && text[at] != close && text[at] != '\n')
        {
            at += text[at] == '\\' ? 2 : 1;
        }
        return Math.Min(at + 1, text.Length);
    }

    private static int Until(string text, string end, int from)
    {
        var at = text.IndexOf(end, Math.Min(from, text.Length), StringComparison.Ordinal);
        return at < 0 ? text.Length : at;
    }
}
