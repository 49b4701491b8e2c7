using System.Text.Json;

namespace OrleansLeverage.Conformance;

/// <summary>
/// Runs every case of a folder through the product. Exit code 0 needs: no failure, and at least one pass. A case is
/// informational, skipped by <see cref="SkipTable"/>, or mapped; a case that is none of these failed.
/// </summary>
public sealed class ConformanceRun(SkipTable skips, CaseMap map)
{
    private const int FailuresShownMax = 5;

    public static int Execute(string[] args, TextWriter output)
    {
        if (args is not [var folder])
        {
            output.WriteLine("usage: OrleansLeverage.Conformance FOLDER");
            return 2;
        }
        return new ConformanceRun(SkipTable.Current, CaseMap.Current).Run(folder, output).ExitCode;
    }

    public RunResult Run(string folder, TextWriter output)
    {
        var total = new RunResult();
        if (!Directory.Exists(folder))
        {
            output.WriteLine($"{folder} is not a folder");
        }
        else
        {
            var tables = new ReferenceTables(folder);
            foreach (var path in Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal))
            {
                var result = RunFile(path, tables);
                total.Add(result);
                Report(Path.GetRelativePath(folder, path).Replace('\\', '/'), result, output);
            }
        }
        if (total.Passed == 0)
        {
            output.WriteLine("no case passed: nothing is proven");
        }
        output.WriteLine(total.Line);
        return total;
    }

    private static void Report(string name, RunResult result, TextWriter output)
    {
        output.WriteLine($"{name}: {result.Line}");
        foreach (var failure in result.Failures.Take(FailuresShownMax))
        {
            output.WriteLine($"  FAILED {failure}");
        }
        if (result.Failures.Count > FailuresShownMax)
        {
            output.WriteLine($"  ... and {result.Failures.Count - FailuresShownMax} more failures");
        }
        foreach (var (reason, count) in result.Skips)
        {
            output.WriteLine($"  skipped {count}: {reason}");
        }
        foreach (var aside in result.Informational)
        {
            output.WriteLine($"  informational {aside}");
        }
    }

    private RunResult RunFile(string path, ReferenceTables tables)
    {
        var result = new RunResult();
        VectorFile file;
        try
        {
            file = VectorFile.Parse(Path.GetFileName(path), File.ReadAllText(path), tables);
        }
        catch (Exception problem) when (problem is FormatException or IOException or InvalidOperationException)
        {
            result.Fail(Path.GetFileName(path), problem.Message);
            return result;
        }
        if (file.Cases is null)
        {
            result.Inform(file.Name, "a table that cases refer to");
        }
        foreach (var vector in file.Cases ?? [])
        {
            RunCase(vector, result);
        }
        return result;
    }

    private void RunCase(VectorCase vector, RunResult result)
    {
        if (Informational.Reason(vector) is { } aside)
        {
            result.Inform(vector.Id, aside);
        }
        else if (skips.Find(vector) is not { } row)
        {
            Judged(vector, [], result, () => result.Pass(vector));
        }
        else if (row.Fields is { } fields)
        {
            Judged(vector, fields, result,
                () => result.Skip($"{string.Join(", ", fields)} of {vector.Id}, the rest holds: {row.Reason}"));
        }
        else
        {
            result.Skip(row.Reason);
        }
    }

    private void Judged(VectorCase vector, IReadOnlyList<string> leftOut, RunResult result, Action asExpected)
    {
        if (Difference(vector, leftOut) is { } difference)
        {
            result.Fail(vector.Id, difference);
        }
        else
        {
            asExpected();
        }
    }

    private string? Difference(VectorCase vector, IReadOnlyList<string> leftOut)
    {
        try
        {
            if (map.Find(vector) is not { } form)
            {
                return $"unmapped: no product form for kind '{vector.Kind ?? vector.File}' of venue '{vector.Venue}'";
            }
            var (answer, tolerance) = (form(vector), vector.ReadTolerance());
            return Judge.Difference(vector.Expected, answer, tolerance, leftOut)
                ?? Judge.DifferenceBeside(vector.Json, answer, tolerance);
        }
        catch (UnmappedCase unmapped)
        {
            return $"unmapped: {unmapped.Message}";
        }
        catch (Exception refusal) when (refusal is ProductRefusal or ArgumentException or FormatException
            or ArithmeticException or InvalidOperationException)
        {
            var expected = JsonSerializer.Serialize(vector.Expected);
            return $"expected {expected}, actual {refusal.GetType().Name}: {refusal.Message}";
        }
    }
}
