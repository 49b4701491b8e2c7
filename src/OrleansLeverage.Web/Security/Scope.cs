namespace OrleansLeverage.Web.Security;

/// <summary>What somebody may do. None implies another: a key names each that it has.</summary>
[Flags]
public enum Scope
{
    None = 0,

    /// <summary>Figures and streams.</summary>
    Read = 1,

    /// <summary>Fills, collateral, and the commands of accounts.</summary>
    Trade = 2,

    /// <summary>Prices, as one source.</summary>
    Oracle = 4,

    /// <summary>Deleveraging, jobs, and acknowledging triggers.</summary>
    Operate = 8,

    /// <summary>Instruments, imports and the audit.</summary>
    Admin = 16,
}

/// <summary>Scopes as words.</summary>
public static class ScopeNames
{
    public static IReadOnlyList<(Scope Scope, string Name)> All { get; } =
    [
        (Scope.Read, "read"), (Scope.Trade, "trade"), (Scope.Oracle, "oracle"), (Scope.Operate, "operate"),
        (Scope.Admin, "admin"),
    ];

    public static Scope Every { get; } = All.Aggregate(Scope.None, (every, row) => every | row.Scope);

    public static IReadOnlyList<string> Of(Scope scopes) =>
        [.. All.Where(row => scopes.HasFlag(row.Scope)).Select(row => row.Name)];

    /// <summary>The scope that a word names, exactly as written; none where it names no scope.</summary>
    public static Scope Parse(string name) => All.FirstOrDefault(row => row.Name == name).Scope;
}
