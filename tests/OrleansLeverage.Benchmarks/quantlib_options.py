"""The same options by QuantLib: one case a line on the standard input, with our results to compare.

Columns: right (1 or -1), forward, strike, years, volatility, price, delta, gamma, vega, theta, rho, implied volatility.
Ends with code 3 where QuantLib is not installed.
"""
import math
import sys
import time

try:
    import QuantLib as ql
except ImportError:
    sys.exit(3)

cases = [[float(x) for x in line.split()] for line in sys.stdin]
kinds = [ql.Option.Call if c[0] > 0 else ql.Option.Put for c in cases]


def sensitivities():
    rows = []
    for c, kind in zip(cases, kinds):
        _, forward, strike, years, volatility = c[:5]
        black = ql.BlackCalculator(ql.PlainVanillaPayoff(kind, strike), forward, volatility * math.sqrt(years), 1.0)
        rows.append((black.value(), black.deltaForward(), black.gammaForward(), black.vega(years),
                     black.theta(forward, years), black.rho(years)))
    return rows


def implied():
    return [ql.blackFormulaImpliedStdDev(kind, c[2], c[1], c[5], 1.0, 0.0, ql.nullDouble(), 1e-14, 200)
            / math.sqrt(c[3]) for c, kind in zip(cases, kinds)]


def best(work, rounds=9):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return result, sorted(times)[rounds // 2]


def largest(mine, theirs):
    return max(abs(a / b - 1.0) for a, b in zip(mine, theirs) if b)


rows, seconds = best(sensitivities)
print(f"{ql.__version__} through Python: price and five sensitivities of {len(cases)} series: p50 {seconds * 1e3:.3f} ms")
for place, name in enumerate(("price", "delta", "gamma", "vega", "theta", "rho")):
    print(f"largest relative difference of {name}: {largest([c[5 + place] for c in cases], [r[place] for r in rows]):.1e}")
found, seconds = best(implied)
print(f"implied volatility of {len(cases)} prices: p50 {len(cases) / seconds / 1e6:.3f} M/s, largest relative error "
      f"{largest(found, [c[4] for c in cases]):.1e}")
