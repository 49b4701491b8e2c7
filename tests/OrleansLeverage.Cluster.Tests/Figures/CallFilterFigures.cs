using System.Diagnostics;
using System.Globalization;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Grains.Access;
using Xunit;
using Xunit.Abstractions;

namespace OrleansLeverage.Cluster.Tests.Figures;

/// <summary>
/// What a call between a silo's own takes with and without the filter that keeps clients out, in turns on two silos of
/// this process, the best of each: <c>LEVERAGE_FIGURES</c> calls, 2,000 by default.
/// </summary>
public sealed class CallFilterFigures(ITestOutputHelper output)
{
    private const int Rounds = 7;
    private const int AtOnce = 64;

    private static readonly int Calls = int.TryParse(Environment.GetEnvironmentVariable("LEVERAGE_FIGURES"),
        NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 2_000;

    [Fact]
    public async Task Calls_with_and_without_the_filter()
    {
        var universe = StandardRules.Universe();
        var frame = ClusterFigures.Frame(universe, 1, 1m);
        using var with = ClusterFigures.Silo(universe, frame);
        using var without = ClusterFigures.Silo(universe, frame, services =>
        {
            var filter = Assert.Single(services, s => s.ImplementationType == typeof(ClientCallFilter));
            services.Remove(filter);
        });
        await with.StartAsync();
        await without.StartAsync();
        var best = new[] { double.MaxValue, double.MaxValue };
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (place, host) in new[] { with, without }.Index())
            {
                best[place] = Math.Min(best[place], await MicrosecondsAsync(host));
            }
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Calls} awaited calls, {AtOnce} at once, best "
            + $"of {Rounds}: {best[0]:0.000} us with the filter, {best[1]:0.000} us without"));
        await with.StopAsync();
        await without.StopAsync();
    }

    private static async Task<double> MicrosecondsAsync(IHost host)
    {
        var roster = host.Services.GetRequiredService<IGrainFactory>();
        var grains = Enumerable.Range(0, AtOnce).Select(b => roster.GetGrain<IAccountRosterGrain>(b)).ToArray();
        await Task.WhenAll(grains.Select(g => g.CountAsync()));
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(grains.Select(async grain =>
        {
            for (var i = 0; i < Calls / AtOnce; i++)
            {
                await grain.CountAsync();
            }
        }));
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / (Calls / AtOnce * AtOnce);
    }
}
