using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Codec;

/// <summary>
/// Facts about accounts and entries of the house, by name, for the journal. Numbers never change meaning.
/// </summary>
internal static class EventCodec
{
    private const byte BalanceKind = 1;
    private const byte PositionKind = 2;
    private const byte ReservedKind = 3;
    private const byte ReleasedKind = 4;
    private const byte EpisodeKind = 5;

    public static void Write(ByteSink sink, AccountEvent fact)
    {
        switch (fact)
        {
            case BalanceChanged balance:
                sink.Byte(BalanceKind);
                AccountCodec.WriteAsset(sink, balance.Asset, names: true);
                sink.Decimal(balance.Delta);
                sink.Decimal(balance.After);
                sink.Byte((byte)balance.Reason);
                break;
            case PositionChanged position:
                sink.Byte(PositionKind);
                AccountCodec.WritePosition(sink, position.After, names: true);
                break;
            case OrderReserved reserved:
                sink.Byte(ReservedKind);
                AccountCodec.WriteReservation(sink, reserved.Reservation, names: true);
                break;
            case OrderReleased released:
                sink.Byte(ReleasedKind);
                sink.Wide(released.Order.Value);
                break;
            case EpisodeChanged episode:
                sink.Byte(EpisodeKind);
                WriteEpisode(sink, episode.After);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fact), fact.GetType().Name, "has no code");
        }
    }

    public static AccountEvent Read(ref ByteSource source, Universe universe)
    {
        var kind = source.Byte();
        return kind switch
        {
            BalanceKind =>
                new BalanceChanged(AccountCodec.ReadAsset(ref source, universe, names: true), source.Decimal(),
                source.Decimal(),
                source.Named<BalanceReason>()),
            PositionKind => new PositionChanged(AccountCodec.ReadPosition(ref source, universe, names: true)),
            ReservedKind => new OrderReserved(AccountCodec.ReadReservation(ref source, universe, names: true)),
            ReleasedKind => new OrderReleased(new CommandId(source.Wide())),
            EpisodeKind => new EpisodeChanged(ReadEpisode(ref source)),
            _ => throw new FormatException($"at byte {source.Position}: event kind {kind}"),
        };
    }

    public static void WriteHouse(ByteSink sink, HouseEntry entry)
    {
        sink.Byte((byte)entry.Account);
        AccountCodec.WriteAsset(sink, entry.Asset, names: true);
        sink.Decimal(entry.Delta);
    }

    public static HouseEntry ReadHouse(ref ByteSource source, Universe universe) =>
        new(source.Named<HouseAccount>(), AccountCodec.ReadAsset(ref source, universe, names: true), source.Decimal());

    public static void WriteEpisode(ByteSink sink, RiskEpisode episode)
    {
        // what is below a line is Healthy, Warning or MarginCall: two bits
        sink.Byte((byte)((int)episode.Raised | (episode.InLiquidation ? 0x10 : 0) | (episode.Inhibited ? 0x20 : 0)
            | ((int)(episode.WorstBelow - RiskTier.Healthy) << 6)));
        sink.Number(episode.FramesBelow);
    }

    public static RiskEpisode ReadEpisode(ref ByteSource source)
    {
        var bits = source.Byte();
        return (bits & 0x0F) <= (int)RiskTier.Bankrupt && bits < 0xC0
            ? new RiskEpisode((RiskTier)(bits & 0x0F), source.Number(), (bits & 0x10) != 0, (bits & 0x20) != 0,
                RiskTier.Healthy + (bits >> 6))
            : throw new FormatException($"at byte {source.Position}: episode {bits}");
    }
}
