namespace OrleansLeverage.Tests.Engine.Deleveraging;

/// <summary>The contract, in memory.</summary>
public sealed class EmbeddedDeleveragingInMemoryTests : DeleveragingContract
{
    private protected override GridFixture Open() => EmbeddedFixture.Open(durable: false);
}

/// <summary>The contract on a journal.</summary>
public sealed class EmbeddedDeleveragingTests : DeleveragingContract
{
    private protected override GridFixture Open() => EmbeddedFixture.Open(durable: true);
}
