using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>
/// The second half of a vector sweep: eight rows at a time, tiers as bits and sums as integers
/// (<see cref="FixedPoint"/>); then a look at single rows, by far most of them only to add to the distribution.
/// </summary>
internal static unsafe class VectorJudge<T>
    where T : struct, ILanes<T>
{
    private const int Width = 8;
    private const ulong EachByte = 0x0101_0101_0101_0101UL;
    private const long BucketBase = (1023L - 4) << 4;

    /// <summary>Any leverage of the first bucket that is one step below the second.</summary>
    private const double LowestLeverage = 0.0615;
    private const double HighestLeverage = 4096d;

    public static void Judge(Chunk chunk, MarkVector marks, SweepPart part, bool isFull)
    {
        part.Open(chunk);
        var tiers = stackalloc ulong[Chunk.Rows / Width];
        var odd = AddUp(chunk, marks, part.Values, tiers, isFull);
        for (; odd != 0; odd &= odd - 1)
        {
            JudgeOdd(chunk, BitOperations.TrailingZeroCount(odd), part.Values, (byte*)tiers, isFull);
        }
        Count(chunk, part, tiers, isFull);
        part.Close(chunk);
    }

    /// <summary>
    /// The rows with positive equity and a net position, which is nearly all; bits of the others are returned. Nothing
    /// is called in the loop, so that what adds up stays in registers.
    /// </summary>
    private static ulong AddUp(Chunk chunk, MarkVector marks, ChunkValues values, ulong* tiers, bool isFull)
    {
        ref var head = ref chunk.Head;
        var column = values.Equity;
        var equityColumn = chunk.Equity;
        var grossColumn = equityColumn + Chunk.Rows;
        var maintenanceColumn = equityColumn + 2 * Chunk.Rows;
        var sums = equityColumn + 3 * Chunk.Rows;
        var isExtended = chunk.Class.HasExtras;
        var bucketOrigin = T.Of(BucketBase - 1 - (chunk.Class.IsMarketMaker ? Distribution.Half : 0));
        var bias = T.Of(FixedPoint.Bias);
        var squareBias = T.Of(FixedPoint.SquareBias);
        var errorFactor = T.Of(chunk.Class.ErrorFactor);
        var warningRatio = T.Of(-marks.WarningRatio);
        var marginCallRatio = T.Of(-marks.MarginCallRatio);
        var liquidationRatio = T.Of(-marks.LiquidationRatio);
        T equities = T.Zero, equityHigh = T.Zero, equityLow = T.Zero, initials = T.Zero, borrowed = T.Zero;
        T grossHigh = T.Zero, grossLow = T.Zero, maintenances = T.Zero, grosses = T.Zero, nets = T.Zero;
        T longEquity = T.Zero, largestGross = T.Zero, largestRisk = T.Zero;
        var odd = 0UL;
        for (var i = 0; i < Chunk.Rows; i += Width)
        {
            var equity = T.Load(column + i);
            var balance = T.Load(column + Chunk.Rows + i);
            var gross = T.Load(column + 2 * Chunk.Rows + i);
            var net = T.Load(column + 3 * Chunk.Rows + i);
            var maintenance = T.Load(column + 4 * Chunk.Rows + i);
            var error = T.Fused(errorFactor, T.Load(column + 6 * Chunk.Rows + i), T.Of(ScreeningBound.DecimalFloor));
            var solvent = equity > error;
            T overWarning, overMarginCall, overLiquidation, risk;
            if (isExtended)
            {
                overWarning = T.Load(column + 7 * Chunk.Rows + i);
                overMarginCall = T.Load(column + 8 * Chunk.Rows + i);
                overLiquidation = T.Load(column + 9 * Chunk.Rows + i);
                risk = T.Load(column + 10 * Chunk.Rows + i);
            }
            else
            {
                overWarning = T.Fused(warningRatio, balance, maintenance);
                overMarginCall = T.Fused(marginCallRatio, balance, maintenance);
                overLiquidation = T.Fused(liquidationRatio, balance, maintenance);
                risk = T.Select(balance > T.Zero, T.DivideRoughly(maintenance, maintenance + balance),
                    T.Of(1d) + gross);
                T.Store(column + 9 * Chunk.Rows + i, overLiquidation);
                T.Store(column + 10 * Chunk.Rows + i, risk);
            }
            var below = T.Zero - error;
            var liquidation = ~T.Bits(overLiquidation < below) & 0xFF;
            var marginCall = liquidation | (~T.Bits(overMarginCall < below) & 0xFF);
            var warning = marginCall | (~T.Bits(overWarning < below) & 0xFF);
            tiers[i / Width] = EachByte + Spread(warning) + Spread(marginCall) + Spread(liquidation);
            odd |= (ulong)(~T.Bits(T.Keep(solvent, T.Abs(net)) > T.Zero) & 0xFF) << i;

            var e = T.Keep(solvent, equity);
            var g = T.Keep(solvent, gross);
            largestGross = T.Max(g, largestGross);
            largestRisk = T.Max(T.Keep(solvent, risk), largestRisk);
            equities = T.AddIntegers(equities, e + bias);
            AddSquare(e * e, bias, squareBias, ref equityHigh, ref equityLow);
            AddSquare(g * g, bias, squareBias, ref grossHigh, ref grossLow);
            initials = T.AddIntegers(initials, T.Keep(solvent, T.Load(column + 5 * Chunk.Rows + i)) + bias);
            borrowed = T.AddIntegers(borrowed, T.Max(g - e, T.Zero) + bias);
            maintenances = T.AddIntegers(maintenances, T.Keep(solvent, maintenance) + bias);
            grosses = T.AddIntegers(grosses, g + bias);
            nets = T.AddIntegers(nets, T.Keep(solvent, net) + bias);
            var longShare = T.Of(0.5) * (gross + net) * (equity / gross);
            longEquity = T.AddIntegers(longEquity, T.Keep(g > T.Zero, longShare) + bias);

            // exponent and four bits of mantissa of the leverage number its bucket
            var leverage = T.Min(T.Max(g / e, T.Of(LowestLeverage)), T.Of(HighestLeverage));
            var bucket = T.SubtractIntegers(T.ShiftRight(leverage, 48), bucketOrigin);
            var side = T.Keep(net < T.Zero, T.Of((long)LeverageHistogram.Buckets));
            T.Store(column + 11 * Chunk.Rows + i, T.AddIntegers(bucket, side));
            var was = isFull ? bias : T.Load(grossColumn + i) + bias;
            T.Store(column + 12 * Chunk.Rows + i, T.SubtractIntegers(g + bias, was));
            T.Store(equityColumn + i, equity);
            T.Store(maintenanceColumn + i, maintenance);
            T.Store(grossColumn + i, g);
        }
        T.Store(sums, T.AddAcross(equities, equityHigh, equityLow, initials, borrowed, grossHigh, grossLow,
            maintenances));
        T.Store(sums + Width, T.AddAcross(grosses, nets, longEquity, equities, T.Zero, T.Zero, T.Zero, T.Zero));
        for (var i = 0; i <= ChunkSum.HoldersEquity; i++)
        {
            ((long*)sums)[i] -= Chunk.Rows * (i is ChunkSum.EquitySquaredHigh or ChunkSum.GrossSquaredHigh
                ? FixedPoint.SquareBiasBits
                : FixedPoint.BiasBits);
        }
        head.LargestGross = Largest(largestGross);
        head.LargestRisk = Largest(largestRisk);
        return odd;
    }

    /// <summary>
    /// A row that is free, or without positive equity, or whose prices are not known, or that leans to no side: what it
    /// is counted as, and what the others' way has made of it put right.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void JudgeOdd(Chunk chunk, int row, ChunkValues values, byte* tiers, bool isFull)
    {
        var value = values.Get(row);
        var factor = chunk.Class.ErrorFactor;
        var isFree = (chunk.State[row] & Chunk.FreeRow) != 0;
        var isSolvent = value.Equity > value.Error(factor);
        var gross = value.IsKnown ? value.Gross : 0d;
        if (!(gross > 0d))
        {
            value.OverWarning = value.OverMarginCall = value.OverLiquidation = double.NegativeInfinity;
            values.OverLiquidation[row] = double.NegativeInfinity;
        }
        else if (!chunk.Class.HasExtras)
        {
            // the tier of one bucket, which the vectors have already
            value.OverWarning = tiers[row] >= (int)RiskTier.Warning ? 0d : double.NegativeInfinity;
            value.OverMarginCall = tiers[row] >= (int)RiskTier.MarginCall ? 0d : double.NegativeInfinity;
        }
        tiers[row] = isFree ? Chunk.NoTier : (byte)value.Tier(factor);
        if (isSolvent && !(gross > 0d))
        {
            chunk.Sums[ChunkSum.HoldersEquity] -= FixedPoint.Of(value.Equity);
        }
        if (!isSolvent && value.IsKnown)
        {
            chunk.Sums[ChunkSum.InsolventGross] += FixedPoint.Of(gross);
            chunk.Sums[ChunkSum.Deficit] += FixedPoint.Of(Math.Max(0d, -value.Equity));
            if (gross > 0d)
            {
                chunk.Head.LargestRisk = Math.Max(chunk.Head.LargestRisk, values.Risk[row]);
            }
        }
        if (!isSolvent)
        {
            // the vectors have stored 0 in the place of the gross notional, and taken what it was out
            values.Masses[row] += FixedPoint.Of(gross);
            chunk.Gross[row] = gross;
        }
        values.Places[row] = ScalarSweep.Place(chunk.Class, value, isSolvent);
    }

    /// <summary>Places, tiers and nominations of single rows.</summary>
    private static void Count(Chunk chunk, SweepPart part, ulong* tiers, bool isFull)
    {
        var gross = part.Moved.Gross;
        var places = part.Values.Places;
        var masses = part.Values.Masses;
        for (var row = 0; row < Chunk.Rows; row++)
        {
            var place = places[row];
            gross[place] += masses[row];
            if (chunk.Place[row] != (ushort)place)
            {
                Move(chunk, row, (ushort)place, masses[row], part, isFull);
            }
        }
        for (var i = 0; i < Chunk.Rows; i += Width)
        {
            var tier = tiers[i / Width];
            var before = *(ulong*)(chunk.Tier + i);
            if (((tier ^ EachByte) | (before ^ EachByte)) != 0)
            {
                MoveTiers(chunk, i, tier, before, masses + i, part, isFull);
            }
            if (tier != *(ulong*)(chunk.State + i))
            {
                for (var k = 0; k < Width; k++)
                {
                    part.NominateIfDue(chunk, i + k, (RiskTier)(byte)(tier >> 8 * k));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Move(Chunk chunk, int row, ushort place, long mass, SweepPart part, bool isFull)
    {
        var before = chunk.Place[row];
        chunk.Place[row] = place;
        part.Moved.Counts[before]--;
        part.Moved.Counts[place]++;
        if (!isFull)
        {
            // the mass is the difference to what it was: that much was at the place before
            var was = FixedPoint.Of(chunk.Gross[row]) - mass;
            part.Moved.Gross[place] += was;
            part.Moved.Gross[before] -= was;
        }
    }

    /// <summary>Eight rows of which one is, or was, in another tier than Healthy.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MoveTiers(Chunk chunk, int row, ulong tiers, ulong before, long* masses, SweepPart part,
        bool isFull)
    {
        for (var k = 0; k < Width; k++)
        {
            var tier = (RiskTier)(byte)(tiers >> 8 * k);
            var old = (RiskTier)(byte)(before >> 8 * k);
            var quanta = FixedPoint.Of(chunk.Gross[row + k]);
            part.AddTierGross(tier, quanta);
            if (!isFull)
            {
                part.AddTierGross(old, masses[k] - quanta);
            }
            if (tier != old)
            {
                part.Moved.TierCounts[(int)old]--;
                part.Moved.TierCounts[(int)tier]++;
            }
        }
        *(ulong*)(chunk.Tier + row) = tiers;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddSquare(T square, T bias, T squareBias, ref T high, ref T low)
    {
        var biased = square + squareBias;
        high = T.AddIntegers(high, biased);
        low = T.AddIntegers(low, square - (biased - squareBias) + bias);
    }

    /// <summary>Bits 0 to 7, each the lowest of a byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Spread(uint bits) => Bmi2.X64.IsSupported
        ? Bmi2.X64.ParallelBitDeposit(bits, EachByte)
        : ((bits & 0x7FUL) * 0x0002_0408_1020_4081UL & EachByte) | ((bits & 0x80UL) << 49);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Largest(T lanes)
    {
        var values = stackalloc double[Width];
        T.Store(values, lanes);
        var largest = values[0];
        for (var k = 1; k < Width; k++)
        {
            largest = Math.Max(largest, values[k]);
        }
        return largest;
    }
}
