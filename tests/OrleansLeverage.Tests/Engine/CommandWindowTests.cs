using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.State;
using Xunit;

namespace OrleansLeverage.Tests.Engine;

/// <summary>
/// The window of ids: nothing that left it can come in again, and nobody's clock shuts the others out.
/// </summary>
public sealed class CommandWindowTests
{
    private const int Capacity = 100;
    private const long NowMs = 1_700_000_000_000;

    [Fact]
    public void Ids_that_left_are_too_old_for_ever_and_those_inside_are_known()
    {
        var window = new CommandWindow(Capacity);
        for (var i = 0; i < 250; i++)
        {
            Add(window, NowMs + i, i, NowMs + i);
        }
        Assert.Equal((Capacity, NowMs + 149), (window.Count, window.LowWaterMs));
        for (var i = 0; i < 250; i++)
        {
            var id = CommandId.Series(NowMs + i, 1, i);
            Assert.Equal(i >= 150, window.TryGet(id, out _));
            Assert.Equal(i < 150, window.IsTooOld(id));
        }
    }

    [Fact]
    public void An_id_dated_in_the_future_does_not_lift_the_low_water_to_the_present_when_its_time_comes()
    {
        var window = new CommandWindow(Capacity);
        Add(window, NowMs + 500, 999, NowMs);
        for (var i = 0; i < 1_000; i++)
        {
            Add(window, NowMs + i, i, NowMs + i);
            // a command that is on its way, dated a window's length ago at most, is not refused
            Assert.False(window.IsTooOld(CommandId.Series(NowMs + i, 1, 777)),
                $"at {i} the low water is {window.LowWaterMs - NowMs}");
        }
        // it was in the window all along until its time had come, and a whole window of others after that
        Assert.True(window.IsTooOld(CommandId.Series(NowMs + 500, 1, 999)));
    }

    [Fact]
    public void An_id_dated_in_the_future_is_never_forgotten_before_its_time()
    {
        var window = new CommandWindow(Capacity);
        var future = CommandId.Series(NowMs + 1_000_000, 1, 999);
        Add(window, future.UnixMs, 999, NowMs);
        for (var i = 0; i < 1_000; i++)
        {
            Add(window, NowMs + i, i, NowMs + i);
        }
        Assert.True(window.TryGet(future, out _));
        for (var i = 0; i < 98; i++)
        {
            Add(window, future.UnixMs + 1 + i, i, future.UnixMs + 1 + i);
        }
        Assert.True(window.TryGet(future, out _));
        for (var i = 0; i < 3; i++)
        {
            Add(window, future.UnixMs + 200 + i, i, future.UnixMs + 200 + i);
        }
        Assert.False(window.TryGet(future, out _));
        Assert.True(window.IsTooOld(future));
    }

    [Fact]
    public void Ids_dated_in_the_future_take_half_of_the_window_and_the_others_go_on()
    {
        var window = new CommandWindow(Capacity);
        for (var i = 0; i < Capacity / 2; i++)
        {
            Assert.False(window.HasNoRoomFor(CommandId.Series(NowMs + 10_000 - i, 1, i), NowMs));
            // the farthest first: the others must not be stuck behind it
            Add(window, NowMs + 10_000 - i, i, NowMs);
        }
        Assert.True(window.HasNoRoomFor(CommandId.Series(NowMs + 1, 1, 0), NowMs));
        for (var i = 0; i < 200; i++)
        {
            var honest = CommandId.Series(NowMs, 2, i);
            Assert.False(window.HasNoRoomFor(honest, NowMs));
        }
        // their time comes one by one, and with it room
        Assert.False(window.HasNoRoomFor(CommandId.Series(NowMs + 20_000, 1, 0), NowMs + 10_000 - 49));
        Assert.Equal(49, window.All.Count(c => c.Id.UnixMs > NowMs + 10_000 - 49));
    }

    [Fact]
    public void An_id_that_is_answered_twice_is_a_fault()
    {
        var window = new CommandWindow(Capacity);
        Add(window, NowMs, 1, NowMs);
        Assert.Throws<InvalidDataException>(() => Add(window, NowMs, 1, NowMs));
    }

    [Fact]
    public void For_any_order_of_clocks_no_id_is_ever_new_twice()
    {
        var random = new Random(31);
        var window = new CommandWindow(Capacity);
        var answered = new HashSet<CommandId>();
        var nowMs = NowMs;
        for (var i = 0; i < 20_000; i++)
        {
            nowMs += random.Next(3);
            var id = CommandId.Series(nowMs + (random.Next(4) == 0 ? random.Next(-200, 400) : 0), 1, random.Next(50));
            if (random.Next(3) == 0 && answered.Count > 0)
            {
                id = answered.ElementAt(random.Next(Math.Min(answered.Count, 200)));
            }
            if (window.TryGet(id, out _) || window.IsTooOld(id) || window.HasNoRoomFor(id, nowMs))
            {
                continue;
            }
            Assert.True(answered.Add(id), $"{id} of {id.UnixMs - nowMs} ms is new again, step {i}");
            window.Add(id, default, nowMs);
            Assert.InRange(window.Count, 1, Capacity);
        }
        Assert.InRange(answered.Count, 3_000, 20_000);
    }

    private static void Add(CommandWindow window, long idMs, int number, long nowMs) =>
        window.Add(CommandId.Series(idMs, 1, number),
            new RememberedCommand(new PayloadDigest(1, 2), CommandStatus.Applied, number), nowMs);
}
