using OrleansLeverage.App.Output;
using LeverageCommand = OrleansLeverage.App.Program;

namespace OrleansLeverage.Tests.App;

/// <summary>The command in this process: what it writes and how it ends.</summary>
internal sealed record Cli(int Code, string Output, string Error)
{
    public static async Task<Cli> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await Shell.RunAsync(LeverageCommand.Root(), args, output, error);
        return new Cli(code, output.ToString(), error.ToString());
    }
}

/// <summary>A folder of its own, gone with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("leverage-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
