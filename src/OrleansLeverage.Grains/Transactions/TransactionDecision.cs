using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Core;
using OrleansLeverage.Engine.Deleveraging.Saga;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Grains.Accounts;

namespace OrleansLeverage.Grains.Transactions;

/// <summary>What is asked of a transaction.</summary>
internal enum TransactionKind
{
    /// <summary>One command; a refusal for a reason of state is remembered.</summary>
    One,

    /// <summary>All commands in order or none; a refusal is not remembered.</summary>
    List,

    /// <summary>One command that must not happen any more: what it came to, or a refusal that is remembered.</summary>
    Fence,
}

/// <summary>
/// Decides commands over accounts that are held: the same rules as in one process, on the states that came with the
/// holds. Of a command that is applied, the account it names first counts it and carries its share of the house.
/// </summary>
internal sealed class TransactionDecision(AccountCommand[] commands, Universe universe, IdClaims claims)
{
    private readonly Dictionary<AccountId, (Account? Account, long Applied)> _accounts = [];
    private readonly Dictionary<CommandId, RememberedCommand> _remembered = [];
    private readonly HashSet<CommandId> _tooOld = [];
    private readonly HashSet<CommandId> _noRoom = [];

    public Ulid[] Ids { get; } = [.. commands.Select(c => Ulid.Of(c.Id))];

    /// <summary>What every account has to do, where something was applied.</summary>
    public SortedDictionary<AccountId, List<(bool Counts, AppliedRecord Record)>> Legs { get; } = [];

    /// <summary>Accounts that were held and have nothing to do.</summary>
    public IEnumerable<AccountId> Others => _accounts.Keys.Where(a => !Legs.ContainsKey(a));

    public bool IsApplied { get; private set; }

    /// <summary>What is to be remembered of a single command that was refused for a reason of state.</summary>
    public RememberedMessage? Refusal { get; private set; }

    /// <summary>The account that remembers a refusal: the first named that exists.</summary>
    public AccountId? Holder { get; private set; }

    public void Add(AccountId id, HoldMessage hold)
    {
        var account = hold.Account is { } bytes ? AccountCodec.Read(id, bytes, universe, names: true) : null;
        _accounts.Add(id, (account, hold.Applied));
        for (var i = 0; i < commands.Length; i++)
        {
            var (standing, known) = hold.Ids[i];
            switch (standing)
            {
                case IdStanding.Remembered:
                    _remembered.TryAdd(commands[i].Id, new RememberedCommand(
                        new PayloadDigest(known.Whole, known.Fields), (CommandStatus)known.Status, known.Sequence));
                    break;
                case IdStanding.TooOld when Names(commands[i], id):
                    _tooOld.Add(commands[i].Id);
                    break;
                case IdStanding.NoRoom when Names(commands[i], id):
                    _noRoom.Add(commands[i].Id);
                    break;
            }
        }
    }

    /// <summary>One answer per command; the first refusal in a list is everybody's.</summary>
    public CommandResult[] Decide(PriceFrame frame, TransactionKind kind)
    {
        var results = new CommandResult[commands.Length];
        for (var i = 0; i < commands.Length; i++)
        {
            results[i] = Decide(commands[i], claims.Reused(i), frame, kind);
            if (!results[i].IsApplied)
            {
                Legs.Clear();
                return [.. commands.Select(c => results[i] with { Id = c.Id })];
            }
        }
        IsApplied = true;
        return results;
    }

    private CommandResult Decide(AccountCommand command, RememberedCommand? reused, PriceFrame frame,
        TransactionKind kind)
    {
        var digest = AccountServices.Digest(command);
        if (_remembered.TryGetValue(command.Id, out var remembered))
        {
            return remembered.Answer(command, digest, frame.Number);
        }
        if (reused is { } elsewhere)
        {
            return elsewhere.Answer(command, digest, frame.Number);
        }
        if (_tooOld.Contains(command.Id) || _noRoom.Contains(command.Id))
        {
            return new CommandResult(command.Id,
                _tooOld.Contains(command.Id) ? CommandStatus.IdTooOld : CommandStatus.Overloaded, 0L, frame.Number);
        }
        var changes = new List<AccountChange>(2);
        var house = new List<HouseEntry>(4);
        var (status, detail) = kind == TransactionKind.Fence ? (CommandStatus.OracleStale, null)
            : CommandDecision.Of(command, Find, frame, changes, house);
        var counting = command.Accounts().FirstOrDefault(a => Find(a) is not null || command is SingleAccountCommand);
        if (status == CommandStatus.Applied)
        {
            return Apply(command, digest, counting, frame, changes, house);
        }
        if (kind != TransactionKind.List && status.IsRecorded() && counting != default)
        {
            Holder = counting;
            Refusal = new RememberedMessage(Ulid.Of(command.Id), digest.Whole, digest.Fields, (byte)status,
                _accounts[counting].Applied);
        }
        return new CommandResult(command.Id, status, 0L, frame.Number, Detail: detail);
    }

    private CommandResult Apply(AccountCommand command, PayloadDigest digest, AccountId counting, PriceFrame frame,
        List<AccountChange> changes, List<HouseEntry> house)
    {
        var sequence = _accounts[counting].Applied + 1;
        var leg = command is ApplyFill { Reason: FillReason.Deleverage } fill ? fill : null;
        var books = leg is null ? default : LegConservation.Books(leg, Find, frame);
        foreach (var id in command.Accounts())
        {
            var counts = id == counting;
            AccountChange[] mine = [.. changes.Where(c => c.Account == id)];
            var (account, applied) = _accounts[id];
            foreach (var change in mine)
            {
                account = change.ApplyTo(account);
            }
            _accounts[id] = (account, applied + (counts ? 1 : 0));
            if (!Legs.TryGetValue(id, out var part))
            {
                Legs.Add(id, part = []);
            }
            part.Add((counts, new AppliedRecord(command.Id, digest, sequence, frame.Number, mine,
                counts ? house : [])));
        }
        if (leg is not null)
        {
            LegConservation.Check(leg, books, LegConservation.Books(leg, Find, frame), house.Sum(h => h.Delta));
        }
        _remembered.Add(command.Id, new RememberedCommand(digest, CommandStatus.Applied, sequence));
        return new CommandResult(command.Id, CommandStatus.Applied, sequence, frame.Number);
    }

    /// <summary>The sequence of an account as it is held; null where there is none.</summary>
    public long? Sequence(AccountId id) => Find(id)?.Sequence;

    private Account? Find(AccountId id) => _accounts.GetValueOrDefault(id).Account;

    private static bool Names(AccountCommand command, AccountId id) => command.Accounts().Contains(id);
}
