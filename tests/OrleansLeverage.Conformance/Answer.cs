namespace OrleansLeverage.Conformance;

/// <summary>
/// What the product said, by the names a file may ask for. Values are decimal, integers, double, bool, text, null
/// (no value exists) or lists of these. Values are computed only when asked, so that a case which asks for less than a
/// form can give is not refused for what it does not ask.
/// </summary>
public sealed class Answer
{
    private readonly Dictionary<string, Func<object?>> _values = new(StringComparer.Ordinal);

    private readonly List<string> _principal = [];

    /// <summary>The names a refusal must refuse: all but the companions.</summary>
    public IReadOnlyList<string> Principal => _principal;

    public Answer With(string name, Func<object?> value)
    {
        _principal.Add(name);
        return Beside(name, value);
    }

    /// <summary>A companion: an intermediate value that exists even where the result is refused.</summary>
    public Answer Beside(string name, Func<object?> value)
    {
        _values[name] = value;
        return this;
    }

    public Answer Beside(string[] names, Func<object?> value) =>
        names.Aggregate(this, (answer, name) => answer.Beside(name, value));

    public Answer With(string[] names, Func<object?> value) =>
        names.Aggregate(this, (answer, name) => answer.With(name, value));

    public bool TryGet(string name, out object? value)
    {
        value = null;
        if (!_values.TryGetValue(name, out var compute))
        {
            return false;
        }
        value = compute();
        return true;
    }
}

/// <summary>The product refused the inputs with a code of its own.</summary>
public sealed class ProductRefusal(string code) : Exception($"refused: {code}")
{
    public string Code { get; } = code;
}

/// <summary>The inputs of a case fit no form of its kind that the product offers.</summary>
public sealed class UnmappedCase(string what) : Exception(what);
