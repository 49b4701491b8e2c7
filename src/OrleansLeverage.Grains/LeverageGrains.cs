using Microsoft.Extensions.DependencyInjection;
using OrleansLeverage.Grains.Access;
using OrleansLeverage.Grains.Accounts;
using OrleansLeverage.Grains.Reads;
using OrleansLeverage.Grains.Rows;

namespace OrleansLeverage.Grains;

/// <summary>The grains of the grid, for a silo.</summary>
public static class LeverageGrains
{
    /// <summary>
    /// Adds the grains, what of them clients may call, and this silo's columns. The silo has to have a storage provider
    /// named <see cref="Storage.GridStorage.Name"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public static ISiloBuilder AddLeverageGrains(this ISiloBuilder silo, GridOptions options)
    {
        options.Check();
        silo.Services.AddSingleton(options);
        silo.Services.AddSingleton<SiloGrid>();
        silo.Services.AddSingleton<AccountServices>();
        silo.Services.AddSingleton<GridServiceClient>();
        silo.Services.AddSingleton<SiloWaits>();
        silo.AddIncomingGrainCallFilter<ClientCallFilter>();
        return silo.AddGrainService<GridService>();
    }
}
