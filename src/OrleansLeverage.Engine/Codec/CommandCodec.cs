using System.Buffers.Binary;
using System.Security.Cryptography;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Codec;

/// <summary>
/// What a command asks for, without its id: a 64-bit digest that tells a repeat from a reuse, and eight bits per field
/// that tell which field differs.
/// </summary>
internal readonly record struct PayloadDigest(ulong Whole, ulong Fields)
{
    /// <summary>
    /// Name of the first field in which two payloads of one command type differ; null where none is known to.
    /// </summary>
    public string? FirstDifference(PayloadDigest other, IReadOnlyList<string> names)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if ((((Fields ^ other.Fields) >> (8 * i)) & 0xFF) != 0)
            {
                return names[i];
            }
        }
        return null;
    }
}

/// <summary>Field names and digests of commands. At most eight fields a command.</summary>
internal sealed class CommandCodec
{
    private readonly ByteSink _sink = new();
    private readonly byte[] _hash = new byte[SHA256.HashSizeInBytes];
    private ulong _fields;
    private int _count;
    private int _start;

    public static IReadOnlyList<string> FieldNames(AccountCommand command) => command switch
    {
        ApplyFill => ["type", "instrument", "price", "legs[0].account", "qty", "fee", "legs[1].account", "legs[1].qty"],
        Transfer => ["type", "from", "to", "asset", "amount"],
        Deposit or Withdraw => ["type", "account", "asset", "amount"],
        ReserveOrder => ["type", "account", "instrument", "qty", "price"],
        ReleaseOrder => ["type", "account", "order"],
        SettleFunding => ["type", "account", "instrument"],
        SetLeverage => ["type", "account", "instrument", "leverage"],
        SetMarginMode => ["type", "account", "instrument", "mode"],
        AssignIsolatedMargin => ["type", "account", "instrument", "amount"],
        ExpireInstrument => ["type", "account", "instrument", "settlementPrice"],
        Liquidate => ["type", "account"],
        InsuranceTransfer => ["type", "account", "asset", "amount", "isolated"],
        ImportAccount => ["type", "account", "balances", "positions"],
        PublishFunding => ["type", "instrument", "rate"],
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "has no fields"),
    };

    /// <summary>Not thread-safe: one writer.</summary>
    public PayloadDigest Digest(AccountCommand command)
    {
        _sink.Clear();
        (_fields, _count, _start) = (0UL, 0, 0);
        Field(s => s.Text(command is Withdraw ? nameof(Deposit) : command.GetType().Name));
        switch (command)
        {
            case ApplyFill fill:
                Field(fill.Instrument.Value);
                Field(fill.Price.Value);
                Field(fill.First.Account.Value);
                Field(fill.First.Quantity.Value);
                Field(s =>
                {
                    s.Decimal(fill.First.Fee);
                    s.Decimal(fill.Second.Fee);
                    s.Byte((byte)fill.Reason);
                });
                Field(fill.Second.Account.Value);
                Field(fill.Second.Quantity.Value);
                break;
            case Transfer transfer:
                Field(transfer.From.Value);
                Field(transfer.To.Value);
                Field(transfer.Asset.Value);
                Field(transfer.Amount);
                break;
            case PublishFunding funding:
                Field(funding.Instrument.Value);
                Field(funding.Rate);
                break;
            case SingleAccountCommand single:
                Field(single.Account.Value);
                Single(single);
                break;
        }
        SHA256.HashData(_sink.Written, _hash);
        return new PayloadDigest(BinaryPrimitives.ReadUInt64LittleEndian(_hash), _fields);
    }

    private void Single(SingleAccountCommand command)
    {
        switch (command)
        {
            case Deposit deposit:
                Field(deposit.Asset.Value);
                Field(deposit.Amount);
                break;
            case InsuranceTransfer transfer:
                Field(transfer.Asset.Value);
                Field(transfer.Amount);
                Field(transfer.Isolated?.Value ?? "");
                break;
            case Withdraw withdraw:
                Field(withdraw.Asset.Value);
                Field(-withdraw.Amount);
                break;
            case ReserveOrder reserve:
                Field(reserve.Instrument.Value);
                Field(reserve.Quantity.Value);
                Field(reserve.Price.Value);
                break;
            case ReleaseOrder release:
                Field(s => s.Wide(release.Order.Value));
                break;
            case SettleFunding settle:
                Field(settle.Instrument.Value);
                break;
            case SetLeverage set:
                Field(set.Instrument.Value);
                Field(set.Leverage);
                break;
            case SetMarginMode set:
                Field(set.Instrument.Value);
                Field(s => s.Byte((byte)set.Mode));
                break;
            case AssignIsolatedMargin assign:
                Field(assign.Instrument.Value);
                Field(assign.Amount);
                break;
            case ExpireInstrument expire:
                Field(expire.Instrument.Value);
                Field(expire.SettlementPrice.Value);
                break;
            case ImportAccount import:
                Field(s => WriteBalances(s, import));
                Field(s => WritePositions(s, import));
                break;
        }
    }

    private static void WriteBalances(ByteSink sink, ImportAccount import)
    {
        sink.Number(import.Balances.Count);
        foreach (var balance in import.Balances)
        {
            sink.Text(balance.Asset.Value);
            sink.Decimal(balance.Amount);
        }
    }

    private static void WritePositions(ByteSink sink, ImportAccount import)
    {
        foreach (var position in import.Positions)
        {
            sink.Text(position.Instrument.Value);
            sink.Decimal(position.Quantity.Value);
            sink.Decimal(position.EntryPrice.Value);
            sink.Flag(position.Leverage is not null);
            sink.Decimal(position.Leverage ?? 0m);
            sink.Decimal(position.IsolatedMargin);
        }
    }

    private void Field(string value)
    {
        _sink.Text(value);
        End();
    }

    private void Field(decimal value)
    {
        _sink.Decimal(value);
        End();
    }

    private void Field(Action<ByteSink> write)
    {
        write(_sink);
        End();
    }

    private void End()
    {
        var hash = 2166136261u;
        foreach (var b in _sink.Written[_start..])
        {
            hash = unchecked((hash ^ b) * 16777619u);
        }
        hash ^= hash >> 16;
        _fields |= (ulong)unchecked((byte)(hash ^ (hash >> 8))) << (8 * _count++);
        _start = _sink.Length;
    }
}
