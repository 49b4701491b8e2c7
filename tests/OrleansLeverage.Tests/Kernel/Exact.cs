using System.Numerics;
using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;
using Xunit;

namespace OrleansLeverage.Tests.Kernel;

/// <summary>What to hold the columns against: differences without rounding, the error bound from decimals.</summary>
internal static class Exact
{
    /// <summary>|value − exact| without a rounded step: both are integers over a power of two and of ten.</summary>
    public static double Distance(double value, decimal exact)
    {
        Assert.True(double.IsFinite(value), $"{value} is not finite");
        var bits = BitConverter.DoubleToInt64Bits(Math.Abs(value));
        var exponent = (int)(bits >> 52) == 0 ? -1074 : (int)(bits >> 52) - 1075;
        var mantissa = (bits & ((1L << 52) - 1)) | ((bits >> 52) == 0 ? 0L : 1L << 52);
        var ten = BigInteger.Pow(10, exact.Scale);
        Span<int> words = stackalloc int[4];
        decimal.GetBits(exact, words);
        var high = (BigInteger)unchecked((uint)words[2]);
        var digits = (high << 64) | unchecked(((ulong)(uint)words[1] << 32) | (uint)words[0]);
        digits = exact < 0m ? -digits : digits;
        var left = mantissa * ten * (value < 0d ? -1 : 1);
        var right = digits;
        (left, right) = exponent >= 0 ? (left << exponent, right) : (left, right << -exponent);
        // by logarithm: the integers may be beyond the range of a double, their quotient is not
        return left == right
            ? 0d
            : Math.Exp(BigInteger.Log(BigInteger.Abs(left - right)) - BigInteger.Log(ten)
                + Math.Min(exponent, 0) * Math.Log(2d));
    }

    /// <summary>ε of ScreeningBound for an account, from the exact layer's own terms.</summary>
    public static double Bound(AccountValuation value)
    {
        var magnitude = 0m;
        foreach (var balance in value.Account.Balances)
        {
            magnitude += Math.Abs(balance.Amount * value.Frame.UsdPrice(balance.Asset)!.Value);
        }
        foreach (var item in value.Positions)
        {
            var position = item.Position;
            var (quantity, settlement) = (position.Quantity.Value, item.SettlementPrice);
            var sign = position.Instrument.ProfitSign;
            var index = value.Frame.FundingIndex(position.Instrument);
            magnitude += Math.Abs(sign * item.SignedNotional - quantity * index * settlement);
            magnitude += Math.Abs(sign * position.Cost - quantity * position.FundingIndex) * settlement;
            magnitude += item.Notional + (item.IsIsolated ? Math.Abs(position.IsolatedMargin) * settlement : 0m);
        }
        var factor = ScreeningBound.Factor(value.Positions.Count, value.Account.Balances.Count);
        return factor * (double)magnitude + ScreeningBound.DecimalFloor;
    }

    /// <summary>Maintenance and balance of every margin bucket that holds something.</summary>
    public static IEnumerable<(decimal Maintenance, decimal Balance)> Buckets(AccountValuation value)
    {
        if (value.CrossMaintenanceMargin > 0m)
        {
            yield return (value.CrossMaintenanceMargin, value.CrossMarginBalance);
        }
        foreach (var position in value.Positions.Where(p => p.IsIsolated && p.Notional > 0m))
        {
            yield return (position.MaintenanceMargin, position.IsolatedBalance);
        }
    }

    /// <summary>True where a figure that decides the tier is within <paramref name="band"/> of its line.</summary>
    public static bool IsNearLine(AccountValuation value, RiskRules rules, double band)
    {
        decimal[] lines = [rules.WarningRatio, rules.MarginCallRatio, rules.LiquidationRatio];
        return Math.Abs((double)value.Equity) <= band
            || Buckets(value).Any(b => lines.Any(line => Math.Abs((double)(b.Maintenance - line * b.Balance)) <= band));
    }
}
