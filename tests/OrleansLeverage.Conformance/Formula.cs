using System.Globalization;

namespace OrleansLeverage.Conformance;

/// <summary>
/// Evaluates the formulas that cases state as text, such as a volatility by strike: numbers, names, + - * / ^ **,
/// parentheses, and ln, log, exp, sqrt, abs, min, max.
/// </summary>
internal sealed class Formula
{
    private readonly string _text;
    private readonly Func<string, double> _name;
    private int _at;

    private Formula(string text, Func<string, double> name) =>
        (_text, _name) = (string.Concat(text.Where(c => !char.IsWhiteSpace(c))), name);

    /// <exception cref="UnmappedCase">Anything that is not of this form.</exception>
    public static double Value(string text, Func<string, double> name)
    {
        var formula = new Formula(text, name);
        var value = formula.Sum();
        return formula._at == formula._text.Length ? value : throw formula.Unknown();
    }

    private double Sum()
    {
        var value = Product();
        while (true)
        {
            if (Take("+"))
            {
                value += Product();
            }
            else if (Take("-"))
            {
                value -= Product();
            }
            else
            {
                return value;
            }
        }
    }

    private double Product()
    {
        var value = Signed();
        while (true)
        {
            if (Take("*"))
            {
                value *= Signed();
            }
            else if (Take("/"))
            {
                value /= Signed();
            }
            else
            {
                return value;
            }
        }
    }

    private double Signed() => Take("-") ? -Signed() : Take("+") ? Signed() : Power();

    private double Power()
    {
        var value = Atom();
        return Take("**") || Take("^") ? Math.Pow(value, Signed()) : value;
    }

    private double Atom()
    {
        if (Take("("))
        {
            var value = Sum();
            return Take(")") ? value : throw Unknown();
        }
        var start = _at;
        if (_at < _text.Length && char.IsAsciiLetter(_text[_at]))
        {
            while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '_' or '.'))
            {
                _at++;
            }
            var word = _text[start.._at];
            return Take("(") ? Call(word) : _name(word);
        }
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] == '.'
            || (_text[_at] is 'e' or 'E') || (_text[_at] is '-' or '+' && _at > start && _text[_at - 1] is 'e' or 'E')))
        {
            _at++;
        }
        return double.TryParse(_text[start.._at], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Unknown();
    }

    private double Call(string word)
    {
        var first = Sum();
        double? second = Take(",") ? Sum() : null;
        if (!Take(")"))
        {
            throw Unknown();
        }
        return (word[(word.LastIndexOf('.') + 1)..], second) switch
        {
            ("ln" or "log", null) => Math.Log(first),
            ("exp", null) => Math.Exp(first),
            ("sqrt", null) => Math.Sqrt(first),
            ("abs", null) => Math.Abs(first),
            ("min", { } other) => Math.Min(first, other),
            ("max", { } other) => Math.Max(first, other),
            _ => throw Unknown(),
        };
    }

    private bool Take(string token)
    {
        // a single star is not the first half of two
        if (!_text.AsSpan(_at).StartsWith(token) || (token == "*" && _text.AsSpan(_at).StartsWith("**")))
        {
            return false;
        }
        _at += token.Length;
        return true;
    }

    private UnmappedCase Unknown() => new($"the formula '{_text}' cannot be read at place {_at}");
}
