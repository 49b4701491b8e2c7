namespace OrleansLeverage.Analytics.Options.Books;

/// <summary>Whose side the hedgers are on. Nothing is assumed without being named.</summary>
public enum DealerSide
{
    /// <summary>Not known: only unsigned totals exist.</summary>
    Unknown,

    /// <summary>The quantities given are the dealers' own, seen in their accounts.</summary>
    Observed,

    /// <summary>The quantities given are the customers'; dealers hold the opposite.</summary>
    AgainstCustomers,

    /// <summary>Open interest; assumed: dealers bought the calls and sold the puts that customers hold.</summary>
    LongCallsShortPuts,

    /// <summary>Open interest; assumed: dealers sold every option.</summary>
    ShortAll,
}

/// <summary>
/// What dealers' hedging does to one underlying, in USD. With G the dealers' gamma per 1 % and D the impact, the
/// fraction by which a sale of one USD moves the price:
/// <code>
/// hedging flow per 1 % rise   = −G            dealers who are long gamma sell what rises
/// flow share                  = G / daily volume
/// feedback coefficient R      = −D·100·G      the further move that a move's hedging brings; |R| → 1 with short gamma
///                                             is a runaway
/// vanna flow per point        = −(change of the dealers' USD delta per volatility point)
/// </code>
/// With an impact in price per USD, λ = D·S, R is −λ·(100·G)/S. Where the side is unknown every signed figure is null
/// and only <see cref="AbsoluteGamma"/> is given. Source: quant reference §7, composed there from the literature.
/// </summary>
public sealed record DealerGamma
{
    public required DealerSide Side { get; init; }

    /// <summary>Σ |quantity·gamma per 1 %|, whoever holds it.</summary>
    public required double AbsoluteGamma { get; init; }

    /// <summary>Positive: dealers are long gamma.</summary>
    public double? NetGamma { get; init; }

    /// <summary>USD bought (sold where negative) by hedgers when the price rises by 1 %.</summary>
    public double? FlowPerPercent { get; init; }

    /// <summary>Net gamma / daily volume.</summary>
    public double? FlowShare { get; init; }

    public double? VannaFlowPerPoint { get; init; }

    public double? Feedback { get; init; }

    /// <summary>True where hedging would feed on itself: R at or above 1.</summary>
    public bool? IsRunaway => Feedback is { } r ? r >= 1.0 : null;

    /// <param name="book">The instruments.</param>
    /// <param name="underlying">Place of the underlying.</param>
    /// <param name="quantities">
    /// Contracts by option: the dealers' or the customers' signed holdings, or open interest, as
    /// <paramref name="side"/> says.
    /// </param>
    /// <param name="side">What is known, or assumed, about the sign.</param>
    /// <param name="dailyVolume">USD traded a day; null where unknown.</param>
    /// <param name="impact">Fraction of the price moved per USD; null where unknown.</param>
    public static DealerGamma Of(OptionBook book, int underlying, IReadOnlyList<BookHolding> quantities,
        DealerSide side, double? dailyVolume, double? impact)
    {
        var (absolute, gamma, vanna) = (0.0, 0.0, 0.0);
        foreach (var (place, quantity) in quantities)
        {
            if (book.Instruments[place] is not { Option: { } option } instrument || instrument.Underlying != underlying)
            {
                continue;
            }
            var isInterest = side is DealerSide.LongCallsShortPuts or DealerSide.ShortAll;
            if (!double.IsFinite(quantity) || (isInterest && quantity < 0.0))
            {
                throw new ArgumentException($"{instrument.Name}: {quantity} contracts are no "
                    + $"{(isInterest ? "open interest" : "holding")}", nameof(quantities));
            }
            var sign = side switch
            {
                DealerSide.Observed => 1.0,
                DealerSide.AgainstCustomers or DealerSide.ShortAll => -1.0,
                DealerSide.LongCallsShortPuts => option.Right == Domain.OptionRight.Call ? 1.0 : -1.0,
                _ => 0.0,
            };
            absolute += Math.Abs(quantity * book.Units[place].GammaPerPercent);
            gamma += sign * quantity * book.Units[place].GammaPerPercent;
            vanna += sign * quantity * book.Units[place].Vanna;
        }
        return side == DealerSide.Unknown
            ? new() { Side = side, AbsoluteGamma = absolute }
            : new()
            {
                Side = side,
                AbsoluteGamma = absolute,
                NetGamma = gamma,
                FlowPerPercent = -gamma,
                FlowShare = dailyVolume > 0.0 ? gamma / dailyVolume : null,
                VannaFlowPerPoint = -vanna,
                Feedback = impact is { } d and >= 0.0 && double.IsFinite(d) ? -d * 100.0 * gamma : null,
            };
    }
}
