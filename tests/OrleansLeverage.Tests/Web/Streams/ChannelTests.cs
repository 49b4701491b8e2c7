using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Engine.Reads;
using OrleansLeverage.Web.Streams;
using Xunit;

namespace OrleansLeverage.Tests.Web.Streams;

/// <summary>One channel and its readers, without a server.</summary>
public sealed class ChannelTests
{
    private readonly ManualTime _time = new(1_750_000_000_000);
    private long _dropped;

    [Fact]
    public void EachReaderGetsASnapshotAndThenWhatChanged()
    {
        var channel = Channel();
        using var reader = Reader(channel);
        Assert.Null(reader.Next());
        channel.Publish(new { A = 1, B = "x" });
        Assert.Equal(("Snapshot", """{"a":1,"b":"x"}"""), Shown(reader.Next()));
        Assert.Null(reader.Next());
        channel.Publish(new { A = 2, B = "x" });
        Assert.Equal(("Delta", """{"a":2}"""), Shown(reader.Next()));
        using var late = Reader(channel);
        Assert.Equal(("Snapshot", """{"a":2,"b":"x"}"""), Shown(late.Next()));
    }

    [Fact]
    public void WhatSaysNothingNewIsNoEvent()
    {
        var channel = Channel();
        using var reader = Reader(channel);
        channel.Publish(new { A = 1 });
        var first = reader.Next()!;
        channel.Publish(new { A = 1 });
        Assert.Null(reader.Next());
        channel.Publish(new { A = 2 });
        Assert.Equal(first.Seq + 1, reader.Next()!.Seq);
    }

    /// <summary>A reader that comes back to a channel that stood still gets what is now, not what was.</summary>
    [Fact]
    public void AChannelThatNobodyReadIsOldUntilItIsReadAgain()
    {
        var channel = Channel();
        ChannelEvent? seen;
        using (var first = Reader(channel))
        {
            channel.Publish(new { A = 1 });
            seen = channel.Find(first.Next()!.Seq).Event;
        }
        using var second = new StreamSubscriber(_time, _ => { });
        second.Join(channel, seen);
        using var third = Reader(channel);
        Assert.Null(second.Next());
        Assert.Null(third.Next());
        channel.Publish(new { A = 2 });
        Assert.Equal(("Delta", """{"a":2}"""), Shown(second.Next()));
        Assert.Equal(("Snapshot", """{"a":2}"""), Shown(third.Next()));
    }

    [Fact]
    public void WhatASlowReaderMissedIsCounted()
    {
        var channel = Channel();
        using var reader = Reader(channel);
        channel.Publish(new { A = 0, B = 0 });
        reader.Next();
        for (var i = 1; i <= 4; i++)
        {
            channel.Publish(new { A = i, B = i / 4 });
        }
        var next = reader.Next()!;
        Assert.Equal((3, 3), (next.Dropped, _dropped));
        Assert.Equal(("Delta", """{"a":4,"b":1}"""), Shown(next));
    }

    [Fact]
    public void ALogSendsItsNewItemsOnly()
    {
        var channel = Channel(isLog: true);
        using var reader = Reader(channel);
        channel.Publish(Log(2, 1));
        Assert.Equal("""{"newest":2,"items":[{"seq":2},{"seq":1}]}""", Shown(reader.Next()).Contents);
        channel.Publish(Log(3, 2, 1));
        channel.Publish(Log(5, 4, 3));
        Assert.Equal("""{"newest":5,"items":[{"seq":5},{"seq":4},{"seq":3}]}""", Shown(reader.Next()).Contents);
        channel.Publish(Log(6, 5, 4));
        Assert.Equal("""{"newest":6,"items":[{"seq":6}]}""", Shown(reader.Next()).Contents);
    }

    /// <summary>Changes are kept as far as there is room for them; further back they come as one.</summary>
    [Theory]
    [InlineData(1_000, 5, 0)]
    [InlineData(StreamChannel.KeptBytesMax / 3, 1, 4)]
    public void WhoeverReadsEveryChangeGetsThemWhileTheyAreKept(int bytes, int changes, int dropped)
    {
        var channel = Channel();
        var time = new SteppedTime(_time.NowMs);
        using var reader = new StreamSubscriber(time, _ => { });
        reader.Join(channel, isBatched: true);
        channel.Publish(new { A = 0, Text = new string('x', bytes) });
        Assert.Equal(StreamMessageType.Snapshot, reader.Next()!.Type);
        for (var i = 1; i <= 5; i++)
        {
            channel.Publish(new { A = i, Text = new string((char)('a' + i), bytes) });
        }
        time.Advance(2_000);
        var batch = reader.Next()!;
        Assert.Equal((StreamMessageType.Batch, changes, (long)dropped),
            (batch.Type, batch.Contents.Count, batch.Dropped));
        Assert.StartsWith("{\"a\":5,", Encoding.UTF8.GetString(batch.Contents[^1]));
    }

    [Fact]
    public void ChannelsTakeTurns()
    {
        var (one, two) = (Channel("system"), Channel("oracle"));
        using var reader = Reader(one, two);
        Assert.Equal("0,0", reader.Cursor);
        one.Publish(new { A = 1 });
        two.Publish(new { A = 1 });
        reader.Next();
        one.Publish(new { A = 2 });
        Assert.Equal("oracle", reader.Next()!.Channel.Name);
        Assert.Equal("system", reader.Next()!.Channel.Name);
        Assert.Equal($"{_time.NowMs + 1},{_time.NowMs}", reader.Cursor);
    }

    [Fact]
    public void APositionIsKeptForAWhile()
    {
        var channel = Channel();
        using var reader = Reader(channel);
        for (var i = 0; i <= StreamChannel.Kept; i++)
        {
            channel.Publish(new { A = i });
        }
        Assert.Equal("resume_gap", channel.Find(_time.NowMs).Fault);
        Assert.Null(channel.Find(_time.NowMs + 1).Fault);
        Assert.Null(channel.Find(_time.NowMs + StreamChannel.Kept).Fault);
        Assert.Equal("bad_cursor", channel.Find(_time.NowMs + StreamChannel.Kept + 1).Fault);
    }

    [Fact]
    public async Task ASourceThatFailsIsAskedAgain()
    {
        var asked = 0;
        using var stop = new CancellationTokenSource();
        var channel = new StreamChannel(new ChannelSource("system", TimeSpan.FromMilliseconds(1), _ => ++asked == 1
            ? throw new InvalidOperationException("once") : new ValueTask<object?>(new { A = asked })),
            TimeProvider.System, NullLogger<StreamChannel>.Instance);
        using var reader = Reader(channel);
        var running = channel.RunAsync(stop.Token);
        StreamMessage? first;
        while ((first = reader.Next()) is null)
        {
            await reader.WaitAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
        }
        Assert.Equal(StreamMessageType.Snapshot, first.Type);
        await stop.CancelAsync();
        await Task.WhenAny(running);
        Assert.False(running.IsFaulted);
    }

    private static object Log(params int[] seqs) =>
        new { Newest = seqs[0], Items = seqs.Select(seq => new { Seq = seq }) };

    private static (string Type, string Contents) Shown(StreamMessage? message)
    {
        var text = Encoding.UTF8.GetString(message!.Contents.Single());
        Assert.NotNull(JsonNode.Parse(text));
        return (message.Type.ToString(), text);
    }

    private StreamChannel Channel(string name = "system", bool isLog = false) => new(
        new ChannelSource(name, TimeSpan.FromSeconds(1), _ => new((object?)null), isLog), _time,
        NullLogger<StreamChannel>.Instance);

    private StreamSubscriber Reader(params StreamChannel[] channels)
    {
        var reader = new StreamSubscriber(_time, missed => _dropped += missed);
        foreach (var channel in channels)
        {
            reader.Join(channel);
        }
        return reader;
    }
}
