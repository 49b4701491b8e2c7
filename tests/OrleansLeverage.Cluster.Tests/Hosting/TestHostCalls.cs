namespace OrleansLeverage.Cluster.Tests.Hosting;

/// <summary>Lets the host of the tests ask silos whether they see each other, past all other filters.</summary>
internal sealed class TestHostCalls : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.InterfaceMethod.DeclaringType?.Name == "ITestHooks")
        {
            context.Response = await context.Request.Invoke();
            return;
        }
        await context.Invoke();
    }
}
