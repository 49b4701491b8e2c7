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

    /// <summary>Listed over and over while it is watched: after the first few, arrays are not made anew.</summary>
    [Fact]
    public async Task AWatchedCensusAllocatesNextToNothing()
    {
        const int Accounts = 20_000;
        await using var grid = new SteppedGrid();
        await grid.PricesAsync(60_000m, 3_000m);
        foreach (var chunk in Enumerable.Range(0, Accounts).Chunk(1_000))
        {
            await grid.Grid.ExecuteAllAsync([.. chunk.Select(i => new Deposit(grid.NextId(),
                new AccountId($"a-{i:D6}"), AssetId.Usd, 1_000m + i))]);
        }
        var query = new AccountQuery { Order = AccountOrder.Notional, CountMax = 1 };
        await LookAsync(5);
        const int Looks = 20;
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var steps = await LookAsync(Looks);
        var watched = GC.GetTotalAllocatedBytes(precise: true) - before;
        before += watched;
        for (var i = 0; i < steps; i++)
        {
            grid.Grid.Step();
        }
        var each = (watched - (GC.GetTotalAllocatedBytes(precise: true) - before)) / Looks;
        // the rows alone would be a megabyte, an order with its keys a quarter more
        Assert.True(each < 200_000, $"{each} B a look, beyond the frames");

        async Task<int> LookAsync(int looks)
        {
            var made = 0;
            for (var i = 0; i < looks; i++)
            {
                grid.Time.Advance(3_000);
                var listing = grid.Grid.Reads.ListAsync(query).AsTask();
                for (; !listing.IsCompleted; made++)
                {
                    grid.Grid.Step();
                }
                await listing;
            }
            return made;
        }
    }

    private AccountCensus Census()
    {
        var universe = GridFixture.Universe;
        var frame = new PriceFrame(new FrameNumber(1, 1), 1, universe, new FramePrice[universe.Feeds.Count]);
        return new AccountCensus(new CensusBuffer(), 0, HolderSums.Begin(null, universe).Build(frame.Number, frame),
            frame, new IdRanks(_ => default), _ => throw new InvalidOperationException(), _left.Add);
    }
}
