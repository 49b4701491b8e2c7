using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Grains.Accounts;

/// <summary>This account's part in commands of several accounts.</summary>
public sealed partial class AccountGrain
{
    private protected override AccountServices Services => _services;

    private protected override bool IsDirty => _changes > 0 || Writer.IsBusy;

    private protected override LegMessage? Prepared
    {
        get => Book.Prepared;
        set => Book.Prepared = value;
    }

    public async Task<bool> RefuseAsync(TransactionKey transaction, RememberedMessage refusal)
    {
        if (!TryRelease(transaction, () => Remember(refusal)))
        {
            return false;
        }
        await Writer.WriteAsync();
        return true;
    }

    private protected override HoldMessage Shown(Ulid[] ids)
    {
        var book = Book;
        byte[]? bytes = null;
        if (book.Account is { } account)
        {
            var sink = AccountServices.Sink;
            sink.Clear();
            AccountCodec.Write(sink, account, names: true);
            bytes = sink.ToArray();
        }
        return new HoldMessage(true, bytes, book.Applied,
            [.. ids.Select(id => Standing(book.Window, id, _services.NowMs))])
        {
            Insurance = Insurance(book.House),
            Sharing = book.Sharing is { } sharing ? Ulid.Of(sharing.Opens) : default,
        };
    }

    private protected override async Task PreparingAsync()
    {
        if (!_isListed && Book.Account is null)
        {
            await GrainFactory.Roster(Id.Value).EnlistAsync(Id.Value);
            _isListed = true;
        }
    }

    private protected override void Apply(List<(bool Counts, JournalRecord Record)> records)
    {
        var book = Book;
        foreach (var (counts, record) in records)
        {
            book.Book(counts, (AppliedRecord)record, _services.NowMs);
        }
        Publish(book.Write(AccountServices.Sink), book.Account, book.Applied);
        records.ForEach(r => Tell((AppliedRecord)r.Record));
    }

    private protected override void Told() => Appear();

    private protected override void Changed() => _changes++;

    /// <summary>What this account's share of the house has for the insurance fund, by asset.</summary>
    private static HouseAmount[] Insurance(HouseLedger house) =>
    [
        .. house.Balances.Where(h => h.Account == HouseAccount.Insurance)
            .Select(h => new HouseAmount((byte)h.Account, h.Asset.Value, h.Amount)),
    ];

    private void Remember(RememberedMessage refusal)
    {
        var id = refusal.Command.ToId();
        if (!Book.Window.TryGet(id, out _))
        {
            Book.Refused++;
            Book.Window.Add(id, new RememberedCommand(new PayloadDigest(refusal.Whole, refusal.Fields),
                (CommandStatus)refusal.Status, refusal.Sequence), _services.NowMs);
            Changed();
        }
    }
}
