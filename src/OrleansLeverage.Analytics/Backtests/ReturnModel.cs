namespace OrleansLeverage.Analytics.Backtests;

/// <summary>A parameter of a model by its name, as it was fitted.</summary>
public readonly record struct ModelParameter(string Name, double Value);

/// <summary>
/// A way to forecast the next return from the ones before it. Immutable; knows nothing of what comes later.
/// </summary>
public interface IReturnModel
{
    string Name { get; }

    /// <summary>Returns it needs before it says anything.</summary>
    int HistoryMin { get; }

    IReadOnlyList<ModelParameter> Parameters { get; }

    /// <summary>The model with parameters fitted to the past; itself where it has none to fit.</summary>
    IReturnModel Calibrate(ReadOnlySpan<double> past);

    /// <summary>Begins to follow a series from its past; the follower is told each return after it is known.</summary>
    IReturnFollower Follow(ReadOnlySpan<double> past);
}

/// <summary>A model in the middle of a series.</summary>
public interface IReturnFollower
{
    /// <summary>What the next return is expected to be like; null while nothing has moved.</summary>
    ReturnLaw? Next();

    void Add(double change);
}
