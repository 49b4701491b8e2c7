using OrleansLeverage.Analytics.Options.Books;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Greeks;

namespace OrleansLeverage.Engine.Portfolios;

/// <summary>
/// What one account is told of itself: the snapshot, with liquidation prices where scenarios margin it, and with the
/// leverage of its options by what they move like.
/// </summary>
public static class AccountSnapshots
{
    private static readonly double[] Moves = [-0.20, -0.10, -0.05, 0.05, 0.10, 0.20];

    public static LeverageSnapshot Of(Account account, PriceFrame frame)
    {
        var valuation = AccountValuation.Of(account, frame);
        return LeverageCalculator.Snapshot(valuation, PortfolioLines.Solve(valuation)) with
        {
            NonLinear = NonLinear(valuation),
        };
    }

    /// <summary>Null where no options are held.</summary>
    private static NonLinearLeverage? NonLinear(AccountValuation valuation)
    {
        var held = valuation.Account.Positions.Where(p => !p.Quantity.IsZero).Select(p => p.Instrument).ToArray();
        if (Array.TrueForAll(held, instrument => instrument.Option is null))
        {
            return null;
        }
        if (!valuation.IsKnown)
        {
            return new NonLinearLeverage { Reason = $"{valuation.MissingFeed!.Id} has no price" };
        }
        var frame = new FrameBook(valuation.Frame, held);
        if (frame.Holdings(valuation.Account, out var reason) is not { } holdings)
        {
            return new NonLinearLeverage { Reason = reason };
        }
        var equity = (double)valuation.Equity;
        var leverage = HolderLeverage.Of(frame.Book.Of(holdings), equity);
        return new NonLinearLeverage
        {
            EffectiveNotional = leverage.EffectiveNotional,
            EffectiveLeverage = leverage.Leverage,
            GammaLeverage = leverage.GammaLeverage,
            VegaElasticity = leverage.VegaElasticity,
            ThetaBurnPerDay = leverage.ThetaBurn,
            After = [.. Moves.Select(move => new LeverageAfter(move,
                HolderLeverage.After(frame.Book, holdings, equity, move, volatilityShift: 0.0)))],
            Options = [.. valuation.Account.Positions.Where(p => !p.Quantity.IsZero && p.Instrument.Option is not null)
                .Select(p => Exposure(frame, p))],
        };
    }

    private static OptionExposure Exposure(FrameBook frame, Position position)
    {
        var place = frame.Place(position.Instrument)!.Value;
        var (unit, quantity) = (frame.Book.Units[place], (double)position.Quantity.Value);
        var spot = frame.Book.Spots[frame.Book.Instruments[place].Underlying];
        return new OptionExposure(position.Instrument.Id, quantity * unit.DollarDelta,
            Math.Abs(quantity) * (double)position.Instrument.Multiplier * spot,
            unit.Value > 0.0 && double.IsFinite(unit.DollarDelta / unit.Value) ? unit.DollarDelta / unit.Value : null);
    }
}
