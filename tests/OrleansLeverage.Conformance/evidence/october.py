"""Why three of the seven sums of oct10-policy-cumulative cannot be met, computed without the product.

    python3 october.py FOLDER/data/adl_2025_10_10/policy_per_wave_metrics.csv

The three rules are continuous: what they take is what is needed, and the true overshoot is 0. What the study prints is the
last bit of budgets of up to 5,584,124 USD (9e-10 USD); the case allows 1e-9 of such a sum, 4e-18 USD. The exact sum of the
printed rows and their sum in doubles agree with each other and not with the case. Its other four sums follow from the rows
and are held by the runner; their own distances show that the case was made from budgets that had lost their last bits.
"""
import csv
import math
import sys
from fractions import Fraction

CASE = {'pr': 4.076127879670821e-09, 'pnl_pr': 1.583225639478769e-08, 'eq_pr': -3.376499080331996e-09,
        'prod': 45028665.71913682, 'vector': -1793022.0318415537, 'contract_pr': -3020120.6472503343,
        'fixed_point_ilp_integer': 92186.98724420856}
ROWS = list(csv.DictReader(open(sys.argv[1])))
for policy, expected in CASE.items():
    printed = [row['overshoot_' + policy] for row in ROWS]
    exact = sum(map(Fraction, printed))
    budgets = sum(float(row['budget_' + policy]) - float(row['budget_needed']) for row in ROWS)
    bit = max(math.ulp(float(row['budget_' + policy])) for row in ROWS)
    distance = abs(float(exact) - expected)
    print(f'{policy:24} case {expected!r:22} rows, exact {float(exact)!r:22} budgets {budgets!r:22}',
          f'distance {distance:.1e} of {abs(expected) * 1e-9:.1e} allowed; last bit of a budget {bit:.1e}')
