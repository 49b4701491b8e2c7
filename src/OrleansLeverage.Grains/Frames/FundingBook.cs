using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Core;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Grains.Accounts;
using OrleansLeverage.Grains.Storage;

namespace OrleansLeverage.Grains.Frames;

/// <summary>
/// What the frame grain keeps: the epoch, funding indices, and the commands that moved them.
/// <code>
/// version, epoch, applied, refused, (instrument, index)*, window of ids     and in version 2 what is prepared
/// </code>
/// </summary>
internal sealed class FundingBook(Universe universe, int windowCapacity)
{
    // the first where it says all, so that silos of both versions can read it
    private const byte Version = 1;
    private const byte VersionPrepared = 2;

    private readonly SortedDictionary<InstrumentId, decimal> _funding = [];
    private readonly CommandWindow _window = new(windowCapacity);
    private long _applied;
    private long _refused;

    public int Epoch { get; set; }

    /// <summary>By instrument of the universe; replaced, never changed.</summary>
    public decimal[] Indices { get; private set; } = new decimal[universe.Instruments.Count];

    public CommandWindow Window => _window;

    /// <summary>Funding of a list that is in force if the list commits; nothing else is decided until it has.</summary>
    public LegMessage? Prepared { get; set; }

    /// <summary>Takes in what a list published.</summary>
    public void Book(JournalRecord record, long nowMs)
    {
        switch (record)
        {
            case AppliedRecord applied:
                _applied++;
                _window.Add(applied.Id,
                    new RememberedCommand(applied.Digest, CommandStatus.Applied, applied.Sequence), nowMs);
                break;
            case FundingRecord funding:
                Set(funding.Instrument, funding.Index);
                break;
            default:
                throw new InvalidDataException($"a {record.GetType().Name} is no part of funding");
        }
    }

    /// <summary>The answer, and whether there is something new to write.</summary>
    public (CommandResult Result, bool IsNew) Decide(PublishFunding command, RememberedCommand? reused,
        PriceFrame frame, long nowMs)
    {
        var digest = AccountServices.Digest(command);
        if (_window.TryGet(command.Id, out var remembered))
        {
            return (remembered.Answer(command, digest, frame.Number), false);
        }
        if (reused is { } elsewhere)
        {
            return (elsewhere.Answer(command, digest, frame.Number), false);
        }
        if (_window.IsTooOld(command.Id) || _window.HasNoRoomFor(command.Id, nowMs))
        {
            return (new CommandResult(command.Id, _window.IsTooOld(command.Id) ? CommandStatus.IdTooOld
                : CommandStatus.Overloaded, 0L, frame.Number), false);
        }
        var (status, detail) = CommandDecision.Of(command, static _ => null, frame, [], []);
        if (status == CommandStatus.Applied)
        {
            Set(command.Instrument, CommandDecision.FundingAfter(command,
                _funding.GetValueOrDefault(command.Instrument), frame));
            _window.Add(command.Id, new RememberedCommand(digest, status, ++_applied), nowMs);
            return (new CommandResult(command.Id, status, _applied, frame.Number), true);
        }
        if (status.IsRecorded())
        {
            _refused++;
            _window.Add(command.Id, new RememberedCommand(digest, status, _applied), nowMs);
        }
        return (new CommandResult(command.Id, status, 0L, frame.Number, Detail: detail), status.IsRecorded());
    }

    public FundingBooks ToMessage() => new(_applied, _refused,
        [.. _funding.Select(f => new FundingIndexMessage(f.Key.Value, f.Value))]);

    public byte[] Write(ByteSink sink)
    {
        sink.Clear();
        sink.Byte(Prepared is null ? Version : VersionPrepared);
        sink.Number(Epoch);
        sink.Number(_applied);
        sink.Number(_refused);
        sink.Number(_funding.Count);
        foreach (var (instrument, index) in _funding)
        {
            sink.Text(instrument.Value);
            sink.Decimal(index);
        }
        BodyCodec.WriteWindow(sink, _window);
        if (Prepared is not null)
        {
            BodyCodec.WritePrepared(sink, Prepared);
        }
        return sink.ToArray();
    }

    public static FundingBook Read(ReadOnlySpan<byte> body, Universe universe, int windowCapacity, long nowMs)
    {
        var book = new FundingBook(universe, windowCapacity);
        if (body.IsEmpty)
        {
            return book;
        }
        var source = new ByteSource(body);
        var version = BodyCodec.Version(ref source, VersionPrepared, "the frame grain's state");
        book.Epoch = source.Number();
        book._applied = source.Long();
        book._refused = source.Long();
        for (var count = source.Count(); count > 0; count--)
        {
            book.Set(new InstrumentId(source.Text()), source.Decimal());
        }
        BodyCodec.ReadWindow(ref source, book._window, nowMs);
        book.Prepared = version == VersionPrepared ? BodyCodec.ReadPrepared(ref source) : null;
        source.End();
        return book;
    }

    private void Set(InstrumentId id, decimal index)
    {
        _funding[id] = index;
        if (universe.Instrument(id) is { } instrument)
        {
            var indices = (decimal[])Indices.Clone();
            indices[instrument.Index] = index;
            Indices = indices;
        }
    }
}
