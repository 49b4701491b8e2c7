namespace OrleansLeverage.Kernel;

/// <summary>
/// How far a row's doubles can be from the exact decimals, ε, so that screening may over-report and never misses.
/// <code>
/// u = 2^-53. (double)decimal is within 4u: low word, sum with the high word, power of ten, division.
/// M ≥ Σ|a·p| + Σ(|q·W| + |q|·A) + Σ|i·S|        what the row adds up, all as magnitudes
///     a amount (balance, or cash: costs added up in decimal), p price; i isolated cash; W gain, A |U|, S settlement
///     price per contract, from decimal once per frame (MarkVector); where |W| ≤ 2A for all of them, 3·Σ|q|·A
///     stands for both
///
/// a·p, q·W, |q|·A, i·S                two conversions 8u, product 1u                          9u of the term
/// (a·p)·weight                        + conversion 4u + product 1u                           14u
/// n·rate − amount                     n 9u, rate 4u, amount ≤ n 4u, fused 1u; at most 19u;
///                                     brackets begin EdgeMargin = 32u early and conversion moves an edge by 5u,
///                                     n by 9u: the wrong neighbour is used within 46u of an edge, and because the
///                                     margin is continuous there, costs at most 46u·n       65u of n
/// adding up C balances and P positions to balance or equity: at most C + 2P + 2 roundings of at most M each;
///                                     maintenance: P roundings of at most Σn
/// margin of scenarios                  comes with its own bound on top; in M once, one rounding
/// maintenance − threshold·balance     conversion 4u, fused 1u; at most                        6u
///
/// ε ≤ u·(65 + 14 + 6 + C + 2P + 2)·M, and M itself is a sum of at most C + 4P roundings, a relative 10^-12 at most.
/// </code>
/// Taken: u·(128 + C + 2P)·M. Below that lies what decimal itself rounds: the exact layer keeps 28 digits after the
/// point, half a unit of the last per operation; <see cref="DecimalFloor"/> covers 2,000 of those. Larger values have
/// 28 significant digits, far below u. Initial margin has a bound of its own, u·(128 + 2P) of itself, and is not
/// rounded up.
/// </summary>
internal static class ScreeningBound
{
    /// <summary>
    /// The same by the terms of a venue, where M also holds every maintenance margin, every counted amount and each
    /// position's cash and move apart:
    /// <code>
    /// counted balance   at most 64 parts of tiers, each a difference, a product and a sum     ≤ (64·3 + 23)u of it
    /// |q| in a rate     4u; base + slope·|q|: 4u + 4u + 2u more; times n: 9u + 1u             ≤ 24u of the margin
    /// closing rate, fixed and least margins: conversion 4u, product and two sums             ≤ 16u of the margin
    /// gain              cash·S 9u, q·gain 9u, weight 5u                                      ≤ 24u of the terms
    /// </code>
    /// Where a venue rounds down to a step (roots, weights), and where a rate jumps, the double is taken on the side
    /// that asks for more: within 10^-9 of a step it is a step too high, never too low; there the row is
    /// over-reported. Taken: u·(512 + 256·C + 8·P)·M.
    /// </summary>
    public static double FactorByTerms(int positions, int collateral) =>
        UnitRoundoff * (512 + 256 * collateral + 8 * positions);

    public const double UnitRoundoff = 1.1102230246251565e-16;

    public const double EdgeMargin = 32 * UnitRoundoff;

    public const double DecimalFloor = 1e-25;

    /// <summary>ε per magnitude M of a row with at most so many entries.</summary>
    public static double Factor(int positions, int collateral) => UnitRoundoff * (128 + collateral + 2 * positions);
}
