using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OrleansLeverage.Engine;

namespace OrleansLeverage.Contracts;

/// <summary>The grid for whoever has a cluster client, or is a silo.</summary>
public static class LeverageGridClient
{
    /// <summary>
    /// Adds <see cref="ILeverageGrid"/> over the cluster that the host is a client or a silo of. The host starts and
    /// stops it.
    /// </summary>
    public static IServiceCollection AddLeverageGridClient(this IServiceCollection services,
        ClusterGridOptions options)
    {
        options.Check();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new ClusterGrid(provider.GetRequiredService<IGrainFactory>(), options,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ILeverageGrid>(provider => provider.GetRequiredService<ClusterGrid>());
        services.AddHostedService<Starter>();
        return services;
    }

    private sealed class Starter(ClusterGrid grid) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            grid.Start();
            return Task.CompletedTask;
        }

        public async Task StopAsync(CancellationToken cancellationToken) => await grid.DisposeAsync();
    }
}
