using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Codec;

/// <summary>
/// Records and accounts: round trips, and what other bytes than these are taken for: never for something else.
/// </summary>
public sealed class RecordCodecTests
{
    private static Universe Universe => RandomRecords.Universe;

    [Fact]
    public void Every_record_comes_back_as_it_was()
    {
        var random = new RandomRecords(21);
        for (var i = 0; i < 5_000; i++)
        {
            var record = random.Record();
            var bytes = Bytes(record);
            var back = Read(bytes);
            Assert.Equal(record.GetType(), back.GetType());
            Assert.Equal(bytes, Bytes(back));
            Assert.Equal(Shown(record), Shown(back));
        }
    }

    [Fact]
    public void Accounts_come_back_by_place_and_by_name_and_names_survive_another_order_of_the_universe()
    {
        var random = new RandomRecords(22);
        var other = Reversed(Universe);
        for (var i = 0; i < 2_000; i++)
        {
            var account = random.Account();
            account.Sequence = i;
            account.Apply(new EpisodeChanged(new RiskEpisode(RiskTier.MarginCall, i % 3, i % 2 == 0, i % 5 == 0)));
            foreach (var names in new[] { false, true })
            {
                var bytes = ByteCodecTests.Bytes(s => AccountCodec.Write(s, account, names));
                var back = AccountCodec.Read(account.Id, bytes, Universe, names);
                Assert.Equal(Shown(account), Shown(back));
                Assert.Equal(bytes, ByteCodecTests.Bytes(s => AccountCodec.Write(s, back, names)));
            }
            var named = ByteCodecTests.Bytes(s => AccountCodec.Write(s, account, names: true));
            var elsewhere = AccountCodec.Read(account.Id, named, other, names: true);
            Assert.Equal(Sorted(account), Sorted(elsewhere));
        }
    }

    [Fact]
    public void Bytes_that_were_cut_or_changed_are_refused_or_are_exactly_what_another_value_writes()
    {
        var random = new RandomRecords(23);
        var damage = new Random(24);
        var (refused, others) = (0, 0);
        for (var i = 0; i < 400; i++)
        {
            var bytes = Bytes(random.Record());
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.Throws<FormatException>(() => Read(bytes[..length]));
            }
            Assert.Throws<FormatException>(() => Read([.. bytes, 0]));
            for (var n = 0; n < 40; n++)
            {
                var damaged = (byte[])bytes.Clone();
                damaged[damage.Next(damaged.Length)] ^= (byte)(1 << damage.Next(8));
                if (TryRead(damaged) is { } value)
                {
                    // what the one form of another value is cannot be told from it here: that is what checksums are for
                    Assert.Equal(damaged, Bytes(value));
                    others++;
                }
                else
                {
                    refused++;
                }
            }
        }
        Assert.True(refused > 1_000 && others > 1_000, $"{refused} refused, {others} read as something else");
    }

    [Fact]
    public void Bytes_of_nothing_are_refused_and_take_no_memory()
    {
        var random = new Random(25);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            if (bytes.Length > 0 && random.Next(2) == 0)
            {
                bytes[0] = (byte)random.Next(9);
            }
            if (TryRead(bytes) is { } value)
            {
                Assert.Equal(bytes, Bytes(value));
            }
            if (TryReadAccount(bytes) is { } account)
            {
                Assert.Equal(new AccountId("x"), account.Id);
            }
        }
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 200_000_000);
    }

    [Fact]
    public void The_digest_of_a_payload_tells_every_field_and_says_which()
    {
        var codec = new CommandCodec();
        var (id, a, b) = (CommandId.Series(1, 1, 1), new AccountId("a"), new AccountId("b"));
        var perpetual = Universe.Instruments[0].Id;
        var fill = new ApplyFill(id, perpetual, new Price(5m), new FillLeg(a, new Quantity(1m), 0m),
            new FillLeg(b, new Quantity(-1m), 0m));
        var import = new ImportAccount(id, a, [new ImportedBalance(AssetId.Usd, 1m)],
            [new ImportedPosition(perpetual, new Quantity(1m), new Price(2m), 3m, 0.5m)]);
        (AccountCommand Base, AccountCommand Other, string Field)[] pairs =
        [
            (fill, fill with { Instrument = Universe.Instruments[1].Id }, "instrument"),
            (fill, fill with { Price = new Price(6m) }, "price"),
            (fill, fill with { Second = fill.Second with { Fee = 1m } }, "fee"),
            (fill, fill with { Reason = FillReason.Deleverage }, "fee"),
            (new Deposit(id, a, AssetId.Usd, 1m), new Deposit(id, a, AssetId.Usd, 2m), "amount"),
            (new Deposit(id, a, AssetId.Usd, 1m), new Withdraw(id, a, AssetId.Usd, 1m), "amount"),
            (new Transfer(id, a, b, AssetId.Usd, 1m), new Transfer(id, b, a, AssetId.Usd, 1m), "from"),
            (new Liquidate(id, a), new Liquidate(id, b), "account"),
            (new PublishFunding(id, perpetual, 0.1m), new PublishFunding(id, perpetual, 0.2m), "rate"),
            (new SetMarginMode(id, a, perpetual, MarginMode.Cross),
                new SetMarginMode(id, a, perpetual, MarginMode.Isolated), "mode"),
            (import, import with { Balances = [.. import.Balances, .. import.Balances] }, "balances"),
            (import, import with { Positions = [import.Positions[0] with { Leverage = null }] }, "positions"),
            (import with { Positions = [import.Positions[0] with { Leverage = 0m }] },
                import with { Positions = [import.Positions[0] with { Leverage = null }] }, "positions"),
            (new SettleFunding(id, a, perpetual), new Liquidate(id, a), "type"),
        ];
        foreach (var (one, other, field) in pairs)
        {
            var (left, right) = (codec.Digest(one), codec.Digest(other));
            Assert.NotEqual(left.Whole, right.Whole);
            Assert.Equal(field, left.FirstDifference(right, CommandCodec.FieldNames(one)));
            Assert.Equal(left, codec.Digest(one));
        }
        // 1.0 and 1 are one amount
        Assert.Equal(codec.Digest(new Deposit(id, a, AssetId.Usd, 1.0m)),
            codec.Digest(new Deposit(id, a, AssetId.Usd, 1m)));
    }

    private static byte[] Bytes(JournalRecord record) => ByteCodecTests.Bytes(s => JournalCodec.Write(s, record));

    private static JournalRecord Read(ReadOnlySpan<byte> bytes)
    {
        var source = new ByteSource(bytes);
        var record = JournalCodec.Read(ref source, Universe);
        source.End();
        return record;
    }

    /// <summary>Null where it is refused; any other exception than a format exception comes through.</summary>
    private static JournalRecord? TryRead(byte[] bytes)
    {
        try
        {
            return Read(bytes);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static Account? TryReadAccount(byte[] bytes)
    {
        try
        {
            return AccountCodec.Read(new AccountId("x"), bytes, Universe, names: bytes.Length % 2 == 0);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string Shown(JournalRecord record) => record switch
    {
        FrameRecord frame => $"{frame.Number} {frame.TimeMs} {frame.RulesVersion} "
            + string.Join(';', frame.Prices.Select(p => $"{p.Feed} {Decimals.Text(p.Price)} {p.State} {p.TimeMs}"))
            + string.Join(';', frame.Funding.Select(f => $"{f.Instrument} {Decimals.Text(f.Index)}")),
        AppliedRecord applied => $"{applied.Id} {applied.Digest} {applied.Sequence} {applied.Frame} "
            + $"{string.Join(';', applied.Changes.Select(Shown))} {string.Join(';', applied.House.Select(Shown))}",
        TriggerRecord trigger => $"{Shown(trigger.Trigger)} {Shown(trigger.Change)} {trigger.Frame}",
        // decimals of one value may be written with other zeros: shown by the bytes, which hold every field
        DeleveragingRecord => Convert.ToHexString(Bytes(record)),
        FundingRecord funding => $"{funding.Instrument} {Decimals.Text(funding.Index)}",
        _ => record.ToString(),
    };

    private static string Shown(Trigger? trigger) =>
        trigger is null ? "" : $"{trigger with { Equity = 0m, MarginBalance = 0m, MaintenanceMargin = 0m,
        GrossNotional = 0m }} {Text(trigger.Equity, trigger.MarginBalance, trigger.MaintenanceMargin,
            trigger.GrossNotional)}";

    private static string Shown(AccountChange change) =>
        $"{change.Account} {change.Sequence} {string.Join(',', change.Events.Select(Shown))}";

    private static string Shown(HouseEntry entry) => $"{entry.Account} {entry.Asset} {Decimals.Text(entry.Delta)}";

    private static string Shown(AccountEvent fact) => fact switch
    {
        BalanceChanged balance => $"{balance.Asset} {Text(balance.Delta, balance.After)} {balance.Reason}",
        PositionChanged position => Shown(position.After),
        _ => fact.ToString(),
    };

    private static string Shown(Position position) =>
        $"{position.Instrument} {position.Mode} {Text(position.Quantity.Value, position.Cost,
        position.RealisedProfit, position.FundingIndex, position.IsolatedMargin)} {(position.LeverageSetting is { } l
            ? Decimals.Text(l) : "none")}";

    private static string Shown(Account account) => $"{account.Id} {account.Sequence} {account.Episode} "
        + string.Join(';', account.Balances.Select(b => $"{b.Asset} {Decimals.Text(b.Amount)}"))
        + string.Join(';', account.Positions.Select(Shown)) + string.Join(';', account.Reservations);

    private static string Sorted(Account account) =>
        string.Join(';', account.Balances.Select(b => $"{b.Asset} {Decimals.Text(b.Amount)}").Order())
        + string.Join(';', account.Positions.Select(Shown).Order())
            + string.Join(';', account.Reservations.Select(r => $"{r.Order} {r.Instrument}").Order());

    private static string Text(params decimal[] values) => string.Join(' ', values.Select(Decimals.Text));

    /// <summary>The same universe with everything in the opposite order.</summary>
    private static Universe Reversed(Universe universe)
    {
        var feeds = universe.Feeds.Reverse().Select((f, i) => f with { Index = i }).ToArray();
        Feed Of(Feed feed) => feeds.First(f => f.Id == feed.Id);
        var assets = universe.Assets.Reverse()
            .Select((a, i) => a with { Index = i, PriceFeed = a.PriceFeed is { } feed ? Of(feed) : null }).ToArray();
        Asset Named(Asset asset) => assets.First(a => a.Id == asset.Id);
        return new Universe(universe.Version, universe.Rules, feeds, assets, universe.Instruments.Reverse()
            .Select((c, i) => c with
        {
            Index = i, MarkFeed = Of(c.MarkFeed), Base = Named(c.Base), Quote = Named(c.Quote),
                Settlement = Named(c.Settlement),
        }).ToArray());
    }
}
