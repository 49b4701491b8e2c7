using System.Diagnostics;
using OrleansLeverage.Tests.Repository;

namespace OrleansLeverage.Tests.Infra;

/// <summary>Runs promtool at the top of the repository.</summary>
internal static class Promtool
{
    public static async Task<(int Code, string Words)> RunAsync(string? input, params string[] args)
    {
        using var tool = Process.Start(new ProcessStartInfo("promtool", args)
        {
            WorkingDirectory = RepositoryFiles.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var words = Task.WhenAll(tool.StandardOutput.ReadToEndAsync(), tool.StandardError.ReadToEndAsync());
        await tool.StandardInput.WriteAsync(input ?? "");
        tool.StandardInput.Close();
        await tool.WaitForExitAsync();
        return (tool.ExitCode, string.Concat(await words));
    }
}
