using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Deleveraging;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Deleveraging.Saga;
using OrleansLeverage.Tests.Domain;

namespace OrleansLeverage.Tests.Engine.Codec;

/// <summary>Values of every kind that is stored, drawn over their whole ranges; the same seed draws the same.</summary>
internal sealed class RandomRecords(int seed)
{
    private readonly Random _random = new(seed);

    public static Universe Universe => Books.Universe;

    /// <summary>Any decimal: every scale, every width of the mantissa, both signs, zeros of both signs.</summary>
    public decimal Decimal()
    {
        var bits = _random.Next(97);
        var mantissa = UInt128.Zero;
        for (var i = 0; i < bits; i++)
        {
            mantissa = (mantissa << 1) | (uint)_random.Next(2);
        }
        return new decimal(unchecked((int)(uint)mantissa), unchecked((int)(uint)(mantissa >> 32)),
            unchecked((int)(uint)(mantissa >> 64)),
            _random.Next(2) == 0, (byte)_random.Next(29));
    }

    public decimal Amount() => Math.Round((decimal)(_random.NextDouble() - 0.5) * Power(), _random.Next(9));

    public Account Account() => Books.RandomAccount(_random, Books.Frame());

    public JournalRecord Record() => _random.Next(7) switch
    {
        0 => new FrameRecord(Number(), _random.NextInt64(), _random.Next(100), Universe.Feeds.Where(_ => Coin())
            .Select(f => (f.Id, Decimal(), Pick<PriceState>(), _random.NextInt64(-5, 1L << 50))).ToArray(),
            Universe.Instruments.Where(_ => Coin()).Select(i => (i.Id, Decimal())).ToArray()),
        1 => new AppliedRecord(Id(), Digest(), _random.NextInt64(), Number(), Several(Change), Several(House)),
        2 => new RefusedRecord(Id(), Digest(), Pick<CommandStatus>(), Number()),
        3 => new TriggerRecord(Coin() ? Trigger() : null, Change(), Number()),
        4 => new AcknowledgedRecord(Word(20), _random.NextInt64()),
        5 => new DeleveragingRecord(Happened()),
        _ => new FundingRecord(Pick(Universe.Instruments).Id, Decimal()),
    };

    public SagaEvent Happened()
    {
        var (plan, timeMs) = (Id(), _random.NextInt64(-5, 1L << 50));
        return _random.Next(6) switch
        {
            0 => new PlanArmed(plan, timeMs, new DeleveragingOrder(plan, Pick(Universe.Instruments).Id,
                new AccountId(Word(64)), new DeleveragingRule
                {
                    Name = Word(64), Version = _random.Next(), Policy = Pick<DeleveragingPolicy>(),
                    Score = Pick<DeleveragingScore>(), IsHedgeAware = Coin(), IsProfitableOnly = Coin(),
                    ProfitShareMax = Decimal(),
                }, Word(64), Coin() ? Decimal() : null), Coin() ? 1 : -1, Round()),
            1 => new ExecutionBegan(plan, timeMs, Word(64)),
            2 => new LegsSent(plan, timeMs, _random.Next(), _random.Next()),
            3 => new RestCancelled(plan, timeMs),
            4 => new RoundPlanned(plan, timeMs, Round()),
            _ => new PlanEnded(plan, timeMs, Pick<DeleveragingStatus>(), Word(64), Word(20)),
        };
    }

    private RoundPlan Round() => new(Number(), _random.NextInt64(-5, 1L << 50), _random.NextInt64(-5, 1L << 50),
        _random.Next(), Decimal(), new Price(Math.Abs(Amount()) + 0.01m), Decimal(),
        Several(() => new LegPlan(new AccountId(Word(64)), Decimal(), _random.Next(), Coin() ? Decimal() : null,
            Decimal())));

    public AccountChange Change() => new(new AccountId(Word(64)), _random.NextInt64(), Several(Event));

    public AccountEvent Event() => _random.Next(5) switch
    {
        0 => new BalanceChanged(Pick(Universe.Assets), Decimal(), Decimal(), Pick<BalanceReason>()),
        1 => new PositionChanged(Position()),
        2 => new OrderReserved(new Reservation(Id(), Pick(Universe.Instruments), Quantity(),
            new Price(Math.Abs(Amount()) + 0.01m))),
        3 => new OrderReleased(Id()),
        _ => new EpisodeChanged(new RiskEpisode(Pick<RiskTier>(), _random.Next(1 << 20), Coin(), Coin(),
            (RiskTier)_random.Next((int)RiskTier.Healthy, (int)RiskTier.Liquidation))),
    };

    public HouseEntry House() => new(Pick<HouseAccount>(), Pick(Universe.Assets), Decimal());

    public Trigger Trigger() =>
        new(_random.NextInt64(), new AccountId(Word(64)), Pick<TriggerKind>(), Pick<RiskTier>(), Number(),
        _random.NextInt64(-5, 1L << 50), _random.NextInt64(), Decimal(), Decimal(), Decimal(), Decimal());

    public CommandId Id() => new(new UInt128((ulong)_random.NextInt64(), (ulong)_random.NextInt64()));

    private Position Position()
    {
        var mode = Pick<MarginMode>();
        return new Position
        {
            Instrument = Pick(Universe.Instruments),
            Quantity = Quantity(),
            Cost = Decimal(),
            RealisedProfit = Decimal(),
            FundingIndex = Decimal(),
            Mode = mode,
            IsolatedMargin = mode == MarginMode.Isolated ? Decimal() : 0m,
            LeverageSetting = Coin() ? Decimal() : null,
        };
    }

    private Quantity Quantity() => new(Amount());

    private PayloadDigest Digest() =>
        new(unchecked((ulong)_random.NextInt64() * 3UL), unchecked((ulong)_random.NextInt64() * 5UL));

    private FrameNumber Number() => new(_random.Next(), _random.NextInt64());

    private string Word(int lengthMax) =>
        string.Create(_random.Next(1, lengthMax + 1), _random, static (span, random) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = "abcdefghijklmnopqrstuvwxyz0123456789"[random.Next(36)];
            }
        });

    private decimal Power() => (decimal)Math.Pow(10, _random.Next(12));

    private bool Coin() => _random.Next(2) == 0;

    private T[] Several<T>(Func<T> make) => Enumerable.Range(0, _random.Next(4)).Select(_ => make()).ToArray();

    private T Pick<T>(IReadOnlyList<T> list) => list[_random.Next(list.Count)];

    private T Pick<T>()
        where T : struct, Enum => Pick(Enum.GetValues<T>());
}
