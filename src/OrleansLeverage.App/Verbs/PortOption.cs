using System.CommandLine;

namespace OrleansLeverage.App.Verbs;

/// <summary>The port that demo and serve listen on.</summary>
internal static class PortOption
{
    public static Option<int> Make(string busy)
    {
        var option = new Option<int>("--port")
        {
            Description = $"Port on the loopback address, 0 for any; {busy}",
            DefaultValueFactory = _ => 5080,
        };
        option.AcceptWithin(0, ushort.MaxValue);
        return option;
    }
}
