using Microsoft.Extensions.Logging;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Grains.Transactions;

/// <summary>What lies with accounts for the insurance fund, brought there by the steps of every other transaction.
/// </summary>
public sealed partial class FillJournalGrain
{
    public async Task<bool> GatherAsync(string asset, string[] accounts)
    {
        if (_writer.Failure is not null || _services.Universe.Asset(new AssetId(asset)) is not { } gathered)
        {
            return false;
        }
        var key = new TransactionKey(this.GetPrimaryKeyLong(), default, Guid.NewGuid());
        TransactionParty[] parties = [.. accounts.Distinct().Select(a => TransactionParty.Of(new AccountId(a)))
            .Append(TransactionParty.Fund(gathered.Id)).Order()];
        _open.Add(key);
        var part = new FundGathering(gathered, _services.Grid.Frame.Number);
        var settled = false;
        try
        {
            if (!await HoldAsync(key, parties, [], part.Add, static _ => false))
            {
                return false;
            }
            if (part.Legs.Count == 0)
            {
                return true;
            }
            settled = await CommitAsync(key, part.Legs, part.Others) == CommandStatus.Applied;
            return settled;
        }
        catch (Exception exception)
        {
            LogNotGathered(_services.Logger, gathered.Id, exception.Message);
            return false;
        }
        finally
        {
            if (!settled)
            {
                Drop(key, parties);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "what accounts have for the insurance fund of {Asset} stays there: {Message}")]
    private static partial void LogNotGathered(ILogger logger, AssetId asset, string message);
}
