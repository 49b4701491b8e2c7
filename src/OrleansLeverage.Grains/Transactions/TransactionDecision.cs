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
/// Decides commands over parties that are held: the same rules as in one process, on the states that came with the
/// holds. Of a command that is applied, the account it names first counts it and carries its share of the house; what
/// is the insurance fund's is booked there where the fund is held. Funding is counted by the frames.
/// </summary>
internal sealed class TransactionDecision(IReadOnlyList<CommandList> lists, Universe universe) : IVenueBooks
{
    private readonly AccountCommand[] _commands = [.. lists.SelectMany(l => l.Commands)];
    private readonly HashSet<AssetId> _enough = [];
    private readonly Dictionary<AccountId, Ulid> _sharing = [];
    private readonly HashSet<CommandId> _tooOld = [];
    private readonly HashSet<CommandId> _noRoom = [];
    private readonly List<TransactionParty> _held = [];
    private Dictionary<AccountId, (Account? Account, long Applied)> _accounts = [];
    private Dictionary<AssetId, decimal> _funds = [];
    private Dictionary<InstrumentId, decimal> _funding = [];
    private Dictionary<CommandId, RememberedCommand> _remembered = [];
    private long _fundings;

    // of the list that is being decided
    private TransactionLegs _staged = [];

    /// <summary>All that may change, in the order in which they are held.</summary>
    public TransactionParty[] Parties { get; } =
        [.. lists.SelectMany(l => l.Commands).SelectMany(c => TransactionParty.Of(c, universe)).Distinct().Order()];

    /// <summary>What an insurance fund has to have for the claims, less what is paid in before them.</summary>
    public IReadOnlyDictionary<AssetId, decimal> Claims { get; } = Claimed(lists, universe);

    public Ulid[] Ids { get; } = [.. lists.SelectMany(l => l.Commands).Select(c => Ulid.Of(c.Id))];

    public TransactionLegs Legs { get; } = [];

    /// <summary>Parties that were held and have nothing to do.</summary>
    public IEnumerable<TransactionParty> Others => _held.Where(p => !Legs.ContainsKey(p));

    /// <summary>
    /// An insurance fund that had enough paid somebody else before it was held: what is left of it is to be gathered
    /// anew before anything is said of it.
    /// </summary>
    public bool IsOvertaken { get; private set; }

    /// <summary>What is to be remembered of a single command that was refused for a reason of state.</summary>
    public RememberedMessage? Refusal { get; private set; }

    /// <summary>The account that remembers a refusal: the first named that exists.</summary>
    public AccountId? Holder { get; private set; }

    /// <summary>As it was asked for before anything was held; null where it was not.</summary>
    public bool? IsInDebt { get; set; }

    decimal IVenueBooks.InsuranceFund(AssetId asset) => _funds[asset];

    /// <summary>Whether a fund, before it is held, has what is claimed.</summary>
    public void Gathered(AssetId asset, bool isEnough)
    {
        if (isEnough)
        {
            _enough.Add(asset);
        }
    }

    public void Add(TransactionParty party, HoldMessage hold)
    {
        _held.Add(party);
        switch (party.Kind)
        {
            case PartyKind.Account:
                var id = new AccountId(party.Key);
                _sharing.Add(id, hold.Sharing);
                _accounts.Add(id, (hold.Account is { } bytes
                    ? AccountCodec.Read(id, bytes, universe, names: true) : null, hold.Applied));
                break;
            case PartyKind.Fund:
                var asset = new AssetId(party.Key);
                _funds.Add(asset, hold.Insurance.Sum(h => h.Amount));
                IsOvertaken |= _enough.Contains(asset) && _funds[asset] < Claims[asset];
                break;
            case PartyKind.Frames:
                _fundings = hold.Applied;
                foreach (var (instrument, index) in hold.Funding)
                {
                    _funding.Add(new InstrumentId(instrument), index);
                }
                break;
        }
        for (var i = 0; i < _commands.Length; i++)
        {
            var (standing, known) = hold.Ids[i];
            switch (standing)
            {
                case IdStanding.Remembered:
                    _remembered.TryAdd(_commands[i].Id, new RememberedCommand(
                        new PayloadDigest(known.Whole, known.Fields), (CommandStatus)known.Status, known.Sequence));
                    break;
                case IdStanding.TooOld when Changes(_commands[i], party):
                    _tooOld.Add(_commands[i].Id);
                    break;
                case IdStanding.NoRoom when Changes(_commands[i], party):
                    _noRoom.Add(_commands[i].Id);
                    break;
            }
        }
    }

    /// <summary>A party is not to be had: its lists are answered; false where there are no others.</summary>
    public bool GoesOnWithout(TransactionParty party, PriceFrame frame)
    {
        foreach (var list in lists.Where(l => l.Commands.Any(c => Changes(c, party))))
        {
            list.Answer(CommandStatus.StorageUnavailable, frame);
        }
        return lists.Any(l => !l.IsAnswered);
    }

    /// <summary>Answers every list, each on what those before it leave.</summary>
    public void Decide(PriceFrame frame, TransactionKind kind)
    {
        foreach (var list in lists.Where(l => !l.IsAnswered))
        {
            if (list.Planned is { } planned && !IsAs(planned))
            {
                list.Answer(CommandStatus.NothingToDo, frame, FillJournalGrain.NotAsPlanned);
                continue;
            }
            var before = (new Dictionary<AccountId, (Account?, long)>(_accounts), new Dictionary<AssetId, decimal>(
                _funds), new Dictionary<InstrumentId, decimal>(_funding), new Dictionary<CommandId, RememberedCommand>(
                _remembered), _fundings);
            _staged = [];
            list.Results = Decide(list, frame, kind);
            if (list.IsApplied)
            {
                Legs.Add(_staged);
                continue;
            }
            (_accounts, _funds, _funding, _remembered, _fundings) = before;
            if (IsOvertaken)
            {
                Refusal = null;
                list.Answer(CommandStatus.StorageUnavailable, frame);
            }
        }
    }

    /// <summary>One answer per command; the first refusal is everybody's.</summary>
    private CommandResult[] Decide(CommandList list, PriceFrame frame, TransactionKind kind)
    {
        var results = new CommandResult[list.Commands.Length];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = Decide(list.Commands[i], list.Claims.Reused(i), frame, kind);
            if (!results[i].IsApplied)
            {
                return [.. list.Commands.Select(c => results[i] with { Id = c.Id })];
            }
        }
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
            : CommandDecision.Of(command, Find, frame, changes, house, this);
        if (status == CommandStatus.Applied && command is PublishFunding funding)
        {
            return Publish(funding, digest, frame);
        }
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
            _staged.Add(TransactionParty.Of(id), counts, new AppliedRecord(command.Id, digest, sequence, frame.Number,
                mine, counts ? [.. house.Where(h => !IsHere(h))] : []));
        }
        if (leg is not null)
        {
            LegConservation.Check(leg, books, LegConservation.Books(leg, Find, frame), house.Sum(h => h.Delta));
        }
        foreach (var entry in house.Where(IsHere))
        {
            _funds[entry.Asset.Id] += entry.Delta;
            _staged.Add(TransactionParty.Fund(entry.Asset.Id), counts: false,
                new AppliedRecord(command.Id, digest, sequence, frame.Number, [], [entry]));
        }
        _remembered.Add(command.Id, new RememberedCommand(digest, CommandStatus.Applied, sequence));
        return new CommandResult(command.Id, CommandStatus.Applied, sequence, frame.Number);
    }

    /// <summary>In force once the frames have settled it.</summary>
    private CommandResult Publish(PublishFunding command, PayloadDigest digest, PriceFrame frame)
    {
        var index = CommandDecision.FundingAfter(command, _funding.GetValueOrDefault(command.Instrument), frame);
        _funding[command.Instrument] = index;
        _staged.Add(TransactionParty.Frames, counts: true,
            new AppliedRecord(command.Id, digest, ++_fundings, frame.Number, [], []));
        _staged.Add(TransactionParty.Frames, counts: false, new FundingRecord(command.Instrument, index));
        _remembered.Add(command.Id, new RememberedCommand(digest, CommandStatus.Applied, _fundings));
        return new CommandResult(command.Id, CommandStatus.Applied, _fundings, frame.Number);
    }

    /// <summary>Whether an entry is of an insurance fund that is held.</summary>
    private bool IsHere(HouseEntry entry) =>
        entry.Account == HouseAccount.Insurance && _funds.ContainsKey(entry.Asset.Id);

    /// <summary>Whether everything, now that it is held, is as it was when the list was planned.</summary>
    private bool IsAs(PlannedMessage planned)
    {
        var id = new AccountId(planned.Account);
        return Find(id)?.Sequence == planned.Sequence && _sharing.GetValueOrDefault(id) == planned.Sharing
            && Array.TrueForAll(planned.Gains, g => Find(new AccountId(g.Account)) is { } payer
                && universe.Instrument(new InstrumentId(g.Instrument)) is { } market
                && MarketGain.Of(payer, market, new Price(g.Mark)) >= g.Least);
    }

    private static SortedDictionary<AssetId, decimal> Claimed(IEnumerable<CommandList> lists, Universe universe)
    {
        var (claims, paid) = (new SortedDictionary<AssetId, decimal>(), new Dictionary<AssetId, decimal>());
        foreach (var transfer in lists.SelectMany(l => l.Commands).OfType<InsuranceTransfer>()
            .Where(t => universe.Asset(t.Asset) is not null))
        {
            var left = paid[transfer.Asset] = paid.GetValueOrDefault(transfer.Asset) + transfer.Amount;
            if (left < 0m && -left > claims.GetValueOrDefault(transfer.Asset))
            {
                claims[transfer.Asset] = -left;
            }
        }
        return claims;
    }

    private Account? Find(AccountId id) => _accounts.GetValueOrDefault(id).Account;

    private bool Changes(AccountCommand command, TransactionParty party) =>
        TransactionParty.Of(command, universe).Contains(party);
}
