using System.Globalization;
using OrleansLeverage.Tests.Engine.Deleveraging;

namespace OrleansLeverage.Tests;

/// <summary>Processes that tests start to kill. The tests themselves are run by the test host.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args) => args is [KillHost.Verb, var folder, var killAt]
        ? await KillHost.RunAsync(folder, int.Parse(killAt, CultureInfo.InvariantCulture))
        : 2;
}
