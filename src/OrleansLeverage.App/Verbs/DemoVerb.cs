using System.CommandLine;
using System.Globalization;
using OrleansLeverage.App.Demo;
using OrleansLeverage.App.Output;

namespace OrleansLeverage.App.Verbs;

/// <summary>
/// <c>leverage demo</c>: a market in a box, five minutes a round, on the terminal and over HTTP. Keeps nothing.
/// </summary>
internal static class DemoVerb
{
    private static readonly Option<int> Accounts = new("--accounts")
    {
        Description = "Accounts of the seeded population",
        DefaultValueFactory = _ => 10_000,
    };

    private static readonly Option<ulong> Seed =
        RunOptions.Seed<ulong>("the population, the market and the traders");

    private static readonly Option<double> Speed = new("--speed")
    {
        Description = "Story seconds per second",
        DefaultValueFactory = _ => 1.0,
    };

    private static readonly Option<int> Port = PortOption.Make("a busy one moves to the next free one");

    public static Command Command()
    {
        Accounts.AcceptWithin(100, 2_000_000);
        Speed.Validators.Add(result =>
        {
            if (result.Tokens is [var token]
                && double.TryParse(token.Value, CultureInfo.InvariantCulture, out var value)
                && value is not (>= DemoSettings.SpeedMin and <= DemoSettings.SpeedMax))
            {
                result.AddError(
                    $"--speed {token.Value} is not within {DemoSettings.SpeedMin} and {DemoSettings.SpeedMax}");
            }
        });
        return new Command("demo", "A live market in one process: calm, crowding, shock, recovery, and again")
        {
            Accounts, Seed, Speed, Port,
        }.Does(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var settings = new DemoSettings(parsed.GetValue(Accounts), parsed.GetValue(Seed), parsed.GetValue(Speed),
            parsed.GetValue(Port));
        await new DemoRun(settings, terminal, TimeProvider.System).RunAsync(cancellation);
        return ExitCode.Ok;
    }
}
