namespace OrleansLeverage.Kernel.Scenarios;

/// <summary>
/// How far a row's doubles can be from the exact decimals, ε, so that screening may over-report and never misses.
/// <code>
/// u = 2^-53. (double)decimal is within 4u (see the sweep's own bound). P positions, q quantity, V value of a unit in
/// a scenario, M its mark, D dampener, G groups ≤ P.
///
/// linear    Σ q·R + D, R = (V − M)·weight converted whole: two conversions 8u, P + 1 fused roundings of at most
///           Σ|q·R| + |D|                                                                  (P + 9)u of Σ|q|·|R| + |D|
/// grouped   weight·Σ over groups of t·f − m, t = Σ q·V and m = Σ q·M within (P + 9)u, discount f and weight converted
///           4u each, one rounding a group, G additions, one with the weight and D       (2P + 20)u of
///                                                                                 weight·Σ|q|·(|V|·f + |M|) + |D|
/// basis     as grouped, with the expiry's basis factor in place of f
/// equity    cash + Σ q·M: (P + 9)u of |cash| + Σ|q·M|
/// charges   Σ|q|·c + Σ q·d, |d| ≤ c: 2(P + 9)u of Σ|q|·c
/// netted    sums by expiry of q·δ and by strike of q within (P + 9)u of Σ|q·δ| and Σ|q|; of these the roll shock rises
///           by its rate, the delta shock f(D) = D·min(max(D − t, 0)·i, m) by 2m + t·i at most, the naked charge by
///           its rate; G further sums and 5 roundings                          (2P + 20)u of Σ|q|·(|δ|·slope + naked)
/// margin    (loss + shock)·factor + charges, and the comparison with a threshold: 4 conversions and roundings, 12u
/// initial   from maintenance by the difference of the factors, and charges of its own: 6 roundings more, 18u
///
/// ε ≤ u·(2P + 66)·X, X = |cash| + D + Σ|q|·x, x = (max|V|·F + |M|·F + what is netted of a unit)·max(1, factors)
///     + charges of a unit, F the largest of 1, the group's discounts by the largest weight, and its basis factor;
///     X itself is a sum of P roundings, a relative 10^-12 at most.
/// </code>
/// Taken: u·(128 + 4P)·X.
/// </summary>
internal static class ScenarioBound
{
    public static double Factor(int positions) => ScreeningBound.UnitRoundoff * (128 + 4 * positions);
}
