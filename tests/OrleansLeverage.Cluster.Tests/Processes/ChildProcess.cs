using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace OrleansLeverage.Cluster.Tests.Processes;

/// <summary>A process of a test: listened to, signalled, killed, and gone with the test.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    // of the newest; a silo in trouble says megabytes a second
    private const int SaidMax = 1 << 22;

    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private ChildProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public bool IsRunning => !_process.HasExited;

    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    public static ChildProcess Start(string command, IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(command, arguments);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }
        return new ChildProcess(start);
    }

    /// <summary>Runs to its end; what it said, or an exception with it where it failed.</summary>
    public static async Task<string> RunAsync(string command, params string[] arguments)
    {
        await using var process = Start(command, arguments);
        var code = await process.EndsAsync(TimeSpan.FromSeconds(60));
        return code == 0 ? process.Said
            : throw new InvalidOperationException($"{command} {string.Join(' ', arguments)}: {code}, {process.Said}");
    }

    public void Signal(int signal) => _ = SendSignal(_process.Id, signal);

    public async Task<int> EndsAsync(TimeSpan patience)
    {
        await _process.WaitForExitAsync().WaitAsync(patience);
        return _process.ExitCode;
    }

    /// <summary>Returns when it has said something; fails where it ends before, or takes too long.</summary>
    public async Task SaysAsync(string text, TimeSpan patience)
    {
        var start = Stopwatch.GetTimestamp();
        while (!Said.Contains(text, StringComparison.Ordinal))
        {
            if (!IsRunning || Stopwatch.GetElapsedTime(start) > patience)
            {
                throw new InvalidOperationException(
                    $"'{text}' was not said in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s: {Said}");
            }
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            Signal(Continue);
            Signal(Kill);
            // a child of its own may keep its output open
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(5))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        lock (_said)
        {
            _said.AppendLine(line is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{line}"));
            if (_said.Length > SaidMax)
            {
                _said.Remove(0, _said.Length - SaidMax / 2);
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int process, int signal);
}
