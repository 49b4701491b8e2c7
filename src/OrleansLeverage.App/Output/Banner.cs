using System.Reflection;

namespace OrleansLeverage.App.Output;

/// <summary>What a verb that serves says once its listener answers: what it is, and where everything is.</summary>
internal sealed record Banner(string Mode, string Detail, Uri Address, string Storage, IReadOnlyList<string> Lines,
    string Next)
{
    public static string Version { get; } = typeof(Banner).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Where a browser logs in, once; null where it need not.</summary>
    public Uri? Login { get; init; }

    private Uri Api => new(Address, "openapi/v1.json");

    private Uri Metrics => new(Address, "metrics");

    private Uri Stream => new(Address, "v1/stream?channels=system");

    public void Write(Terminal terminal)
    {
        if (terminal.IsJson)
        {
            terminal.WriteJson(new
            {
                version = Version,
                mode = Mode,
                dashboard = Address,
                api = Api,
                stream = Stream,
                metrics = Metrics,
                storage = Storage,
                login = Login,
            });
            return;
        }
        var output = terminal.Output;
        output.WriteLine($"OrleansLeverage {Version}  {Mode}{Detail}    storage: {Storage}");
        foreach (var line in Lines)
        {
            output.WriteLine(line);
        }
        output.WriteLine($"  Dashboard  {Address}");
        if (Login is not null)
        {
            output.WriteLine($"  Log in     {Login}  (once, within 30 minutes)");
        }
        output.WriteLine($"  API        {Api}");
        output.WriteLine($"  Stream     curl -N '{Stream}'");
        output.WriteLine($"  Metrics    {Metrics}");
        output.WriteLine(Next);
        output.Flush();
    }
}
