using System.Runtime.InteropServices;

namespace OrleansLeverage.Web.Api.Jobs;

/// <summary>
/// A thread that gets what others leave: the sweeps and the requests of a busy machine go first. The runtime passes
/// thread priorities on only where the system has them; on Linux a thread makes itself nicer, which needs no right.
/// </summary>
internal static class LowPriorityThread
{
    /// <summary>PRIO_PROCESS; of the calling thread, which is what Linux takes 0 for.</summary>
    private const int Process = 0;

    private const int Niceness = 15;

    public static Thread Start(string name, Action work)
    {
        var thread = new Thread(() =>
        {
            if (OperatingSystem.IsLinux())
            {
                // where it is refused the thread is an ordinary one: slower for others, not wrong
                _ = SetPriority(Process, 0, Niceness);
            }
            work();
        })
        {
            IsBackground = true, Name = name, Priority = ThreadPriority.Lowest,
        };
        thread.Start();
        return thread;
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    private static extern int SetPriority(int which, uint who, int priority);
}
