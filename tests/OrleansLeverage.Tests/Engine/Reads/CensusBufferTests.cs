using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Census;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Reads;

/// <summary>A census's arrays are used again once nobody reads them, and never before.</summary>
public sealed class CensusBufferTests
{
    private readonly List<CensusBuffer> _left = [];

    [Fact]
    public void TheLastToLeaveGivesTheArraysBackOnce()
    {
        var census = Census();
        Assert.True(census.TryEnter());
        Assert.True(census.TryEnter());
        census.Leave();
        census.Leave();
        Assert.Empty(_left);
        census.Leave();
        Assert.Single(_left);
        Assert.False(census.TryEnter(), "nobody comes in after the last has left");
        Assert.Single(_left);
    }

    [Fact]
    public void OneSpareIsKept()
    {
        var buffers = new CensusBuffers();
        var first = buffers.Rent();
        Assert.NotSame(first, buffers.Rent());
        buffers.Return(first);
        Assert.Same(first, buffers.Rent());
        Assert.NotSame(first, buffers.Rent());
    }

    [Fact]
    public void ABufferThatIsUsedAgainHasMetNobody()
    {
        var buffer = new CensusBuffer();
        buffer.Clear(100);
        var rows = buffer.Rows;
        Array.Fill(buffer.Taken, true);
        buffer.Clear(100);
        Assert.Same(rows, buffer.Rows);
        Assert.DoesNotContain(true, buffer.Taken[..100]);
        buffer.Clear(10_000);
        Assert.True(buffer.Rows.Length >= 10_000 && buffer.Order(AccountOrder.Risk).Length >= 10_000
            && buffer.SortKeys().Length >= 10_000);
    }

    private AccountCensus Census()
    {
        var universe = GridFixture.Universe;
        var frame = new PriceFrame(new FrameNumber(1, 1), 1, universe, new FramePrice[universe.Feeds.Count]);
        return new AccountCensus(new CensusBuffer(), 0, HolderSums.Begin(null, universe).Build(frame.Number, frame),
            frame, new IdRanks(_ => default), _ => throw new InvalidOperationException(), _left.Add);
    }
}
