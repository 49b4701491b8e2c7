namespace OrleansLeverage.Kernel;

/// <summary>
/// Which instructions a sweep uses. The widest that the machine has, unless the environment variable
/// <see cref="Variable"/> names another: scalar, vector256 or vector512. Figures do not depend on it.
/// </summary>
public static class SweepVariant
{
    public const string Variable = "LEVERAGE_SWEEP";

    private static readonly ISweep[] All =
    [
        new VectorSweep<Lanes512>("vector512"), new VectorSweep<Lanes256>("vector256"), new ScalarSweep(),
    ];

    /// <summary>Names of those that run here, widest first.</summary>
    public static IReadOnlyList<string> Supported { get; } = All.Where(IsSupported).Select(s => s.Name).ToArray();

    /// <summary>The variant of a name; of none, the one that the environment names or the widest.</summary>
    internal static ISweep Of(string? name)
    {
        name ??= Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(name))
        {
            name = Supported[0];
        }
        return Array.Find(All, s => s.Name == name && IsSupported(s))
            ?? throw new ArgumentException($"{Variable} is {name}; this machine has {string.Join(", ", Supported)}");
    }

    private static bool IsSupported(ISweep sweep) => sweep switch
    {
        VectorSweep<Lanes512> => Lanes512.IsSupported,
        VectorSweep<Lanes256> => Lanes256.IsSupported,
        _ => true,
    };
}
