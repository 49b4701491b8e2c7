using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Xunit;

namespace OrleansLeverage.Tests.App;

/// <summary>
/// The built command in a process of its own: started, listened to, signalled, killed. Dies with the test.
/// </summary>
internal sealed class LeverageProcess : IAsyncDisposable
{
    public const int Interrupt = 2;
    public const int Terminate = 15;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LeverageProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.Environment["DOTNET_TieredPGO"] = "0";
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Heard(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Heard(_error, line.Data);
        _process.Exited += (_, _) => _address.TrySetException(
            new InvalidOperationException($"ended before it answered: {Error}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public static string Command => Path.Combine(AppContext.BaseDirectory, "leverage.dll");

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public int Id => _process.Id;

    public string Output => Text(_output);

    public string Error => Text(_error);

    public static LeverageProcess Start(params string[] args) =>
        new(new ProcessStartInfo("dotnet", [Command, .. args]));

    /// <summary>The same in a mount namespace of its own, after <paramref name="mount"/> has been run there.</summary>
    public static LeverageProcess StartMounted(string mount, params string[] args) =>
        new(new ProcessStartInfo("unshare",
        ["-Urm", "sh", "-c", mount + " && exec dotnet \"$0\" \"$@\"", Command, .. args]));

    /// <summary>Whether this machine lets an ordinary user mount in a namespace of their own.</summary>
    public static bool CanMount()
    {
        try
        {
            using var probe = Process.Start(new ProcessStartInfo(
                "unshare", ["-Urm", "sh", "-c", "mount -t tmpfs none /mnt"])
            {
                RedirectStandardError = true,
            });
            return probe!.WaitForExit(10_000) && probe.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>The address of its banner: it answers from then on.</summary>
    public Task<Uri> AnswersAsync() => _address.Task.WaitAsync(Patience);

    public async Task<int> EndsAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public Task<int> SignalAsync(int signal)
    {
        Assert.Equal(0, SendSignal(_process.Id, signal));
        return EndsAsync();
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await EndsAsync();
    }

    public Task SaysAsync(string text) => UntilAsync(() => Error.Contains(text, StringComparison.Ordinal)
        || Output.Contains(text, StringComparison.Ordinal), $"never said '{text}'");

    public Task ExistsAsync(string path) => UntilAsync(() => File.Exists(path), $"{path} never came to be");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int process, int signal);

    private async Task UntilAsync(Func<bool> holds, string otherwise)
    {
        for (var waited = Stopwatch.StartNew(); !holds(); await Task.Delay(20))
        {
            if (waited.Elapsed > Patience)
            {
                throw new TimeoutException($"{otherwise}: {Output}{Error}");
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private void Heard(StringBuilder text, string? line)
    {
        if (line is null)
        {
            return;
        }
        lock (text)
        {
            text.AppendLine(line);
        }
        // --json: the banner is one object, its address among its first lines
        if (ReferenceEquals(text, _output) && line == "}")
        {
            try
            {
                var banner = JsonDocument.Parse(Output).RootElement;
                _address.TrySetResult(new Uri(banner.GetProperty("dashboard").GetString()!));
            }
            catch (JsonException exception)
            {
                _address.TrySetException(new FormatException(
                    $"not one JSON object on the output: {Output}", exception));
            }
        }
    }
}
