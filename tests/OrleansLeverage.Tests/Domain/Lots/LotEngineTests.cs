using System.Text.Json;
using OrleansLeverage.Domain.Lots;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Lots;

/// <summary>Each option changes what it says and nothing else; numbers by hand.</summary>
public sealed class LotEngineTests
{
    private static readonly DateTimeOffset Start = new(2021, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void FeesAreInTheBasisOrAnExpense()
    {
        LotEvent[] lines = [Buy(1, 10m, 100m, fee: 20m), Sell(2, 5m, 120m, fee: 5m)];
        var inBasis = LotEngine.Run(lines, new LotOptions());
        Assert.Equal(595m - 510m, inBasis.Gain);
        Assert.Empty(inBasis.Expenses);
        var expense = LotEngine.Run(lines, new LotOptions { Fees = FeeRule.Expense });
        Assert.Equal(100m, expense.Gain);
        Assert.Equal([20m, 5m], expense.Expenses.Select(e => e.Amount));
        Assert.Equal(500m, expense.OpenBasis);
    }

    [Fact]
    public void AnOversellIsRefusedOrCostsNothingOrIsAShort()
    {
        LotEvent[] lines = [Buy(1, 2m, 100m), Sell(2, 3m, 150m), Buy(3, 2m, 90m)];
        var refusal = Assert.Throws<LotException>(() => LotEngine.Run(lines, new LotOptions()));
        Assert.Equal((LotFault.Oversold, "0002"), (refusal.Fault, refusal.Line));

        var zero = LotEngine.Run(lines, new LotOptions { Oversell = OversellRule.ZeroBasis });
        Assert.Equal((1m, 250m, 2m), (zero.Shortage, zero.Gain, zero.OpenQuantity));

        var sold = LotEngine.Run(lines, new LotOptions { Oversell = OversellRule.OpenShort });
        // 2 gain 50 each; 1 is sold short at 150 and closed at 90; 1 is left at 90
        Assert.Equal((0m, 160m, 1m, 90m), (sold.Shortage, sold.Gain, sold.OpenQuantity, sold.OpenBasis));
        Assert.Equal((150m, 90m), (sold.Matches[^1].Proceeds, sold.Matches[^1].Basis));
    }

    [Fact]
    public void AShortStaysOpenBelowZero()
    {
        var ledger = LotEngine.Run([Sell(1, 2m, 50m)], new LotOptions { Oversell = OversellRule.OpenShort });
        Assert.Equal((-2m, -100m, 50m), (ledger.OpenQuantity, ledger.OpenBasis, ledger.Open[0].Lot.UnitCost));
        Assert.Empty(ledger.Matches);
    }

    [Fact]
    public void IncomeIsTaxedAtSpotOrHasNoCost()
    {
        LotEvent[] lines =
        [
            new(Start, "0001", LotEventKind.Income, 2m) { Price = 30m, Label = "STAKING" }, Sell(2, 2m, 40m),
        ];
        var taxed = LotEngine.Run(lines, new LotOptions());
        Assert.Equal([(MatchKind.Income, 60m), (MatchKind.Disposal, 20m)], taxed.Matches.Select(m => (m.Kind, m.Gain)));
        var free = LotEngine.Run(lines, new LotOptions { Income = IncomeRule.ZeroBasis });
        Assert.Equal([(MatchKind.Disposal, 80m)], free.Matches.Select(m => (m.Kind, m.Gain)));
    }

    [Theory]
    [InlineData(TransferFeeRule.Disposal, 0.1, 1, 90)]
    [InlineData(TransferFeeRule.IntoBasis, 0, 0, 100)]
    public void WhatATransferLosesIsDisposedOfOrLeavesItsCost(TransferFeeRule rule, decimal sold, int matches,
        decimal arrivedBasis)
    {
        LotEvent[] lines =
        [
            Buy(1, 1m, 100m) with { Wallet = "hot" },
            new(Start.AddDays(2), "0002", LotEventKind.Transfer, 1m)
            {
                FeeQuantity = 0.1m, Price = 110m, Wallet = "hot", ToWallet = "cold", Label = "MOVE",
            },
        ];
        foreach (var pooling in Enum.GetValues<LotPooling>())
        {
            var ledger = LotEngine.Run(lines, new LotOptions { TransferFees = rule, Pooling = pooling });
            Assert.Equal((matches, sold), (ledger.Matches.Count, ledger.Matches.Sum(m => m.Quantity)));
            Assert.Equal((0.9m, arrivedBasis), (ledger.OpenQuantity, ledger.OpenBasis));
            Assert.Equal(pooling == LotPooling.PerWallet ? "cold" : "", ledger.Open.Single().Wallet);
            Assert.Equal(Start.AddDays(1), ledger.Open.Single().Lot.Acquired);
        }
    }

    [Fact]
    public void WalletsAreStocksOfTheirOwnWhereAsked()
    {
        LotEvent[] lines = [Buy(1, 1m, 100m) with { Wallet = "a" }, Sell(2, 1m, 120m) with { Wallet = "b" }];
        Assert.Equal(20m, LotEngine.Run(lines, new LotOptions()).Gain);
        Assert.Throws<LotException>(() => LotEngine.Run(lines, new LotOptions { Pooling = LotPooling.PerWallet }));
    }

    [Theory]
    [InlineData(365, false, false)]
    [InlineData(366, true, true)]
    public void TermsCountFromTheAcquisition(int days, bool isLong, bool isFree)
    {
        LotEvent[] lines =
        [
            new(Start, "1", LotEventKind.Buy, 1m) { Price = 1m },
            new(Start.AddDays(days), "2", LotEventKind.Sell, 1m) { Price = 2m },
        ];
        var match = LotEngine.Run(lines, new LotOptions { LongTermAfterDays = 365, TaxFreeAfterDays = 365 }).Matches[0];
        Assert.Equal((isLong, isFree), (match.IsLongTerm, match.IsTaxFree));
    }

    [Fact]
    public void TheOrderOfLinesInAFileDoesNotMatter()
    {
        LotEvent[] lines = [Buy(1, 1m, 100m), Buy(2, 1m, 130m), Sell(3, 1.5m, 140m), Buy(4, 1m, 90m), Sell(5, 1m, 95m)];
        var expected = LotEngine.Run(lines, new LotOptions { Method = LotMethod.Hifo });
        var shuffled = LotEngine.Run(lines.Reverse(), new LotOptions { Method = LotMethod.Hifo });
        Assert.Equal(expected.Matches, shuffled.Matches);
        Assert.Equal(expected.Open, shuffled.Open);
    }

    [Theory]
    [InlineData(-1, 1, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(1, -1, 0)]
    [InlineData(1, 1, -1)]
    public void ABadLineIsNamed(decimal quantity, decimal price, decimal feeQuantity)
    {
        var line = new LotEvent(Start, "bad", LotEventKind.Buy, quantity) { Price = price, FeeQuantity = feeQuantity };
        var refusal = Assert.Throws<LotException>(() => LotEngine.Run([line], new LotOptions()));
        Assert.Equal((LotFault.BadLine, "bad"), (refusal.Fault, refusal.Line));
    }

    [Fact]
    public void ALineWithoutAPriceIsRefused() => Assert.Equal(LotFault.BadLine, Assert.Throws<LotException>(() =>
        LotEngine.Run([new LotEvent(Start, "1", LotEventKind.Buy, 1m)], new LotOptions())).Fault);

    /// <summary>
    /// Every sheet of rp2 by every method: what went in is what came out and what is left, and nothing is taken before
    /// it was there.
    /// </summary>
    [Fact]
    public void RealLedgersCloseByEveryMethod()
    {
        if (SharedData.Path("data/rp2_tax_inputs.json") is not { } path)
        {
            return;
        }
        var ledgers = 0;
        foreach (var sheet in JsonDocument.Parse(File.ReadAllText(path)).RootElement.EnumerateObject())
        {
            foreach (var asset in sheet.Value.EnumerateObject())
            {
                var lines = SheetLines.Of(asset.Value);
                foreach (var method in Enum.GetValues<LotMethod>().Where(m => m != LotMethod.Specific))
                {
                    var ledger = LotEngine.Run(lines, new LotOptions { Method = method, Rank = LotRank.SpotPrice });
                    var bought = lines.Where(l => l.Kind is LotEventKind.Buy or LotEventKind.Income)
                        .Sum(l => l.Quantity);
                    var gone = ledger.Matches.Where(m => m.Kind == MatchKind.Disposal).Sum(m => m.Quantity);
                    Assert.Equal(bought, gone + ledger.OpenQuantity);
                    Assert.All(ledger.Matches, m => Assert.True(m.Lot is null || m.Lot.Acquired <= m.Time));
                    ledgers++;
                }
            }
        }
        Assert.True(ledgers >= 100, $"{ledgers} ledgers");
    }

    private static LotEvent Buy(int day, decimal quantity, decimal price, decimal fee = 0m) =>
        new(Start.AddDays(day), $"{day:D4}", LotEventKind.Buy, quantity) { Price = price, Fee = fee, Label = "BUY" };

    private static LotEvent Sell(int day, decimal quantity, decimal price, decimal fee = 0m) =>
        new(Start.AddDays(day), $"{day:D4}", LotEventKind.Sell, quantity) { Price = price, Fee = fee, Label = "SELL" };
}
