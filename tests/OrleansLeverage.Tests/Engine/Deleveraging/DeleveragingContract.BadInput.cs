using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Deleveraging;

/// <summary>What goes wrong around a plan most often, each by its name; nothing is half done.</summary>
public abstract partial class DeleveragingContract
{
    [Theory]
    [InlineData("a plan on a stale frame", DeleveragingStatus.PlanExpired, "plan_expired")]
    [InlineData("an ADL without candidates", DeleveragingStatus.NoCandidates, "no_candidates")]
    [InlineData("a second execution of the same plan", DeleveragingStatus.AlreadyExecuted, "already_executed")]
    public async Task Bad_input_has_its_name_and_moves_nobody(string what, DeleveragingStatus status, string code)
    {
        await using var fixture = await FallenAsync();
        var (order, port) = (Order(fixture, Queue), fixture.Grid.Deleveraging);
        if (what == "an ADL without candidates")
        {
            // no profit pays for the smallest lot
            order = order with
            {
                Rule = Queue with { Policy = DeleveragingPolicy.CappedProRata, ProfitShareMax = 0.00000001m },
            };
            var unmoved = await StateAsync(fixture);
            Assert.Equal((status, code), Named((await port.ArmAsync(order)).Status));
            Assert.Null(await port.PlanAsync(order.Plan));
            Assert.Equal(unmoved, await StateAsync(fixture));
            return;
        }
        await port.ArmAsync(order);
        if (what == "a plan on a stale frame")
        {
            fixture.Time.Advance(10_001);
        }
        else
        {
            Assert.Equal(DeleveragingStatus.Completed, (await port.ExecuteAsync(order.Plan, Market, "day")).Status);
        }
        var before = await StateAsync(fixture);
        var filled = (await port.PlanAsync(order.Plan))!.Filled;

        Assert.Equal((status, code), Named((await port.ExecuteAsync(order.Plan, Market, "night")).Status));

        Assert.Equal(before, await StateAsync(fixture));
        Assert.Equal(filled, (await port.PlanAsync(order.Plan))!.Filled);

        static (DeleveragingStatus, string) Named(DeleveragingStatus found) => (found, found.Code());
    }

    /// <summary>
    /// A leg is whole or refused. Where its account has less left than the leg, nothing of the leg happens, the refusal
    /// is in the record, and what is missing is planned anew: the total is filled once and the books close.
    /// </summary>
    [Fact]
    public async Task A_partial_fill_of_a_leg_is_a_refusal_of_all_of_it()
    {
        await using var fixture = await FallenAsync(spare: 0.3m);
        var (order, port) = (Order(fixture, Queue), fixture.Grid.Deleveraging);
        await port.ArmAsync(order);
        Assert.Equal(CommandStatus.Applied,
            (await fixture.Grid.ExecuteAsync(fixture.Fill("ben", "ann", 0.25m, 57_000m))).Status);
        var ben = (await fixture.Grid.AccountAsync(GridFixture.Account("ben")))!.GrossNotional;
        var audit = (await port.ExecuteAsync(order.Plan, Market, "night shift")).Audit!;
        var refused = Assert.Single(audit.Rounds[0].Legs, leg => leg.State == LegState.Refused);
        Assert.Equal((CommandStatus.ReduceOnly, 0.5m), (refused.Refusal!.Value, refused.Contracts));
        Assert.Equal(0.25m * 57_000m, ben);
        Assert.Equal(1m, audit.Filled);
        Assert.Equal(1m, audit.Rounds.SelectMany(round => round.Legs).Where(leg => leg.State == LegState.Filled)
            .Sum(leg => leg.Contracts));
    }
}
