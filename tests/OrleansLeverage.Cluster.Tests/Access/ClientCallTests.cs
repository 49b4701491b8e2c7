using System.Reflection;
using Orleans.Concurrency;
using Orleans.Core.Internal;
using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Contracts;
using OrleansLeverage.Grains;
using OrleansLeverage.Grains.Access;
using OrleansLeverage.Grains.Rows;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Cluster.Tests.Access;

/// <summary>What a client may call, decided method by method, and what it is told of the rest.</summary>
public sealed class ClientCallTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(30);

    /// <summary>A new method turns this red until it is in one of the lists.</summary>
    [Fact]
    public void Every_method_of_every_grain_is_decided_upon_once()
    {
        var grains = new[] { typeof(IAccountGrain).Assembly, typeof(SiloGrid).Assembly }.SelectMany(a => a.GetTypes())
            .Where(t => t.IsInterface && t.IsAssignableTo(typeof(Orleans.Runtime.IAddressable)))
            .OrderBy(t => t.Name, StringComparer.Ordinal).ToArray();
        Assert.Equal(grains, ClientCalls.Decisions.Select(d => d.Grain).OrderBy(t => t.Name, StringComparer.Ordinal));
        foreach (var decision in ClientCalls.Decisions)
        {
            Assert.Equal(decision.Grain.GetMethods().Select(m => $"{decision.Grain.Name}.{m.Name}").Order(),
                Named(decision).Select(name => $"{decision.Grain.Name}.{name}").Order());
        }
    }

    [Fact]
    public void What_is_not_decided_upon_is_refused()
    {
        Assert.All(typeof(IManagementGrain).GetMethods(), m => Assert.False(ClientCalls.IsOpen(m, makesFrames: false)));
        Assert.False(ClientCalls.IsOpen(typeof(IDisposable).GetMethods().Single(), makesFrames: false));
        var step = typeof(IFrameGrain).GetMethod(nameof(IFrameGrain.StepAsync))!;
        Assert.Equal((false, true), (ClientCalls.IsOpen(step, makesFrames: true),
            ClientCalls.IsOpen(step, makesFrames: false)));
    }

    [Fact]
    public async Task A_client_is_refused_by_name_what_is_for_silos_and_reaches_the_rest()
    {
        await using var cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, FrameIntervalMs = 10, Workers = 1,
        }, responseMs: 1_000);
        var (refused, reached) = (0, 0);
        foreach (var decision in ClientCalls.Decisions)
        {
            var grain = Grain(cluster, decision.Grain);
            foreach (var method in decision.Grain.GetMethods()
                .Where(m => m.GetCustomAttribute<OneWayAttribute>() is null))
            {
                var error = await CallAsync(grain, method);
                if (decision.Open.Contains(method.Name))
                {
                    // nothing sensible was asked: whatever is said of it, it came there
                    Assert.False(error is CallRefusedException, $"{method} is for clients: {error}");
                    reached++;
                }
                else
                {
                    Assert.True(error is CallRefusedException, $"{method} is not for clients: {error}");
                    Assert.Equal($"{decision.Grain.Name}.{method.Name} is not for clients", error!.Message);
                    refused++;
                }
            }
        }
        Assert.True(refused > 45 && reached > 25, $"{refused} refused, {reached} reached");

        // of the host's own grains, those that would do something to others
        var account = cluster.Client.GetGrain<IAccountGrain>("alice");
        await Assert.ThrowsAsync<CallRefusedException>(() => cluster.Client.GetGrain<IManagementGrain>(0).GetHosts());
        await Assert.ThrowsAsync<CallRefusedException>(() =>
            account.AsReference<IGrainManagementExtension>().DeactivateOnIdle().AsTask());
    }

    [Fact]
    public async Task A_silo_may_call_everything()
    {
        await using var cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, FrameIntervalMs = 10, Workers = 1,
        }, silos: 2);
        // of a silo's own client, to grains here and there
        for (var i = 0; i < 16; i++)
        {
            Assert.False(await cluster.Grains.GetGrain<IAccountGrain>($"nobody-{i}").TouchAsync());
            Assert.Equal(i, (await cluster.Grains.GetGrain<IAccountRosterGrain>(i).CountAsync()).Bucket);
        }
        await cluster.Grains.GetGrain<IFrameGrain>(0).WakeAsync();
    }

    private static IEnumerable<string> Named(ClientCalls.Decision decision) =>
        [.. decision.Open, .. decision.ByHand, .. decision.Closed];

    private static IAddressable Grain(GridCluster cluster, Type type)
    {
        if (type == typeof(IGridService))
        {
            var silo = cluster.Cluster.Silos[0].SiloAddress;
            var service = cluster.Cluster.GetSiloServiceProvider(silo).GetRequiredService<GridServiceClient>().At(silo);
            return cluster.Client.GetGrain(service.GetGrainId()).AsReference<IGridService>();
        }
        if (type == typeof(ITransactionPartyGrain))
        {
            return cluster.Client.GetGrain<IAccountGrain>("alice").AsReference<ITransactionPartyGrain>();
        }
        return type.IsAssignableTo(typeof(IGrainWithStringKey))
            ? (IAddressable)cluster.Client.GetGrain(type, type == typeof(IPriceGrain) ? "BTC-USD"
                : type == typeof(IInsuranceFundGrain) ? "USD" : "alice")
            : cluster.Client.GetGrain(type, 0L);
    }

    /// <summary>What a call with nothing in it comes to.</summary>
    private static async Task<Exception?> CallAsync(IAddressable grain, MethodInfo method)
    {
        try
        {
            await ((Task)method.Invoke(grain, [.. method.GetParameters().Select(p => p.ParameterType.IsValueType
                ? Activator.CreateInstance(p.ParameterType) : null)])!).WaitAsync(Moment);
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }
}
