"""Where two published DM/GBP cases cannot be met, computed without the product.

    python3 dem2gbp.py FOLDER/data/dem2gbp_returns.csv

1. dmbp-loglik-max: the maximum in 40 digits (decimal arithmetic, exact first derivatives). The case's mean is 1.23e-6 of
   itself away from it, its own tolerance is 1e-6; the gradient at the case's point is 1e-4, at the maximum 0.
2. egarch11-dmbp: the source of its parameters, C. Cummins's TSP program (tspintl.com, examples/bench/egarch.tsp, March
   2000), prints four columns. The case has the parameters of the column "TSP, e(0) = mean" and the errors of the column
   "RATS", which were divided out of rounded t-statistics of a draft. Here: TSP's errors come back from the Hessian
   (numpy, central differences), RATS's from no estimator of the covariance.
"""
import sys
from decimal import Decimal as D, getcontext

import numpy as np
from scipy.optimize import minimize

getcontext().prec = 40
TEXT = [line.split(',')[1] for line in open(sys.argv[1]).read().split('\n')[1:] if line]


def garch(point, returns):
    """Log-likelihood without its constant, and gradient; e0^2 = h0 = mean(e^2), a function of the mean."""
    mu, omega, alpha, beta = point
    count = len(returns)
    mean = sum(returns) / count
    h = sum((x - mean) ** 2 for x in returns) / count + (mean - mu) ** 2
    square, slope = h, -2 * (mean - mu)
    first, value, gradient = [slope, D(0), D(0), D(0)], D(0), [D(0)] * 4
    for x in returns:
        first = [beta * first[0] + alpha * slope, beta * first[1] + 1, beta * first[2] + square, beta * first[3] + h]
        h = omega + alpha * square + beta * h
        e = x - mu
        value -= (h.ln() + e * e / h) / 2
        pull = (e * e / h - 1) / (2 * h)
        gradient = [g + pull * f for g, f in zip(gradient, first)]
        gradient[0] += e / h
        square, slope = e * e, -2 * e
    return value, gradient


def solve(matrix, right):
    rows = [list(row) + [value] for row, value in zip(matrix, right)]
    for i in range(4):
        pivot = max(range(i, 4), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in range(4):
            if k != i:
                factor = rows[k][i] / rows[i][i]
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i])]
    return [rows[i][4] / rows[i][i] for i in range(4)]


def maximum(start, returns):
    point, step = list(start), D('1e-15')
    for _ in range(5):
        gradient = garch(point, returns)[1]
        columns = []
        for j in range(4):
            ahead = [p + (step if i == j else 0) for i, p in enumerate(point)]
            columns.append([(a - b) / step for a, b in zip(garch(ahead, returns)[1], gradient)])
        move = solve([[columns[j][i] for j in range(4)] for i in range(4)], [-g for g in gradient])
        point = [p + m for p, m in zip(point, move)]
    return point


def egarch(point, returns, is_mean):
    mu, omega, alpha, beta, gamma = point
    e = returns - mu
    square = np.mean(e * e)
    log, z, total = np.log(square), np.mean(e) / np.sqrt(square) if is_mean else 0.0, 0.0
    for x in e:
        log = omega + alpha * z + gamma * (abs(z) - np.sqrt(2 / np.pi)) + beta * log
        z = x * np.exp(-0.5 * log)
        total += -0.5 * (np.log(2 * np.pi) + log + z * z)
    return total


def errors(point, returns, is_mean):
    steps = 1e-4 * np.maximum(np.abs(point), 0.01)
    hessian = np.empty((5, 5))
    for i in range(5):
        for j in range(5):
            a, b = np.eye(5)[i] * steps, np.eye(5)[j] * steps
            value = [egarch(point + s * a + t * b, returns, is_mean) for s, t in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
            hessian[i, j] = -(value[0] - value[1] - value[2] + value[3]) / (4 * steps[i] * steps[j])
    return np.sqrt(np.diag(np.linalg.inv(hessian)))


exact = [D(x) for x in TEXT]
case = [D(x) for x in ('-0.006190415985663677', '0.01076139875987673', '0.15313407085349615', '0.8059736584334773')]
best = maximum(case, exact)
print('gradient at the case   ', *(f'{g:.3e}' for g in garch(case, exact)[1]))
print('gradient at the maximum', *(f'{g:.3e}' for g in garch(best, exact)[1]))
print('maximum                ', *(f'{b:.17g}' for b in best))
print('case relative to it    ', *(f'{(c - b) / b:.3e}' for c, b in zip(case, best)))
print('likelihood gained      ', f'{garch(best, exact)[0] - garch(case, exact)[0]:.3e}')

floats = np.array([float(x) for x in TEXT])
start = np.array([-.01167873487, -.12633933747, -.03845788444, .91265373928, .33305592776])
print('published: mu omega alpha beta gamma', *start)
for name, is_mean in (('e(0) = mean', True), ('e(0) = 0', False)):
    found = minimize(lambda p: -egarch(p, floats, is_mean), start, method='Nelder-Mead',
                     options={'xatol': 1e-10, 'fatol': 1e-11, 'maxiter': 4000, 'maxfev': 8000}).x
    print(f'{name}: likelihood {egarch(found, floats, is_mean):.7f}', *(f'{x:.9f}' for x in found))
    print('  Hessian errors', *(f'{x:.7f}' for x in errors(found, floats, is_mean)))
print('TSP,  e(0) = mean 0.0083216 0.0272134 0.0182962 0.0161781 0.0387569')
print('RATS, rounded     0.00886   0.0285    0.0192    0.0168    0.0406')
