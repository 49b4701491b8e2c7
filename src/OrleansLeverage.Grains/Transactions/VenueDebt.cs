using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Core;

namespace OrleansLeverage.Grains.Transactions;

/// <summary>
/// Whether an account of the venue is in debt, as every silo says when a withdrawal asks: under rules that close
/// withdrawals meanwhile. Null where not everybody could be asked: then nothing is decided. The insurance fund is known
/// to transactions alone.
/// </summary>
internal sealed record VenueDebt(bool? IsInDebt) : IVenueBooks
{
    /// <summary>Null where no command depends on it: then nobody is asked.</summary>
    public static async Task<VenueDebt?> AskAsync(IGrainFactory grains, IEnumerable<AccountCommand> commands,
        Universe universe) => universe.Rules.Withdrawal.ClosedWhileNegative && commands.Any(c => c is Withdraw)
            ? new VenueDebt(await grains.MarketReads().InDebtAsync()) : null;

    public decimal InsuranceFund(AssetId asset) =>
        throw new NotSupportedException("a claim is decided where the fund is held");
}
