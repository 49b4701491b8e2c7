using OrleansLeverage.Analytics.Performance;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Performance;

/// <summary>Parts add up to a ledger kept in coins and dollars, step by step, independently.</summary>
public sealed class PerpHedgeTests
{
    private static readonly HedgeObservation[] Linear =
    [
        new(100, 101, 0.0, -2, 100.5), new(110, 110.2, 0.001, -2), new(95, 94, -0.002, -1.5, 93.8),
        new(97, 97.5, 0.0005, -2.2, 97.9),
    ];

    [Fact]
    public void LinearPartsAddUpToTheLedger()
    {
        var hedge = PerpHedge.Attribute(ContractStyle.Linear, 2, Linear, 0.0005);
        var cash = 0.0;
        var held = 0.0;
        foreach (var seen in Linear)
        {
            cash -= held * seen.Mark * seen.FundingRate;
            var change = seen.Position - held;
            cash -= (change * seen.Fill ?? change * seen.Mark) + (Math.Abs(change) * (seen.Fill ?? seen.Mark) * 0.0005);
            held = seen.Position;
        }
        var end = Linear[^1];
        // the opening trade is booked at its mark, the first coins at the first index
        var expected = cash + (held * end.Mark) + (2 * (end.Index - Linear[0].Index));
        Assert.Equal(expected, hedge.Total.Total, 1e-10);
        Assert.Equal(hedge.Total.Total, hedge.Intervals.Sum(parts => parts.Total), 1e-10);
        // the position offsets all coins in the first interval: no drift there, and basis is −2·(0.2 − 1)
        Assert.Equal((0.0, 1.6), (hedge.Intervals[0].Drift, Math.Round(hedge.Intervals[0].Basis, 12)));
        Assert.Equal(2, hedge.Coins);
    }

    [Fact]
    public void InverseHedgesDriftAsCoinsComeIn()
    {
        HedgeObservation[] path =
        [
            new(100, 100, 0, -200), new(50, 50, 0, -200), new(100, 100, 0.001, -200),
        ];
        var hedge = PerpHedge.Attribute(ContractStyle.Inverse, 2, path, 0.0);
        // short 200 USD at 100: 200·(1/50 − 1/100) = 2 coins gained at 50, given back at 100, and 0.002 of funding
        Assert.Equal(2.002, hedge.Coins, 1e-12);
        Assert.Equal(0.0, hedge.Intervals[0].Total, 1e-12);
        Assert.Equal(0.2, hedge.Total.Funding, 1e-12);
        Assert.Equal(0.0, hedge.Total.Basis, 1e-12);
        Assert.Equal(0.0, hedge.Total.Drift, 1e-12);
        // without a basis: equity in dollars is the coins at the index
        Assert.Equal((2.002 * 100) - 200, hedge.Total.Total, 1e-10);
    }

    [Fact]
    public void WhatIsNotAHedgeIsRefused()
    {
        Assert.Throws<ArgumentException>(() => PerpHedge.Attribute(ContractStyle.Linear, 1, [Linear[0]], 0));
        Assert.Throws<ArgumentException>(() => PerpHedge.Attribute(ContractStyle.Linear, 1,
            [Linear[0], new(0, 1, 0, -1)], 0));
        Assert.Throws<ArgumentException>(() => PerpHedge.Attribute(ContractStyle.Linear, 1,
            [Linear[0], new(1, 1, double.NaN, -1)], 0));
    }
}
