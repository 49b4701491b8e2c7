using System.Diagnostics;
using System.Globalization;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Engine.Journal;
using OrleansLeverage.Tests.App;
using Xunit;
using Xunit.Abstractions;

namespace OrleansLeverage.Tests.Engine.Deleveraging;

/// <summary>
/// kill -9 of a real process after every step of a plan, and again in the middle of what it does when it comes back:
/// every contract is closed, each leg's fill is in the journal once, and the journal proves whole.
/// </summary>
[Trait("Category", "Process")]
public sealed class SagaKillTests(ITestOutputHelper log)
{
    private const int Killed = 128 + 9;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Killed_after_any_step_and_again_while_it_goes_on_the_plan_ends_whole()
    {
        var killedAfter = new List<string>();
        for (var step = 1; ; step++)
        {
            using var folder = new TemporaryFolder();
            var data = Directory.CreateDirectory(folder["data"]).FullName;
            var (code, said) = await HostAsync(data, step);
            if (code == 0)
            {
                break;
            }
            Assert.True(code == Killed, $"step {step}: {code} {said}");
            killedAfter.Add(said);
            var again = await HostAsync(data, 1 + (step % 3));
            Assert.True(again.Code is Killed or 0, $"step {step}, again: {again}");
            var last = again.Code == 0 ? again : await HostAsync(data, 0);
            Assert.True(last.Code == 0 && last.Said.StartsWith($"{KillHost.Done} Completed 0.6",
                StringComparison.Ordinal),
                $"step {step}: {last}");
            log.WriteLine($"{said}; {(again.Code == 0 ? "" : again.Said + "; ")}{last.Said}");
            await ProveAsync(data, step);
            var told = await Cli.RunAsync("adl", "log", "--data", data, "--csv", "-");
            Assert.Equal(0.6m, told.Output.Split('\n').Where(l => l.Contains(",Filled,", StringComparison.Ordinal))
                .Sum(l => decimal.Parse(l.Split(',')[4], CultureInfo.InvariantCulture)));
        }
        // armed, began, three times sent and filled, ended
        Assert.True(killedAfter.Count >= 9, string.Join(", ", killedAfter));
    }

    private static async Task<(int Code, string Said)> HostAsync(string folder, int killAt)
    {
        var start = new ProcessStartInfo("dotnet",
            [typeof(KillHost).Assembly.Location, KillHost.Verb, folder, killAt.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            var (said, wrong) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync().WaitAsync(Patience);
            return (process.ExitCode, ((await said) + (await wrong)).Trim());
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static async Task ProveAsync(string folder, int step)
    {
        var verify = await Cli.RunAsync("verify", "--data", folder);
        Assert.True(verify.Code == 0, $"step {step}: {verify.Output}{verify.Error}");
        using var journal = DurableJournal.Open(
            new JournalOptions { Directory = folder, SchemaVersion = JournalCodec.SchemaVersion });
        var universe = StandardRules.Universe();
        var records = journal.ReadAll().SelectMany(batch => JournalReader.Records(batch, universe)).ToList();
        var fills = records.OfType<AppliedRecord>().ToList();
        Assert.Equal(fills.Count, fills.Select(f => f.Id).Distinct().Count());
        // what the plan's fills did to its counterparties, each exactly what it held
        var closed = new Dictionary<string, decimal>();
        foreach (var change in fills.SelectMany(f => f.Changes))
        {
            foreach (var position in change.Events.OfType<PositionChanged>())
            {
                closed[change.Account.Value] = position.After.Quantity.Value;
            }
        }
        Assert.All(closed, account => Assert.True(account.Value == 0m, $"step {step}: {account}"));
        Assert.Equal(KillHost.Shorts.Count + 1, closed.Count);
    }
}
