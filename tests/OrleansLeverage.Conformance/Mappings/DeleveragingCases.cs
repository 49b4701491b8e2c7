using System.Numerics;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Deleveraging;
using OrleansLeverage.Domain.Venues;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Deleveraging.Study;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Triggers, rankings, transfers and events of venues that deleverage.</summary>
internal static class DeleveragingCases
{
    private static readonly string[] Profits = ["upnl", "profit", "unrealised_pnl"];

    public static void AddTo(CaseMap map) => map
        .Kind("adl_trigger", NetCollateral, "dydx_v4")
        .Kind("adl_trigger", PoolProfit, "gmx_v2")
        .Kind("adl_transfer", IntegerTransfer, "dydx_v4")
        .Kind("adl_transfer", WinnerTransfer, "flox")
        .Kind("adl_ranking", Score, "binance")
        .Kind("adl_ranking", Victim, "flox")
        .Kind("adl_event_state", Event);

    private static Answer NetCollateral(VectorCase vector)
    {
        var inputs = vector.Inputs;
        (bool AtBankruptcyPrice, bool AtOraclePrice) Answered() => DeleveragingTriggers.ByNetCollateral(
            (decimal)inputs.Integer("net_collateral"), inputs.Flag("final_settlement"));
        return new Answer()
            .With("at_bankruptcy_price", () => Answered().AtBankruptcyPrice)
            .With("at_oracle_price", () => Answered().AtOraclePrice);
    }

    private static Answer PoolProfit(VectorCase vector)
    {
        var inputs = vector.Inputs;
        // a side's size is in USD at entry: its profit is that of as many units
        return new Answer().With("adl_enabled", () => DeleveragingTriggers.ByPoolProfit(
            ContractForms.Profit(ContractStyle.Linear, inputs.Has("long_size_usd") ? 1 : -1,
                inputs.Decimal("long_size_usd", "short_size_usd") / inputs.Decimal("entry_price"),
                inputs.Decimal("entry_price"), inputs.Decimal("price")),
            ContractForms.Value(ContractStyle.Linear, inputs.Decimal("pool_amount"),
                inputs.Decimal("pool_token_price")),
            inputs.Decimal("max_pnl_factor_for_adl")));
    }

    private static Answer IntegerTransfer(VectorCase vector)
    {
        var inputs = vector.Inputs;
        OffsetResult Result()
        {
            var (liquidated, offsetting) = (inputs.Object("liquidated"), inputs.Object("offsetting"));
            var result = IntegerDeleveraging.Offset(
                liquidated.Integer("usdc", "usdc_quote_quantums"), Position(inputs, liquidated),
                offsetting.Integer("usdc", "usdc_quote_quantums"), Position(inputs, offsetting),
                inputs.Integer("delta_base_quantums"));
            return result.Outcome switch
            {
                OffsetOutcome.Moved => result,
                OffsetOutcome.FailedToUpdate => throw new ProductRefusal("FailedToUpdateSubaccounts"),
                _ => throw new ProductRefusal("InvalidPerpetualPositionSizeDelta"),
            };
        }
        return new Answer()
            .With("liquidated_usdc", () => Result().LiquidatedQuote)
            .With("liquidated_base_quantums", () => Result().LiquidatedBase)
            .With("offsetting_usdc", () => Result().OffsettingQuote)
            .With("offsetting_base_quantums", () => Result().OffsettingBase);
    }

    /// <summary>Quantums of these cases are 10⁻⁸ of a base unit.</summary>
    private static IntegerPosition Position(CaseInputs market, CaseInputs account) => new(
        account.Integer("base_quantums"), (int)market.IntegerOr(-8, "atomic_resolution"),
        market.Integer("oracle_price", "price"), (int)market.Integer("exponent"),
        market.IntegerOr(BigInteger.Zero, "imf_ppm", "initial_margin_ppm"),
        market.IntegerOr(BigInteger.Zero, "mmf_fraction_ppm", "maintenance_fraction_ppm"));

    private static Answer WinnerTransfer(VectorCase vector)
    {
        var inputs = vector.Inputs;
        if (!inputs.Has("deficit") && inputs.Object("winner").Has("wallet"))
        {
            return AgainstLoser(inputs);
        }
        return new Answer().With("winner_equity_after", () => DeleveragingTriggers.Winner(
            inputs.Decimal("winner_equity"), inputs.Decimal("winner_upnl"), inputs.Decimal("deficit")).EquityAfter);
    }

    private static Answer AgainstLoser(CaseInputs inputs)
    {
        var (loser, winner, mark) = (inputs.Object("loser"), inputs.Object("winner"), inputs.Decimal("mark"));
        decimal Deficit() => Haircuts.Deficit([AccountForms.Equity(loser.Decimal("wallet"), Profit(loser, mark))]);
        (decimal EquityAfter, decimal Forgone) Won() =>
            DeleveragingTriggers.Winner(winner.Decimal("wallet"), Profit(winner, mark), Deficit());
        return new Answer()
            .With("winner_wallet_after", () => Won().EquityAfter)
            .With("insurance_delta", () => Won().Forgone - Deficit())
            .With("loser_wallet_after", () => AccountForms.Equity(loser.Decimal("wallet"), Profit(loser, mark),
                Won().Forgone));
    }

    private static decimal Profit(CaseInputs account, decimal mark) => ContractForms.Profit(ContractStyle.Linear,
        Math.Sign(account.Decimal("qty")), Math.Abs(account.Decimal("qty")), account.Decimal("entry"), mark);

    private static Answer Score(VectorCase vector)
    {
        var inputs = vector.Inputs;
        RankScore Ranked() => inputs.Has("margin_ratio")
            ? DeleveragingScores.Binance(inputs.Decimal(Profits), inputs.Decimal("wallet"),
                inputs.Decimal("margin_ratio"))
            : DeleveragingScores.Binance(inputs.Decimal(Profits), inputs.Decimal("wallet"),
                inputs.Decimal("maintenance_margin", "mm"),
                AccountForms.Equity(inputs.Decimal("wallet"), inputs.Decimal(Profits)));
        return new Answer()
            .With("pnl_pct", () => Ranked().ProfitTerm)
            .With("margin_ratio", () => Ranked().LeverageTerm)
            .With(["leverage_pnl", "score"], () => Ranked().Value);
    }

    private static Answer Victim(VectorCase vector) => new Answer().With("victim", () =>
    {
        var winners = vector.Inputs.Items("winners");
        var ranked = CandidateRanking.Of([.. winners.Select(Winner)], new DeleveragingRule
        {
            Policy = DeleveragingPolicy.Queue, Score = DeleveragingScore.ProfitRatio,
        });
        return BigInteger.Parse(ranked[0].Candidate.Account.Value, System.Globalization.CultureInfo.InvariantCulture);
    });

    /// <summary>A case that states only the profit says nothing of the wallet: profit alone ranks.</summary>
    private static DeleveragingCandidate Winner(CaseInputs inputs) => new()
    {
        // account numbers of one length are in the order of numbers
        Account = new AccountId($"{inputs.Integer("account"):D20}"),
        Side = -1,
        Lots = 1,
        EntryValue = 1m,
        MarkValue = 1m,
        Profit = inputs.Decimal(Profits),
        Wallet = inputs.DecimalOr(0m, "wallet", "equity"),
        Equity = AccountForms.Equity(inputs.DecimalOr(0m, "wallet", "equity"), inputs.Decimal(Profits)),
        MaintenanceMargin = 0m,
        GrossNotional = 1m,
    };

    private static Answer Event(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var fill = new AdlFill(inputs.Decimal("adl_price"), inputs.Decimal("adl_size"), inputs.Decimal("position_size"),
            inputs.Decimal("entry_price"), inputs.Decimal("account_cash"), inputs.Decimal("total_unrealized_pnl"));
        return new Answer()
            .With("total_equity", () => fill.TotalEquity)
            .With("adl_notional", () => fill.Notional)
            .With("position_unrealized_pnl", () => fill.PositionProfit)
            .With("pnl_percent", () => fill.ProfitPerCent)
            .With("leverage_cash_basis", () => fill.CashLeverage)
            .With("leverage_equity_basis", () => fill.EquityLeverage)
            .With("hl_adl_index", () => fill.HyperliquidIndex)
            .With("negative_equity", () => fill.IsNegativeEquity);
    }
}
