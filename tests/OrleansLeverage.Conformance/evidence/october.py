"""How the seven sums of oct10-policy-cumulative were added up, computed without the product.

    python3 october.py FOLDER/data/adl_2025_10_10/policy_per_wave_metrics.csv

Three of the rules are continuous: what they take is what is needed, and the true overshoot is 0, so that the case states
what rounding left. The running balance in doubles (what was taken added, then what was needed taken off, wave after wave)
gives all seven sums to the last bit; needed first, then taken, gives six. Not one of the three: the exact sum of the printed
overshoots, their sums in doubles in either order or compensated, the difference of the totals, the differences added up.
"""
import csv
import math
import sys
from fractions import Fraction

CASE = {'pr': 4.076127879670821e-09, 'pnl_pr': 1.583225639478769e-08, 'eq_pr': -3.376499080331996e-09,
        'prod': 45028665.71913682, 'vector': -1793022.0318415537, 'contract_pr': -3020120.6472503343,
        'fixed_point_ilp_integer': 92186.98724420856}
ROWS = list(csv.DictReader(open(sys.argv[1])))


def running(taken, needed, taken_first=True):
    balance = 0.0
    for x, y in zip(taken, needed):
        balance = balance + x - y if taken_first else balance - y + x
    return balance


for policy, expected in CASE.items():
    printed = [row['overshoot_' + policy] for row in ROWS]
    taken = [float(row['budget_' + policy]) for row in ROWS]
    needed = [float(row['budget_needed']) for row in ROWS]
    apart = [x - y for x, y in zip(taken, needed)]
    readings = {
        'running balance': running(taken, needed), 'needed first': running(taken, needed, False),
        'exact': float(sum(map(Fraction, printed))), 'printed, in order': sum(map(float, printed)),
        'printed, reversed': sum(map(float, printed[::-1])), 'printed, compensated': math.fsum(map(float, printed)),
        'totals': sum(taken) - sum(needed), 'differences': sum(apart), 'differences, compensated': math.fsum(apart),
    }
    print(policy, *(name for name, value in readings.items() if value == expected), sep=', ')
