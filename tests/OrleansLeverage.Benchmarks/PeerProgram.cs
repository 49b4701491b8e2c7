using System.Diagnostics;

namespace OrleansLeverage.Benchmarks;

/// <summary>A peer in another language: run where it is installed, named as absent where it is not.</summary>
internal static class PeerProgram
{
    /// <summary>What it printed; null with the reason where it could not run.</summary>
    public static async Task<(string? Output, string Reason)> RunAsync(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            var said = (await error).Trim().Split('\n')[^1];
            return process.ExitCode == 0 ? ((await output).Trim(), "") : (null, $"{program}: {said}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (null, $"{program} is not installed");
        }
    }
}
