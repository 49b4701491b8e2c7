using System.Text.Json;

namespace OrleansLeverage.Benchmarks.Load;

/// <summary>What the server says of itself at the end of a phase, and the system of it.</summary>
/// <param name="IntervalP99">Milliseconds between two frames; NaN where there were none.</param>
/// <param name="Cores">Processor time over the phase.</param>
/// <param name="Allocated">Bytes that were allocated since its start.</param>
internal sealed record ServerMoment(double FramesPerSecond, double IntervalP50, double IntervalP99, double SweepP50,
    double SweepP99, double Cores, long Resident, long Heap, double PausePercent, long Allocated, int Gen2,
    long Dropped)
{
    public static ServerMoment Of(JsonElement status, long resident, double cores)
    {
        var (frames, gc) = (status.GetProperty("frames"), status.GetProperty("gc"));
        return new ServerMoment(Number("perSecond"), Number("intervalP50Ms"), Number("intervalP99Ms"),
            Number("sweepP50Ms"), Number("sweepP99Ms"), cores, resident, gc.GetProperty("heapBytes").GetInt64(),
            gc.GetProperty("pausePercent").GetDouble(), gc.GetProperty("allocatedBytes").GetInt64(),
            gc.GetProperty("gen2").GetInt32(), status.GetProperty("streams").GetProperty("dropped").GetInt64());

        double Number(string name) => frames.GetProperty(name) is { ValueKind: JsonValueKind.Number } known
            ? known.GetDouble() : double.NaN;
    }
}
