using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Codec;

/// <summary>
/// The exact state of one account in the bytes it needs. In memory assets and instruments are their places in the
/// universe; on disk and in hashes they are their names, so that the bytes outlive the universe.
/// <code>
/// sequence, episode, balances (asset, amount)*, positions (instrument, quantity, cost, realised, funding index, mode,
/// [isolated margin], [leverage])*, reservations (order, instrument, quantity, price)*
/// </code>
/// </summary>
internal static class AccountCodec
{
    private const int IsolatedBit = 1;
    private const int PortfolioBit = 2;
    private const int LeverageBit = 4;

    public static void Write(ByteSink sink, Account account, bool names)
    {
        sink.Number(account.Sequence);
        EventCodec.WriteEpisode(sink, account.Episode);
        sink.Number(account.Balances.Count);
        for (var i = 0; i < account.Balances.Count; i++)
        {
            var balance = account.Balances[i];
            WriteAsset(sink, balance.Asset, names);
            sink.Decimal(balance.Amount);
        }
        sink.Number(account.Positions.Count);
        for (var i = 0; i < account.Positions.Count; i++)
        {
            WritePosition(sink, account.Positions[i], names);
        }
        sink.Number(account.Reservations.Count);
        for (var i = 0; i < account.Reservations.Count; i++)
        {
            WriteReservation(sink, account.Reservations[i], names);
        }
    }

    public static Account Read(AccountId id, ReadOnlySpan<byte> bytes, Universe universe, bool names)
    {
        var source = new ByteSource(bytes);
        var account = Read(id, ref source, universe, names);
        source.End();
        return account;
    }

    public static Account Read(AccountId id, ref ByteSource source, Universe universe, bool names)
    {
        var sequence = source.Long();
        var episode = EventCodec.ReadEpisode(ref source);
        var balances = new Balance[source.Count()];
        for (var i = 0; i < balances.Length; i++)
        {
            balances[i] = new Balance(ReadAsset(ref source, universe, names), source.Decimal());
        }
        var positions = new Position[source.Count()];
        for (var i = 0; i < positions.Length; i++)
        {
            positions[i] = ReadPosition(ref source, universe, names);
        }
        var reservations = new Reservation[source.Count()];
        for (var i = 0; i < reservations.Length; i++)
        {
            reservations[i] = ReadReservation(ref source, universe, names);
        }
        if (names)
        {
            // another universe may have another order
            Array.Sort(balances, static (left, right) => left.Asset.Index.CompareTo(right.Asset.Index));
            Array.Sort(positions, static (left, right) => left.Instrument.Index.CompareTo(right.Instrument.Index));
        }
        return Account.Restore(id, sequence, episode, balances, positions, reservations);
    }

    public static void WritePosition(ByteSink sink, Position position, bool names)
    {
        WriteInstrument(sink, position.Instrument, names);
        sink.Decimal(position.Quantity.Value);
        sink.Decimal(position.Cost);
        sink.Decimal(position.RealisedProfit);
        sink.Decimal(position.FundingIndex);
        sink.Byte((byte)((position.Mode == MarginMode.Isolated ? IsolatedBit : position.Mode == MarginMode.Portfolio
            ? PortfolioBit : 0)
            | (position.LeverageSetting is null ? 0 : LeverageBit)));
        if (position.Mode == MarginMode.Isolated)
        {
            sink.Decimal(position.IsolatedMargin);
        }
        if (position.LeverageSetting is { } leverage)
        {
            sink.Decimal(leverage);
        }
    }

    public static Position ReadPosition(ref ByteSource source, Universe universe, bool names)
    {
        var instrument = ReadInstrument(ref source, universe, names);
        var quantity = source.Quantity();
        var (cost, realised, funding) = (source.Decimal(), source.Decimal(), source.Decimal());
        var bits = source.Byte();
        if (bits > (IsolatedBit | PortfolioBit | LeverageBit)
            || (bits & (IsolatedBit | PortfolioBit)) == (IsolatedBit | PortfolioBit))
        {
            throw new FormatException($"at byte {source.Position}: position of kind {bits}");
        }
        return new Position
        {
            Instrument = instrument,
            Quantity = quantity,
            Cost = cost,
            RealisedProfit = realised,
            FundingIndex = funding,
            Mode = (bits & IsolatedBit) != 0 ? MarginMode.Isolated : (bits & PortfolioBit) != 0 ? MarginMode.Portfolio
                : MarginMode.Cross,
            IsolatedMargin = (bits & IsolatedBit) != 0 ? source.Decimal() : 0m,
            LeverageSetting = (bits & LeverageBit) != 0 ? source.Decimal() : null,
        };
    }

    public static void WriteReservation(ByteSink sink, Reservation reservation, bool names)
    {
        sink.Wide(reservation.Order.Value);
        WriteInstrument(sink, reservation.Instrument, names);
        sink.Decimal(reservation.Quantity.Value);
        sink.Decimal(reservation.Price.Value);
    }

    public static Reservation ReadReservation(ref ByteSource source, Universe universe, bool names) =>
        new(new CommandId(source.Wide()), ReadInstrument(ref source, universe, names), source.Quantity(),
            source.Price());

    public static void WriteAsset(ByteSink sink, Asset asset, bool names)
    {
        if (names)
        {
            sink.Text(asset.Id.Value);
        }
        else
        {
            sink.Number(asset.Index);
        }
    }

    public static Asset ReadAsset(ref ByteSource source, Universe universe, bool names)
    {
        if (!names)
        {
            return universe.Assets[source.Place(universe.Assets.Count)];
        }
        var id = new AssetId(source.Text());
        return universe.Asset(id) ?? throw new FormatException($"asset {id} is not in the universe");
    }

    public static void WriteInstrument(ByteSink sink, Instrument instrument, bool names)
    {
        if (names)
        {
            sink.Text(instrument.Id.Value);
        }
        else
        {
            sink.Number(instrument.Index);
        }
    }

    public static Instrument ReadInstrument(ref ByteSource source, Universe universe, bool names)
    {
        if (!names)
        {
            return universe.Instruments[source.Place(universe.Instruments.Count)];
        }
        var id = new InstrumentId(source.Text());
        return universe.Instrument(id) ?? throw new FormatException($"instrument {id} is not in the universe");
    }
}
