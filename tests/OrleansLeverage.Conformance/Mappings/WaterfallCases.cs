using System.Numerics;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Deleveraging;
using OrleansLeverage.Domain.Venues;
using OrleansLeverage.Engine.Deleveraging;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>
/// Who is liquidated, what the fund pays, and which winners give the rest: accounts of one position on one market.
/// </summary>
internal static class WaterfallCases
{
    public static void AddTo(CaseMap map) => map.Kind("liquidation_waterfall", vector =>
        vector.Inputs.Has("collateral_amount") ? Collateral(vector.Inputs) : Waterfall(vector.Inputs));

    private static Answer Waterfall(CaseInputs inputs)
    {
        var mark = inputs.Decimal("mark");
        var tiers = LeverageTierTable.FlatTiers(inputs.Elements("tiers")
            .Select(row => (CaseInputs.Number(row[0]), CaseInputs.Number(row[1]))));
        var accounts = inputs.Items("positions").Select(position => Standing.Of(position, mark, tiers)).ToList();
        var liquidated = accounts.Where(account => account.Bucket.IsLiquidatable).ToList();
        var flow = InsuranceFund.Settle(inputs.Decimal("insurance_fund"), 0m,
            liquidated.Sum(account => AccountForms.Deficit(account.Bucket.Equity)));
        var closed = inputs.Flag("adl_enabled")
            ? Deleveraged([.. accounts.Except(liquidated)], liquidated, flow.Residual, inputs.Text("adl_ranking"))
            : [];
        return new Answer()
            .With("liquidated", () => Numbers(liquidated))
            .With("adl_closed", () => Numbers(closed))
            .With("alive", () => Numbers(accounts.Except(liquidated).Except(closed)))
            .With("fund_delta", () => -flow.Out)
            .With("fund_after", () => flow.After);
    }

    /// <summary>Winners on the other side, best first, until the deficit is taken from their profits.</summary>
    private static List<Standing> Deleveraged(
        List<Standing> others, List<Standing> losers, decimal deficit, string ranking)
    {
        var score = ranking switch
        {
            "pnl_ratio" => DeleveragingScore.ProfitRatio,
            "binance" or "bybit" => DeleveragingScore.LeveragedProfit,
            "position_size" => DeleveragingScore.PositionSize,
            _ => throw new UnmappedCase($"ranking '{ranking}'"),
        };
        var winners = others
            .Where(account => account.Profit > 0m && losers.Any(loser => loser.Side != account.Side))
            .OrderByDescending(account => DeleveragingScores.Of(score, account.Inputs))
            .ThenBy(account => account.Account).ToList();
        var taken = Haircuts.Queue([.. winners.Select(winner => winner.Profit)], Enumerable.Range(0, winners.Count),
            deficit);
        return [.. winners.Where((_, i) => taken.Seized[i] > 0m)];
    }

    private static Answer Collateral(CaseInputs inputs)
    {
        var position = inputs.Object("position");
        var quantity = position.Decimal("qty");
        var loss = AccountForms.Deficit(ContractForms.Profit(ContractStyle.Linear, Math.Sign(quantity),
            Math.Abs(quantity), position.Decimal("entry"), inputs.Decimal("mark")));
        var price = AccountForms.AtIndex(
            inputs.Decimal("collateral_price"), (Ratio.One - new Ratio(inputs.DecimalOr(0m, "haircut"))).Value);
        var sale = CollateralSale.Cover(
            loss, [new SaleLot(inputs.Decimal("collateral_amount"), price)], 0.00000001m);
        return new Answer()
            .With("equity", () => AccountForms.Equity(
                AccountForms.AtIndex(inputs.Decimal("collateral_amount"), price), -loss))
            .With("collateral_used", () => sale.Proceeds)
            .With("insurance_used", () => sale.StillOwed)
            .With("wallet_after", () => AccountForms.Free(AccountForms.Equity(sale.Proceeds, sale.StillOwed), loss));
    }

    private static List<BigInteger> Numbers(IEnumerable<Standing> accounts) =>
        [.. accounts.Select(account => account.Account)];

    private sealed record Standing(
        BigInteger Account, int Side, decimal Profit, MarginBucket Bucket, ScoreInputs Inputs)
    {
        public static Standing Of(CaseInputs position, decimal mark, IReadOnlyList<MarginTier> tiers)
        {
            var quantity = position.Decimal("qty");
            var (side, size) = (Math.Sign(quantity), Math.Abs(quantity));
            var entry = position.Decimal("entry");
            var wallet = position.Decimal("equity");
            var profit = ContractForms.Profit(ContractStyle.Linear, side, size, entry, mark);
            var notional = ContractForms.Value(ContractStyle.Linear, size, mark);
            var equity = AccountForms.Equity(wallet, profit);
            var maintenance = TieredMargin.TierAt(tiers, notional).Maintenance(notional);
            return new Standing(position.Integer("account"), side, profit,
                new MarginBucket(equity, equity, maintenance),
                new ScoreInputs(side, size, ContractForms.Value(ContractStyle.Linear, size, entry), notional, profit,
                    wallet, equity, maintenance));
        }
    }
}
