using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Grains.Accounts;

namespace OrleansLeverage.Grains.Transactions;

/// <summary>
/// The ids of some commands, claimed at the index before any of them is decided. An index that does not answer at once
/// holds nobody up: it may have died with its silo, and what it would have told, that a client used an id twice, is
/// then not seen.
/// </summary>
internal sealed class IdClaims
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly IGrainFactory _grains;
    private readonly RememberedMessage[] _claims;
    private readonly IdAnswer[] _answers;

    private IdClaims(IGrainFactory grains, RememberedMessage[] claims)
    {
        (_grains, _claims, _answers) = (grains, claims, new IdAnswer[claims.Length]);
    }

    public static async Task<IdClaims> MakeAsync(IGrainFactory grains, IReadOnlyList<AccountCommand> commands)
    {
        var claims = new IdClaims(grains, [.. commands.Select(Claim)]);
        if (commands.Count == 1)
        {
            await claims.ClaimAsync([0]);
        }
        else
        {
            await Task.WhenAll(Enumerable.Range(0, commands.Count)
                .GroupBy(i => GrainKeys.JournalBucket(commands[i].Id)).Select(b => claims.ClaimAsync([.. b])));
        }
        return claims;
    }

    /// <summary>What a command's id was taken for before, where that was something else.</summary>
    public RememberedCommand? Reused(int command) =>
        _answers[command] is (IdStanding.Remembered, var first) && first.Whole != _claims[command].Whole
            ? new RememberedCommand(new PayloadDigest(first.Whole, first.Fields), (CommandStatus)first.Status, 0L)
            : null;

    /// <summary>
    /// Lets go of what this call took and nothing will remember: of a list all, where it was refused. What is not known
    /// to be refused stays taken.
    /// </summary>
    public void Settle(CommandResult answer, bool isList)
    {
        if (answer.IsApplied || answer.Status == CommandStatus.OutcomeUnknown
            || (!isList && answer.Status.IsRecorded()))
        {
            return;
        }
        var mine = _claims.Where((_, i) => _answers[i].Standing == IdStanding.New).ToArray();
        foreach (var bucket in mine.GroupBy(c => GrainKeys.JournalBucket(c.Command.ToId())))
        {
            _grains.GetGrain<IIdIndexGrain>(bucket.Key).FreeAsync([.. bucket]).Ignore();
        }
    }

    private async Task ClaimAsync(int[] commands)
    {
        try
        {
            var index = _grains.GetGrain<IIdIndexGrain>(
                GrainKeys.JournalBucket(_claims[commands[0]].Command.ToId()));
            var answers = await index.ClaimAsync([.. commands.Select(i => _claims[i])]).WaitAsync(Patience);
            for (var i = 0; i < commands.Length; i++)
            {
                _answers[commands[i]] = answers[i];
            }
        }
        catch (Exception)
        {
            // as if all were new: what was applied is remembered by its accounts
        }
    }

    private static RememberedMessage Claim(AccountCommand command)
    {
        var digest = AccountServices.Digest(command);
        return new RememberedMessage(Ulid.Of(command.Id), digest.Whole, digest.Fields,
            (byte)CommandStatus.Applied, 0L);
    }
}
