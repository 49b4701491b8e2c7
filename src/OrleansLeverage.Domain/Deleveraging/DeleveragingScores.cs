namespace OrleansLeverage.Domain.Deleveraging;

/// <summary>How a venue ranks the accounts that could be deleveraged; the highest score goes first.</summary>
public enum DeleveragingScore : byte
{
    /// <summary>(mark / entry) · (position value / equity); a short's price ratio is entry / mark.</summary>
    Hyperliquid,

    /// <summary>(max(0, profit) / max(1, wallet)) · (maintenance margin / equity).</summary>
    Binance,

    /// <summary>Profit per entry value, times effective leverage; a loss is divided by it.</summary>
    Bybit,

    /// <summary>The same form, as its inventor states it.</summary>
    BitMex,

    /// <summary>Profit / wallet. FLOX: <c>pnl_ratio</c>.</summary>
    ProfitRatio,

    /// <summary>Profit · (position value / wallet). FLOX: <c>binance</c> and <c>bybit</c>.</summary>
    LeveragedProfit,

    /// <summary>Contracts. FLOX: <c>position_size</c>.</summary>
    PositionSize,
}

/// <summary>
/// A position and its account in one currency. Values and size are unsigned; the wallet is what the account has without
/// unrealised profit, equity is with it.
/// </summary>
public readonly record struct ScoreInputs(int Side, decimal Size, decimal EntryValue, decimal MarkValue, decimal Profit,
    decimal Wallet, decimal Equity, decimal MaintenanceMargin);

/// <summary>The venues' ranking scores as closed forms.</summary>
public static class DeleveragingScores
{
    private const decimal WalletMin = 1m;

    /// <summary>
    /// Sources: Hyperliquid docs (auto-deleveraging); dev.binance.vision, "How is ADL quantile calculated"; BitMEX and
    /// Bybit help pages (auto-deleveraging); FLOX <c>liquidation_engine.cpp</c>. Null where the score has no value: no
    /// equity, or nothing that was entered.
    /// </summary>
    public static RankScore? Of(DeleveragingScore score, in ScoreInputs inputs) => score switch
    {
        DeleveragingScore.Hyperliquid => Hyperliquid(inputs),
        DeleveragingScore.Binance => Binance(inputs.Profit, inputs.Wallet, inputs.MaintenanceMargin, inputs.Equity),
        DeleveragingScore.Bybit or DeleveragingScore.BitMex => BitMex(inputs),
        DeleveragingScore.ProfitRatio => inputs.Wallet > 0m
            ? new RankScore(inputs.Profit, inputs.Wallet, 1m, 1m)
            : RankScore.Of(inputs.Profit),
        DeleveragingScore.LeveragedProfit => inputs.Wallet > 0m
            ? new RankScore(inputs.Profit, 1m, inputs.MarkValue, inputs.Wallet)
            : RankScore.Of(0m),
        DeleveragingScore.PositionSize => RankScore.Of(inputs.Size),
        _ => throw new ArgumentOutOfRangeException(nameof(score), score, "is no score"),
    };

    /// <summary>A margin ratio without equity counts as 0, as the venue states it.</summary>
    public static RankScore Binance(decimal profit, decimal wallet, decimal maintenanceMargin, decimal equity) =>
        Binance(profit, wallet, equity > 0m ? (maintenanceMargin, equity) : (0m, 1m));

    /// <summary>The same where the venue states the margin ratio itself.</summary>
    public static RankScore Binance(decimal profit, decimal wallet, decimal marginRatio) =>
        Binance(profit, wallet, (marginRatio, 1m));

    private static RankScore Binance(decimal profit, decimal wallet, (decimal Margin, decimal Per) ratio) =>
        new(Math.Max(0m, profit), Math.Max(WalletMin, wallet), ratio.Margin, ratio.Per);

    private static RankScore? Hyperliquid(in ScoreInputs inputs)
    {
        if (inputs.Equity <= 0m || inputs.EntryValue <= 0m || inputs.MarkValue <= 0m)
        {
            return null;
        }
        return inputs.Side > 0
            ? new RankScore(inputs.MarkValue, inputs.EntryValue, inputs.MarkValue, inputs.Equity)
            : new RankScore(inputs.EntryValue, inputs.MarkValue, inputs.MarkValue, inputs.Equity);
    }

    private static RankScore? BitMex(in ScoreInputs inputs)
    {
        if (inputs.Equity <= 0m || inputs.EntryValue <= 0m || inputs.MarkValue <= 0m)
        {
            return null;
        }
        // what is left to bankruptcy of the position alone is the account's equity
        return inputs.Profit > 0m
            ? new RankScore(inputs.Profit, inputs.EntryValue, inputs.MarkValue, inputs.Equity)
            : new RankScore(inputs.Profit, inputs.EntryValue, inputs.Equity, inputs.MarkValue);
    }
}
