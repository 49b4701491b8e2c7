using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>Bounds of plans.</summary>
/// <param name="PriceAgeMaxMs">A plan whose oldest price is older is not executed.</param>
/// <param name="RoundsMax">Rounds in which a residual is planned again.</param>
/// <param name="LegsAtOnce">Legs marked as sent, and sent, together.</param>
public sealed record DeleveragingLimits(long PriceAgeMaxMs = 10_000, int RoundsMax = 8, int LegsAtOnce = 64)
{
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(PriceAgeMaxMs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(RoundsMax);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(LegsAtOnce);
    }
}

/// <summary>
/// From an order and a market's holders at one frame to a plan with its counterparties' accounts before and after. The
/// same code rehearses, arms and plans a residual again. No host: accounts, fund and time are passed in.
/// </summary>
/// <param name="read">An account as it is now; null where there is none.</param>
/// <param name="fundUsd">The insurance fund in USD.</param>
public sealed class PlanMaker(CandidateBook book, Func<AccountId, Account?> read, decimal fundUsd,
    DeleveragingLimits limits, long nowMs)
{
    /// <param name="residual">What a plan that began is to go on with, as far as the account still holds it.</param>
    public DeleveragingPlan Make(DeleveragingOrder order, decimal? residual = null)
    {
        var (instrument, frame) = (book.Instrument, book.Frame);
        var draft = new DeleveragingPlan(DeleveragingStatus.Planned, null, instrument.Id, order.Bankrupt, order.Rule,
            frame.Number, frame.TimeMs, PriceState.NotMeasured, null, frame.Mark(instrument)?.Value, null, 0, 0m, 0m,
            0m, fundUsd, 0, new Dictionary<ExclusionReason, int>(), []);
        if (!instrument.IsOpen
            || (instrument.Expiry is { } expiry && frame.TimeMs >= expiry.ToUnixTimeMilliseconds()))
        {
            return draft with { Status = DeleveragingStatus.MarketClosed };
        }
        if (read(order.Bankrupt) is not { } account)
        {
            return draft with { Status = DeleveragingStatus.UnknownAccount };
        }
        var held = account.Position(instrument).Quantity;
        if (held.IsZero)
        {
            return draft with { Status = DeleveragingStatus.NothingToClose };
        }
        var asked = residual is { } left ? Math.Min(left, held.Abs.Value) : order.Quantity ?? held.Abs.Value;
        draft = draft with { Side = held.IsLong ? 1 : -1, Requested = asked, Residual = asked };
        if (asked <= 0m || asked > held.Abs.Value || !Decimals.IsMultipleOf(asked, instrument.LotSize))
        {
            return draft with { Status = DeleveragingStatus.QuantityOutOfRange,
                Detail = $"at most {Decimals.Text(held.Abs.Value)}, in lots of {Decimals.Text(instrument.LotSize)}" };
        }
        var valuation = AccountValuation.Of(account, frame);
        draft = draft with { PriceState = valuation.IsKnown ? valuation.PriceState : PriceState.NotMeasured,
            PriceTimeMs = valuation.OldestPriceMs };
        return StaleReason(draft) is { } stale
            ? draft with { Status = DeleveragingStatus.OracleStale, Detail = stale }
            : Priced(draft, account);
    }

    /// <summary>Why prices forbid it, in words; null where they do not.</summary>
    public static string? Inhibition(Feed? feed, PriceState state, long? priceTimeMs, long nowMs, long ageMaxMs)
    {
        var name = feed?.Id.Value ?? "price";
        return priceTimeMs is not { } time ? $"{name} is not measured"
            : state != PriceState.Fresh ? $"{name} is {state.ToString().ToLowerInvariant()}"
            : nowMs - time > ageMaxMs ? $"{name} is {nowMs - time} ms old, at most {ageMaxMs}"
            : null;
    }

    private string? StaleReason(DeleveragingPlan draft) => Inhibition(book.Instrument.MarkFeed, draft.PriceState,
        draft.PriceTimeMs, nowMs, limits.PriceAgeMaxMs);

    private DeleveragingPlan Priced(DeleveragingPlan draft, Account account)
    {
        var (instrument, frame) = (book.Instrument, book.Frame);
        if (HolderView.Of(account, instrument, frame)?.Insolvent is not { } insolvent)
        {
            return draft with { Status = DeleveragingStatus.Solvent };
        }
        draft = draft with { Shortfall = insolvent.Shortfall };
        if (insolvent.Shortfall <= fundUsd)
        {
            return draft with { Status = DeleveragingStatus.FundCovers,
                Detail = $"short of {Decimals.Text(insolvent.Shortfall)}, the fund has {Decimals.Text(fundUsd)} USD" };
        }
        var (mark, settlement) = (frame.Mark(instrument)!.Value.Value, frame.UsdPrice(instrument.Settlement)!.Value);
        if (ClosingPrice.Of(instrument, draft.Side, insolvent.Contracts, mark, settlement, insolvent.Shortfall)
            is not { } price)
        {
            return draft with { Status = DeleveragingStatus.PriceOutOfRange };
        }
        var question = new AllocationQuestion((long)(draft.Requested / instrument.LotSize), book.LotUsd,
            ClosingPrice.ForgonePerLot(instrument, draft.Side, price.Value, mark, settlement));
        return Allocated(draft with { Price = price }, question);
    }

    /// <summary>
    /// A leg that would leave its account in liquidation, and did not find it there, is taken out and the rest is
    /// planned again: nobody is ruined for another's debt.
    /// </summary>
    private DeleveragingPlan Allocated(DeleveragingPlan draft, AllocationQuestion question)
    {
        var candidates = book.Against(draft.Side).Where(c => c.Account != draft.Bankrupt).ToList();
        var spared = 0;
        while (true)
        {
            var plan = DeleveragingPlanner.Plan(question, candidates, draft.Rule);
            var legs = plan.Legs.Select(leg => Leg(leg, plan.Ranked, draft)).ToList();
            var worse = legs.Where(leg => leg.After.Tier > leg.Before.Tier && leg.After.Tier >= RiskTier.Liquidation)
                .Select(leg => leg.Counterparty).ToHashSet();
            if (worse.Count == 0)
            {
                var excluded = plan.Excluded.ToDictionary();
                if (spared > 0)
                {
                    excluded[ExclusionReason.LeftInLiquidation] = spared;
                }
                return draft with
                {
                    Status = Status(plan.Status),
                    Residual = plan.ResidualLots * book.Instrument.LotSize,
                    Ranked = plan.Ranked,
                    Excluded = excluded,
                    Legs = legs,
                };
            }
            spared += candidates.RemoveAll(c => worse.Contains(c.Account));
        }
    }

    private static DeleveragingStatus Status(AllocationStatus status) => status switch
    {
        AllocationStatus.Covered => DeleveragingStatus.Planned,
        AllocationStatus.Short => DeleveragingStatus.PlannedShort,
        AllocationStatus.Infeasible => DeleveragingStatus.Infeasible,
        AllocationStatus.NoCandidates => DeleveragingStatus.NoCandidates,
        _ => DeleveragingStatus.NothingToClose,
    };

    private PlannedLeg Leg(AllocatedLeg leg, int ranked, DeleveragingPlan draft)
    {
        var (candidate, lot) = (leg.Candidate, book.Instrument.LotSize);
        var account = read(candidate.Account) ?? throw new InvalidOperationException(
            $"account {candidate.Account} was there when the market was looked at, and is not now");
        var (contracts, score) = (leg.Lots * lot, draft.Rule.ScoreOf(candidate)!.Value);
        return new PlannedLeg(candidate.Account, candidate.Side, contracts, candidate.Lots * lot,
            candidate.HedgedLots * lot, leg.Rank, (decimal)leg.Rank / ranked, score.ProfitTerm,
            score.LeverageTerm, score.Value, leg.Forgone, Outcome(account),
            Outcome(Reduced(account, new Quantity(-candidate.Side * contracts), draft.Price!.Value)));
    }

    /// <summary>The account after the leg, or as it is where the leg would be refused by now.</summary>
    private Account Reduced(Account account, Quantity quantity, Price price)
    {
        var decision = account.DecideFill(book.Instrument, quantity, price, 0m, mustReduce: true, book.Frame);
        var after = account.Copy();
        foreach (var fact in decision.Events)
        {
            after.Apply(fact);
        }
        return after;
    }

    private AccountOutcome Outcome(Account account)
    {
        var valuation = AccountValuation.Of(account, book.Frame);
        var gross = valuation.GrossNotional;
        return new AccountOutcome(valuation.Equity, gross, valuation.NetNotional,
            valuation.Equity > 0m && valuation.Equity >= gross / 1_000_000_000_000m ? gross / valuation.Equity : null,
            valuation.MarginRatio(), valuation.Tier(book.Frame.Universe.Rules));
    }
}
