namespace OrleansLeverage.Benchmarks.Load;

/// <summary>Phases side by side.</summary>
internal static class MomentTable
{
    public static void Write(TextWriter output, IReadOnlyList<string> names, IReadOnlyList<ServerMoment> moments)
    {
        output.WriteLine($"| | {string.Join(" | ", names)} |");
        output.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---|", names.Count))}");
        Row("frames/s", moment => $"{moment.FramesPerSecond:F1}");
        Row("between frames, p50", moment => $"{moment.IntervalP50:F2} ms");
        Row("between frames, p99", moment => $"{moment.IntervalP99:F1} ms");
        Row("prices to figures, p50", moment => $"{moment.SweepP50:F2} ms");
        Row("prices to figures, p99", moment => $"{moment.SweepP99:F1} ms");
        Row("server's cores in use", moment => $"{moment.Cores:F2}");
        Row("resident", moment => $"{moment.Resident / 1e6:F0} MB");
        Row("managed heap", moment => $"{moment.Heap / 1e6:F0} MB");
        Row("part of the time in collections", moment => $"{moment.PausePercent:F2} %");

        void Row(string name, Func<ServerMoment, string> cell) =>
            output.WriteLine($"| {name} | {string.Join(" | ", moments.Select(cell))} |");
    }
}
