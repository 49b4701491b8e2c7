namespace OrleansLeverage.Kernel;

/// <summary>
/// Revalues every row of a table at the marks: writes its figures and tier, adds it to the summary and nominates it
/// where the exact layer must look. Variants differ in speed only: all sum in the order of <see cref="SweepSummary"/>,
/// so all give the same bytes. No allocation once the summary has the size of the universe.
/// </summary>
public interface ISweep
{
    string Name { get; }

    /// <summary>
    /// One sweep. <paramref name="summary"/> and <paramref name="nominations"/> are emptied first; a queue belongs to
    /// one table. Sweeps of different tables may run at once with the same marks.
    /// </summary>
    void Run(AccountTable table, MarkVector marks, SweepSummary summary, NominationQueue nominations);
}
