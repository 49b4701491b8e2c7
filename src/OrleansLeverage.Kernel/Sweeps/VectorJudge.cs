using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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

    /// <summary>
    /// How far the distribution follows the sums: numbers of eight rows stored at once can be loaded one by one only
    /// when they have reached the cache, and until then there is other work.
    /// </summary>
    private const int Behind = 3 * Width;
    private const ulong EachByte = 0x0101_0101_0101_0101UL;
    private const long BucketBase = (1023L - 4) << 4;

    /// <summary>Any leverage of the first bucket that is one step below the second.</summary>
    private const double LowestLeverage = 0.0615;
    private const double HighestLeverage = 4096d;

    public static void Judge(Chunk chunk, MarkVector marks, SweepPart part, bool isFull)
    {
        part.Open(chunk);
        var values = part.Values;
        var places = part.Places;
        var masses = values.Masses;
        var byPlace = part.Moved.Gross;
        Found found;
        if (marks.Moved < chunk.Head.HealthyUntil)
        {
            AddUp<False>(chunk, marks, values, isFull, places, byPlace, out found);
        }
        else
        {
            AddUp<True>(chunk, marks, values, isFull, places, byPlace, out found);
            part.RowsDecided += Chunk.Rows;
        }
        var tiers = stackalloc ulong[Chunk.Rows / Width];
        new Span<ulong>(tiers, Chunk.Rows / Width).Fill(EachByte * (int)RiskTier.Healthy);
        for (var rows = found.Odd | found.AtRisk; rows != 0; rows &= rows - 1)
        {
            var row = BitOperations.TrailingZeroCount(rows);
            var isOdd = (found.Odd >> row & 1) != 0;
            byPlace[places[row]] -= isOdd ? masses[row] : 0;
            JudgeOne(chunk, row, marks, values, places + row, (byte*)tiers, isOdd);
            byPlace[places[row]] += isOdd ? masses[row] : 0;
        }
        for (var rows = isFull ? found.Odd : found.Odd | found.Moved; rows != 0; rows &= rows - 1)
        {
            var row = BitOperations.TrailingZeroCount(rows);
            if (chunk.Place[row] != places[row])
            {
                Move(chunk, row, places[row], masses[row], part, isFull);
            }
        }
        if (isFull)
        {
            part.CountLater(chunk.Place, found.Moved & ~found.Odd);
        }
        if ((found.Odd | found.AtRisk) != 0 || !AreAllHealthy(chunk))
        {
            CountTiers(chunk, marks, part, tiers, isFull);
        }
        part.Close(chunk);
    }

    /// <summary>
    /// Sums over the rows with positive equity and a net position, which is nearly all; the others are odd. Nothing is
    /// called in the loop, so that what adds up stays in registers.
    /// <para>
    /// Whether a row is at risk is decided for a chunk and a while. Let D = warning ratio · balance − maintenance be
    /// positive when it was decided, and a = Moved − Moved then. U and p have grown by a factor of at most e^a, so
    /// |Δ(q·W)| and |Δn| are at most n·(e^a − 1), |Δ(a·p)| at most |a·p|·(e^a − 1), and maintenance, being continuous,
    /// grows by at most its largest rate times Σ|Δn|. D falls by at most (e^a − 1)·slope·M, and stays positive for
    /// e^a − 1 &lt; x = D / (slope·M), which a ≤ x / (1 + x) implies. What D is off at both times, and the ε by which a
    /// tier gives way, are three ε of <see cref="ScreeningBound"/>; eight are taken off x, and 10^-12 for its own
    /// roundings.
    /// </para>
    /// </summary>
    private static void AddUp<TDecides>(Chunk chunk, MarkVector marks, ChunkValues values, bool isFull,
        ushort* places, long* byPlace, out Found found)
        where TDecides : struct, IFlag
    {
        ref var head = ref chunk.Head;
        var column = values.Equity;
        var masses = (double*)values.Masses;
        var placeColumn = chunk.Place;
        var equityColumn = chunk.Equity;
        var grossColumn = equityColumn + Chunk.Rows;
        var sums = (double*)chunk.Sums;
        var isExtended = chunk.Class.HasExtras;
        var bucketOrigin = T.Of(BucketBase - 1 - (chunk.Class.IsMarketMaker ? Distribution.Half : 0));
        var bias = T.Of(FixedPoint.Bias);
        var squareBias = T.Of(FixedPoint.SquareBias);
        var errorFactor = T.Of(chunk.Class.ErrorFactor);
        var warningRatio = T.Of(-marks.WarningRatio);
        T equities = T.Zero, equityHigh = T.Zero, equityLow = T.Zero, initials = T.Zero, borrowed = T.Zero;
        T grossHigh = T.Zero, grossLow = T.Zero, maintenances = T.Zero, grosses = T.Zero, nets = T.Zero;
        T longEquity = T.Zero, largestGross = T.Zero, largestRisk = T.Zero;
        ulong odd = 0, atRisk = 0, moved = 0;
        var decisionSlope = T.Of(-marks.DecisionSlope);
        var room = T.Of(1d);
        var ahead = values.AheadFigures;
        for (var i = 0; i < Chunk.Rows; i += Width)
        {
            if (i >= Behind)
            {
                Scatter(byPlace, places + i - Behind, (long*)masses + i - Behind);
            }
            Sse.Prefetch0(ahead + i);
            Sse.Prefetch0(ahead + i + Chunk.Rows);
            var equity = T.Load(column + i);
            var gross = T.Load(column + 2 * Chunk.Rows + i);
            var net = T.Load(column + 3 * Chunk.Rows + i);
            var maintenance = T.Load(column + 4 * Chunk.Rows + i);
            var magnitude = T.Load(column + 6 * Chunk.Rows + i);
            var error = T.Fused(errorFactor, magnitude, T.Of(ScreeningBound.DecimalFloor));
            var solvent = equity > error;
            T overWarning, risk;
            if (isExtended)
            {
                overWarning = T.Load(column + 7 * Chunk.Rows + i);
                risk = T.Load(column + 10 * Chunk.Rows + i);
            }
            else
            {
                var balance = T.Load(column + Chunk.Rows + i);
                overWarning = T.Fused(warningRatio, balance, maintenance);
                risk = T.Min(T.Of(1d), T.DivideRoughly(maintenance, maintenance + balance));
            }
            if (TDecides.IsSet)
            {
                // the ratio of a warning is the lowest: who is below it is healthy
                atRisk |= (ulong)(T.BitsGreater(T.Zero - error, overWarning) ^ 0xFF) << i;
                // of a free row it is none, and the minimum passes it by
                room = T.Min(overWarning / (magnitude * decisionSlope), room);
            }
            odd |= (ulong)(T.BitsGreater(T.Keep(solvent, T.Abs(net)), T.Zero) ^ 0xFF) << i;

            var e = T.Keep(solvent, equity);
            var g = T.Keep(solvent, gross);
            largestGross = T.Max(g, largestGross);
            // of a row without a price it is none, and the maximum passes it by
            largestRisk = T.Max(risk, largestRisk);
            equities = T.AddIntegers(equities, e + bias);
            AddSquare(e * e, bias, squareBias, ref equityHigh, ref equityLow);
            AddSquare(g * g, bias, squareBias, ref grossHigh, ref grossLow);
            initials = T.AddIntegers(initials, T.Load(column + 5 * Chunk.Rows + i) + bias);
            borrowed = T.AddIntegers(borrowed, T.Max(g - e, T.Zero) + bias);
            maintenances = T.AddIntegers(maintenances, maintenance + bias);
            var mass = g + bias;
            grosses = T.AddIntegers(grosses, mass);
            nets = T.AddIntegers(nets, net + bias);
            // twice the share, in twice the quantum; of a row without notional it is none, and the maximum 0
            var longShare = T.Max((gross + net) * (e / g), T.Zero);
            longEquity = T.AddIntegers(longEquity, longShare + T.Of(2d * FixedPoint.Bias));

            // exponent and four bits of mantissa of the leverage number its bucket
            var leverage = T.Min(T.Max(g / e, T.Of(LowestLeverage)), T.Of(HighestLeverage));
            var bucket = T.SubtractIntegers(T.ShiftRight(leverage, 48), bucketOrigin);
            var side = T.KeepNegative(net, T.Of((long)LeverageHistogram.Buckets));
            var place = T.Narrow(T.AddIntegers(bucket, side));
            place.Store(places + i);
            moved |= (ulong)(~Vector128.Equals(place, Vector128.Load(placeColumn + i)).ExtractMostSignificantBits()
                & 0xFF) << i;
            T.Store(masses + i, T.SubtractIntegers(mass, isFull ? bias : T.Load(grossColumn + i) + bias));
            T.Store(equityColumn + i, equity);
            T.Store(grossColumn + i, g);
        }
        for (var i = Chunk.Rows - Behind; i < Chunk.Rows; i += Width)
        {
            Scatter(byPlace, places + i, (long*)masses + i);
        }
        var biases = (double*)values.SumBiases;
        T.Store(sums, T.SubtractIntegers(T.AddAcross(equities, equityHigh, equityLow, initials, borrowed, grossHigh,
            grossLow, maintenances), T.Load(biases)));
        T.Store(sums + Width, T.SubtractIntegers(T.AddAcross(grosses, nets, longEquity, equities, T.Zero, T.Zero,
            T.Zero, T.Zero), T.Load(biases + Width)));
        head.LargestGross = T.Largest(largestGross);
        head.LargestRisk = T.Largest(largestRisk);
        if (TDecides.IsSet)
        {
            var x = 1d - T.Largest(T.Of(1d) - room) - (1e-12 + 8d * chunk.Class.ErrorFactor / marks.DecisionSlope);
            head.HealthyUntil = x > 0d && !chunk.Class.HasTerms ? marks.Moved + x / (1d + x) * (1d - 1e-9) : 0d;
        }
        found = new Found(odd, atRisk, moved);
    }

    /// <summary>
    /// The tier of a row that is not plainly healthy. An odd one is free, or without positive equity, or of unknown
    /// prices, or leans to no side: what it is counted as, and what the others' way has made of it put right.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void JudgeOne(Chunk chunk, int row, MarkVector marks, ChunkValues values, ushort* place,
        byte* tiers, bool isOdd)
    {
        var value = values.Get(row);
        var factor = chunk.Class.ErrorFactor;
        if (!chunk.Class.HasExtras)
        {
            value.JudgeCross(marks);
        }
        if (value.IsKnown && value.Gross > 0d)
        {
            // above 1 where a bucket has no balance, which the vectors leave out
            chunk.Head.LargestRisk = Math.Max(chunk.Head.LargestRisk,
                chunk.Class.HasExtras ? values.Risk[row] : value.Risk);
        }
        tiers[row] = (chunk.State[row] & Chunk.FreeRow) != 0 ? Chunk.NoTier : (byte)value.Tier(factor);
        if (!isOdd)
        {
            return;
        }
        var isSolvent = value.Equity > value.Error(factor);
        var gross = value.IsKnown ? value.Gross : 0d;
        if (isSolvent && !(gross > 0d))
        {
            chunk.Sums[ChunkSum.HoldersEquity] -= FixedPoint.Of(value.Equity);
        }
        if (!isSolvent && value.IsKnown)
        {
            chunk.Sums[ChunkSum.InsolventGross] += FixedPoint.Of(gross);
            chunk.Sums[ChunkSum.Deficit] += FixedPoint.Of(Math.Max(0d, -value.Equity));
        }
        if (!isSolvent)
        {
            // added without a look at the equity; of a row without a price, bits that mean nothing
            chunk.Sums[ChunkSum.Initial] -= FixedPoint.Of(value.Initial);
            chunk.Sums[ChunkSum.Maintenance] -= FixedPoint.Of(value.Maintenance);
            chunk.Sums[ChunkSum.Net] -= FixedPoint.Of(value.Net);
            // the vectors have stored 0 in the place of the gross notional, and taken what it was out
            values.Masses[row] += FixedPoint.Of(gross);
            chunk.Gross[row] = gross;
        }
        *place = ScalarSweep.Place(chunk.Class, value, isSolvent);
    }

    /// <summary>True where every row is healthy, was so before, and nothing else was told of any.</summary>
    private static bool AreAllHealthy(Chunk chunk)
    {
        // states and tiers lie side by side
        var healthy = Vector256.Create((byte)RiskTier.Healthy);
        var all = Vector256.Equals(Vector256.Load(chunk.State), healthy)
            & Vector256.Equals(Vector256.Load(chunk.State + 32), healthy)
            & Vector256.Equals(Vector256.Load(chunk.Tier), healthy)
            & Vector256.Equals(Vector256.Load(chunk.Tier + 32), healthy);
        return all == Vector256<byte>.AllBitsSet;
    }

    /// <summary>Tiers and nominations of a chunk where not all is well, or was not.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CountTiers(Chunk chunk, MarkVector marks, SweepPart part, ulong* tiers, bool isFull)
    {
        for (var i = 0; i < Chunk.Rows; i += Width)
        {
            var tier = tiers[i / Width];
            var before = *(ulong*)(chunk.Tier + i);
            if (((tier ^ EachByte) | (before ^ EachByte)) != 0)
            {
                MoveTiers(chunk, i, tier, before, part.Values.Masses + i, part, isFull);
            }
            if (tier == *(ulong*)(chunk.State + i))
            {
                continue;
            }
            for (var row = i; row < i + Width; row++)
            {
                if (!chunk.Class.HasExtras)
                {
                    var value = part.Values.Get(row);
                    value.JudgeCross(marks);
                    part.Values.OverLiquidation[row] = value.OverLiquidation;
                }
                part.NominateIfDue(chunk, row, (RiskTier)((byte*)tiers)[row]);
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

    /// <summary>Adds what eight rows have, or have more than before, where they are in the distribution.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scatter(long* byPlace, ushort* places, long* masses)
    {
        var four = *(ulong*)places;
        byPlace[(ushort)four] += masses[0];
        byPlace[(ushort)(four >> 16)] += masses[1];
        byPlace[(ushort)(four >> 32)] += masses[2];
        byPlace[four >> 48] += masses[3];
        four = *(ulong*)(places + 4);
        byPlace[(ushort)four] += masses[4];
        byPlace[(ushort)(four >> 16)] += masses[5];
        byPlace[(ushort)(four >> 32)] += masses[6];
        byPlace[four >> 48] += masses[7];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddSquare(T square, T bias, T squareBias, ref T high, ref T low)
    {
        var biased = square + squareBias;
        high = T.AddIntegers(high, biased);
        low = T.AddIntegers(low, square - (biased - squareBias) + bias);
    }

    /// <summary>Rows of a chunk, a bit each: that are odd, that may be at risk, whose place is another.</summary>
    private readonly record struct Found(ulong Odd, ulong AtRisk, ulong Moved);
}
