using OrleansLeverage.App.Output;
using OrleansLeverage.App.Verbs;
using OrleansLeverage.Domain;

namespace OrleansLeverage.App.Venues;

/// <summary>What was found in one rule file.</summary>
/// <param name="Status">ok, or the code of what is wrong.</param>
/// <param name="Path">Place in the file; null where it is whole.</param>
/// <param name="NotApplied">What the live grid does not apply of it.</param>
internal sealed record RuleCheck(string File, string Status, string? Path, string? Reason,
    IReadOnlyList<string> NotApplied)
{
    public const string Ok = "ok";

    /// <summary>A file alone; of a folder all files, and whether they follow each other.</summary>
    public static IEnumerable<RuleCheck> Of(string path)
    {
        if (!Directory.Exists(path))
        {
            return [Read(path).Check];
        }
        var paths = Directory.GetFiles(path, "*.json").Order(StringComparer.Ordinal).ToArray();
        if (paths.Length == 0)
        {
            throw new InputException($"{path} holds no .json file");
        }
        var read = paths.Select(Read).ToArray();
        var checks = read.Select(r => r.Check).ToList();
        // versions of one name follow each other; files of different rules do not
        foreach (var group in read.Where(r => r.Rules is not null).GroupBy(r => r.Rules!.Rules.Name))
        {
            try
            {
                _ = new RuleBook(group.Select(r => r.Rules!));
            }
            catch (RuleException exception)
            {
                checks.Add(new RuleCheck(path, exception.Status.Code(), null, exception.Message, []));
            }
        }
        return checks;
    }

    public static ReportTable Table(IEnumerable<RuleCheck> checks)
    {
        var table = new ReportTable("file", "status", "path", "reason", "not_applied");
        foreach (var check in checks)
        {
            table.Add(check.File, check.Status, check.Path, check.Reason,
                string.Join(' ', check.NotApplied));
        }
        return table;
    }

    public static void Tell(TextWriter output, IEnumerable<RuleCheck> checks)
    {
        foreach (var check in checks)
        {
            output.WriteLine(check.Status != Ok
                ? $"{check.File}: {check.Status}{(check.Path is null ? "" : $" at {check.Path}")}: {check.Reason}"
                : $"{check.File}: ok"
                    + (check.NotApplied.Count == 0 ? ""
                        : $", but the live grid does not apply {string.Join(", ", check.NotApplied)}"));
        }
    }

    private static (RuleCheck Check, RuleFile? Rules) Read(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        try
        {
            var rules = RuleFile.Parse(UniverseOptions.ReadText(path), name);
            return (new RuleCheck(name, Ok, null, null,
                [.. rules.NotApplied.Select(feature => Words.Camel(feature.ToString()))]), rules);
        }
        catch (RuleFileException exception)
        {
            return (new RuleCheck(name, exception.Status.Code(), exception.Path, exception.Message, []), null);
        }
    }
}
