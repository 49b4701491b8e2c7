namespace OrleansLeverage.Cluster.Tests.Processes;

/// <summary>
/// Kills a silo when the store has carried out a given write, before the silo is told and with nothing that it asks for
/// since, so that what it writes at the same time is not done; and starts it again; which may
/// be after those who wait see what they wait for, because others of the same transaction still write.
/// </summary>
internal sealed class KillAtWrite
{
    private readonly FaultProxy _proxy;
    private readonly TaskCompletionSource _killed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _write;
    private readonly Task _restarted;
    private int _seen;

    /// <summary>The <paramref name="write"/>-th, from 1, of the writes whose first line is counted.</summary>
    public KillAtWrite(FaultProxy proxy, SiloProcesses silos, int silo, int write, Func<string, bool> isCounted)
    {
        (_proxy, _write) = (proxy, write);
        proxy.Carried = () =>
        {
            silos.Signal(silo, ChildProcess.Kill);
            _killed.TrySetResult();
        };
        proxy.Watch = line =>
        {
            var isIt = line.StartsWith("PUT", StringComparison.Ordinal) && isCounted(line)
                && Interlocked.Increment(ref _seen) == write;
            proxy.Fault = isIt ? StorageFault.Cut : proxy.Fault;
            return isIt;
        };
        _restarted = RestartAsync(silos, silo);
    }

    /// <summary>From now on nothing is killed. Whether the silo was; if so, it is up again.</summary>
    public async Task<bool> EndAsync(TimeSpan patience)
    {
        _proxy.Watch = static _ => false;
        if (Volatile.Read(ref _seen) < _write)
        {
            return false;
        }
        await _restarted.WaitAsync(patience);
        return true;
    }

    private async Task RestartAsync(SiloProcesses silos, int silo)
    {
        await _killed.Task;
        await silos.EndsAsync(silo);
        _proxy.Fault = StorageFault.None;
        await silos.StartAsync(silo);
    }
}
