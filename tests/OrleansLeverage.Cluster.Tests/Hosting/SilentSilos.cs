using System.Collections.Concurrent;
using OrleansLeverage.Grains.Rows;

namespace OrleansLeverage.Cluster.Tests.Hosting;

/// <summary>
/// Silos that are alive and whose grid service does not answer what is looked up, as of one that stands still; frames
/// go on, so that nobody gives them up.
/// </summary>
internal sealed class SilentSilos
{
    private readonly ConcurrentDictionary<SiloAddress, bool> _silos = [];

    public void Add(SiloAddress silo) => _silos[silo] = true;

    public void Clear() => _silos.Clear();

    internal sealed class Filter(ILocalSiloDetails here, SilentSilos silent) : IIncomingGrainCallFilter
    {
        public async Task Invoke(IIncomingGrainCallContext context)
        {
            while (silent._silos.ContainsKey(here.SiloAddress) && context.InterfaceMethod is
                { Name: nameof(IGridService.CensusAsync) or nameof(IGridService.LaddersAsync) } method
                && method.DeclaringType == typeof(IGridService))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
            await context.Invoke();
        }
    }
}
