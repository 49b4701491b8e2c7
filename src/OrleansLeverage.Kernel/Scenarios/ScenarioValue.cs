using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel.Scenarios;

/// <summary>
/// One row, scenario by scenario: what the vectors do, said plainly, to the bit. Amounts in the settlement asset.
/// <code>
/// margin at most = (loss + shock)·factor + charges + ε       equity at least = equity − ε
/// </code>
/// </summary>
public readonly record struct ScenarioValue(
    double WorstLoss, byte Worst, double Equity, double Shock, double Charge, double Magnitude, double Error)
{
    /// <summary>Of a row that holds something without a price.</summary>
    public static ScenarioValue Unknown { get; } = new(
        double.NaN, ScenarioChunk.NoScenario, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);

    internal static unsafe ScenarioValue Of(ScenarioChunk chunk, int row, ScenarioVectors marks)
    {
        var quantity = chunk.Quantity + row * chunk.Positions;
        var unit = chunk.Unit + row * chunk.Positions;
        Span<double> side = [0d, 0d, 0d, 0d];
        Span<double> sums = stackalloc double[marks.Lanes];
        sums.Clear();
        if (!marks.IsGrouped)
        {
            new Span<double>(marks.Start, marks.Lanes).CopyTo(sums);
        }
        var basis = 0d;
        if (marks.IsGrouped)
        {
            for (var from = 0; from < chunk.Positions;)
            {
                var to = from + 1;
                while (to < chunk.Positions && marks.Groups[unit[to]] == marks.Groups[unit[from]])
                {
                    to++;
                }
                basis += AddGroup(quantity + from, unit + from, to - from, marks, sums, side);
                from = to;
            }
            for (var s = 0; s < sums.Length; s++)
            {
                sums[s] = Math.FusedMultiplyAdd(sums[s], marks.Weights[s], marks.Start[s]);
            }
        }
        else
        {
            for (var p = 0; p < chunk.Positions; p++)
            {
                var values = marks.Values + (long)unit[p] * marks.Stride;
                AddSide(quantity[p], values + marks.Lanes, side);
                for (var s = 0; s < sums.Length; s++)
                {
                    sums[s] = Math.FusedMultiplyAdd(quantity[p], values[s], sums[s]);
                }
            }
        }
        var least = 0d;
        var worst = ScenarioChunk.NoScenario;
        for (var s = marks.FirstScenario; s < marks.FirstScenario + marks.ScenarioCount; s++)
        {
            if (sums[s] < least)
            {
                (least, worst) = (sums[s], (byte)(s - marks.FirstScenario));
            }
        }
        if (basis < least)
        {
            (least, worst) = (basis, ScenarioChunk.BasisScenario);
        }
        var equity = chunk.Cash[row] + side[0];
        var magnitude = Math.Abs(chunk.Cash[row]) + marks.DampenerMax + side[3];
        var charges = marks.Netting.IsAny ? marks.Netting.Of(quantity, unit, chunk.Positions) : default;
        // a unit without a price makes all of its row a matter of guessing
        return double.IsNaN(side[3])
            ? Unknown
            : new ScenarioValue(0d - least, worst, equity, charges.Shock, side[1] + side[2]
                + charges.Naked * marks.Netting.NakedMaintenance, side[3], chunk.ErrorFactor * magnitude);
    }

    /// <summary>Maintenance margin, never less than the exact one.</summary>
    public double MarginAtMost(ScenarioVectors marks) =>
        (WorstLoss + Shock) * marks.MaintenanceFactor + Charge + Error;

    /// <summary>Never better than what the exact layer finds.</summary>
    internal RiskTier Tier(ScenarioVectors marks, in ScenarioThresholds at)
    {
        if (double.IsNaN(Equity))
        {
            return RiskTier.Unknown;
        }
        var margin = MarginAtMost(marks);
        var equity = Equity - Error;
        return equity < 0d || (equity == 0d && Magnitude > 0d) ? RiskTier.Bankrupt
            : margin > at.Liquidation * equity ? RiskTier.Liquidation
            : margin == 0d || margin < at.Warning * equity ? RiskTier.Healthy
            : margin < at.MarginCall * equity ? RiskTier.Warning
            : RiskTier.MarginCall;
    }

    private static unsafe double AddGroup(double* quantity, ushort* unit, int count, ScenarioVectors marks,
        Span<double> sums, Span<double> side)
    {
        Span<double> ownSide = [0d, 0d, 0d, 0d];
        Span<double> own = stackalloc double[sums.Length];
        own.Clear();
        for (var p = 0; p < count; p++)
        {
            var values = marks.Values + (long)unit[p] * marks.Stride;
            AddSide(quantity[p], values + marks.Lanes, ownSide);
            for (var s = 0; s < own.Length; s++)
            {
                own[s] = Math.FusedMultiplyAdd(quantity[p], values[s], own[s]);
            }
        }
        var terms = marks.Terms + marks.Groups[unit[0]] * ScenarioVectors.TermWidth;
        var turns = marks.Turns + (terms[3] != 0d ? marks.Lanes : 0);
        var mark = ownSide[0];
        for (var s = 0; s < own.Length; s++)
        {
            var profit = Math.FusedMultiplyAdd(own[s], own[s] < 0d ? terms[1] : terms[0], -mark);
            sums[s] += double.IsNegative(turns[s]) ? -Math.Abs(profit) : profit;
        }
        for (var i = 0; i < side.Length; i++)
        {
            side[i] += ownSide[i];
        }
        var basis = Math.Min(Math.Min(own[marks.BasisUp] - mark, own[marks.BasisDown] - mark), 0d);
        return terms[2] == 0d ? 0d : basis * terms[2];
    }

    private static unsafe void AddSide(double quantity, double* of, Span<double> side)
    {
        side[0] = Math.FusedMultiplyAdd(quantity, of[0], side[0]);
        side[1] = Math.FusedMultiplyAdd(quantity, of[1], side[1]);
        side[2] = Math.FusedMultiplyAdd(Math.Abs(quantity), of[2], side[2]);
        side[3] = Math.FusedMultiplyAdd(Math.Abs(quantity), of[3], side[3]);
    }
}

/// <summary>Margin over equity from which a row is told of.</summary>
public readonly record struct ScenarioThresholds(double Warning, double MarginCall, double Liquidation)
{
    public static ScenarioThresholds Default => new(0.7, 0.85, 1.0);
}
