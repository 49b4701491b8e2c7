using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Engine.Portfolios;

namespace OrleansLeverage.Engine.Core;

/// <summary>
/// A question about one account answered on a copy of it, by the decisions that commands take. Margin is told, not
/// asked for: what the account could not afford is exactly what somebody wants to see.
/// </summary>
internal static class WhatIf
{
    public static WhatIfAnswer Answer(Account account, WhatIfQuestion question, PriceFrame frame)
    {
        var before = AccountSnapshots.Of(account, frame);
        var (after, free) = (account.Copy(), Lenient(frame));
        for (var i = 0; i < question.Collateral.Count; i++)
        {
            if (Move(after, question.Collateral[i], frame) is { } problem)
            {
                return new WhatIfAnswer(before, null, [],
                    new WhatIfRefusal(problem.Status, problem.Detail, WhatIfPart.Collateral, i));
            }
        }
        var admissions = new List<WhatIfAdmission>(question.Orders.Count);
        for (var i = 0; i < question.Orders.Count; i++)
        {
            var order = question.Orders[i];
            if (Trade(after, order, frame, free, admissions) is { } problem)
            {
                return new WhatIfAnswer(before, null, admissions,
                    new WhatIfRefusal(problem.Status, problem.Detail, WhatIfPart.Order, i));
            }
        }
        return Shocked(frame, question.Shocks, out var none) is { } shocked
            ? new WhatIfAnswer(before, AccountSnapshots.Of(after, shocked), admissions)
            : new WhatIfAnswer(before, null, admissions,
                new WhatIfRefusal(CommandStatus.PriceOutOfRange, none.Value, WhatIfPart.Shock, 0));
    }

    private static Decision? Move(Account account, WhatIfCollateral moved, PriceFrame frame)
    {
        var decision = account.Decide(new ImportAccount(default, account.Id,
            [new ImportedBalance(moved.Asset, moved.Amount)], []), frame);
        return Taken(account, decision);
    }

    private static Decision? Trade(Account account, WhatIfOrder order, PriceFrame frame, PriceFrame free,
        List<WhatIfAdmission> admissions)
    {
        if (frame.Universe.Instrument(order.Instrument) is not { } instrument)
        {
            return Decision.Refused(CommandStatus.UnknownInstrument, order.Instrument.Value);
        }
        // the mark may lie between two ticks: a trade at it is rounded against the account
        if ((order.Price ?? OnTick(frame.Mark(instrument), instrument, order.Quantity)) is not { } price)
        {
            return Decision.Refused(CommandStatus.OracleStale, instrument.MarkFeed.Id.Value);
        }
        var asked = account.Decide(new ReserveOrder(default, account.Id, order.Instrument, order.Quantity, price),
            frame);
        admissions.Add(new WhatIfAdmission(order with { Price = price }, asked.Status, asked.Detail));
        return Taken(account, account.DecideFill(instrument, order.Quantity, price, 0m, mustReduce: false, free));
    }

    private static Decision? Taken(Account account, Decision decision)
    {
        foreach (var fact in decision.Events)
        {
            account.Apply(fact);
        }
        return decision.Status == CommandStatus.Applied ? null : decision;
    }

    private static Price? OnTick(Price? mark, Instrument instrument, Quantity quantity)
    {
        if (mark is not { } price)
        {
            return null;
        }
        var onTick = quantity.IsLong
            ? Decimals.CeilingTo(price.Value, instrument.TickSize)
            : Decimals.FloorTo(price.Value, instrument.TickSize);
        return onTick > 0m ? new Price(onTick) : null;
    }

    /// <summary>The same frame under rules that do not ask a fill for margin.</summary>
    private static PriceFrame Lenient(PriceFrame frame)
    {
        var universe = frame.Universe;
        return universe.Rules.FillsNeedInitialMargin
            ? With(frame, new Universe(universe.Version, universe.Rules with { FillsNeedInitialMargin = false },
                universe.Feeds, universe.Assets, universe.Instruments), [.. frame.Prices])
            : frame;
    }

    /// <summary>
    /// Series that are marked by a model follow the price that is moved, unless they are moved themselves. Null where
    /// a price would be none, with the feed's name.
    /// </summary>
    private static PriceFrame? Shocked(PriceFrame frame, IReadOnlyDictionary<FeedId, decimal> shocks, out FeedId none)
    {
        none = default;
        if (shocks.Count == 0)
        {
            return frame;
        }
        var universe = frame.Universe;
        var prices = frame.Prices.ToArray();
        foreach (var feed in universe.Feeds)
        {
            if (shocks.TryGetValue(feed.Id, out var shock) && frame[feed].Price is { } price)
            {
                var moved = decimal.Round(price.Value * (1m + shock), Decimals.ScaleMax, MidpointRounding.ToEven);
                if (!Price.IsValid(moved))
                {
                    none = feed.Id;
                    return null;
                }
                prices[feed.Index] = frame[feed] with { Price = new Price(moved) };
            }
        }
        var marks = (FramePrice[])prices.Clone();
        new OptionMarks(universe).Mark(marks, frame.TimeMs);
        foreach (var feed in universe.Feeds.Where(feed => !shocks.ContainsKey(feed.Id)))
        {
            prices[feed.Index] = marks[feed.Index];
        }
        return With(frame, universe, prices);
    }

    private static PriceFrame With(PriceFrame frame, Universe universe, FramePrice[] prices) => new(frame.Number,
        frame.TimeMs, universe, prices, [.. frame.FundingIndices], [.. frame.OpenInterest],
        frame.DailyVolatility is { } known ? [.. known] : null);
}
