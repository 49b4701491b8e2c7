namespace OrleansLeverage.Analytics.Options.Books;

/// <summary>One participant: what it holds and its equity in USD.</summary>
public sealed record BookAccount(string Name, double Equity, IReadOnlyList<BookHolding> Holdings);

/// <summary>
/// Sensitivities of the market, by underlying and in all. Net sums are over all accounts; delta leverage is
/// Σ|USD delta|/Σ equity and vega leverage Σ|30-day vega·σ|/Σ equity over accounts with positive equity; accounts
/// without are counted and left out. Null where no account has equity. Source: quant reference §7.
/// </summary>
/// <param name="Accounts">Accounts that count in the ratios.</param>
/// <param name="WithoutEquity">Accounts whose equity is not above 0, or unknown.</param>
/// <param name="Net">Sums of all accounts by underlying, in the order of the book.</param>
/// <param name="DeltaLeverage">Pure ratio.</param>
/// <param name="VegaLeverage">Pure ratio.</param>
public sealed record SystemicGreeks(int Accounts, int WithoutEquity, IReadOnlyList<UnderlyingGreeks> Net,
    double? DeltaLeverage, double? VegaLeverage)
{
    public static SystemicGreeks Of(OptionBook book, IReadOnlyList<BookAccount> accounts)
    {
        var (counted, without) = (0, 0);
        var (delta, vega, equity) = (0.0, 0.0, 0.0);
        foreach (var account in accounts)
        {
            if (!(account.Equity > 0.0))
            {
                without++;
                continue;
            }
            counted++;
            equity += account.Equity;
            foreach (var greeks in book.Of(account.Holdings))
            {
                delta += Math.Abs(greeks.Total.DollarDelta);
                vega += Math.Abs(greeks.VegaElasticityThirtyDays);
            }
        }
        return new(counted, without, book.Of([.. accounts.SelectMany(a => a.Holdings)]),
            equity > 0.0 ? delta / equity : null, equity > 0.0 ? vega / equity : null);
    }
}
