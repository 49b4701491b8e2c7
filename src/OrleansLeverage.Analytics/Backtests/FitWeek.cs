namespace OrleansLeverage.Analytics.Backtests;

/// <summary>
/// How the forecasts of one calendar week fitted. Of a right law's transforms u, both mean(u) − 1/2 and
/// mean(|2u − 1|) − 1/2 are zero in expectation with deviation 1/√(12·n), whatever the law: the first says that the
/// week fell or rose more than was said, the second that it moved more (above zero) or less than was said.
/// </summary>
/// <param name="FirstDay">Place of the week's first forecast return in the series.</param>
/// <param name="Expected">Exceptions that were to be expected.</param>
/// <param name="Bias">mean(u) − 1/2, −1/2 to 1/2.</param>
/// <param name="Spread">mean(|2u − 1|) − 1/2, −1/2 to 1/2.</param>
/// <param name="BiasScore">Bias in deviations.</param>
/// <param name="SpreadScore">Spread in deviations.</param>
/// <param name="Watches">What raised an alarm in the week: the running watches of the backtest, and
/// <c>bias</c> or <c>spread</c> where a score is beyond <see cref="ScoreAlarm"/>.</param>
public sealed record FitWeek(int FirstDay, int LastDay, int Days, int Exceptions, double Expected, double Bias,
    double BiasScore, double Spread, double SpreadScore, IReadOnlyList<string> Watches)
{
    /// <summary>One week in 370 of a right law is beyond it (normal law; Shewhart's three sigmas).</summary>
    public const double ScoreAlarm = 3.0;

    /// <param name="weekOf">The week that a return belongs to, never falling.</param>
    public static IReadOnlyList<FitWeek> Of(RollingBacktest backtest, Func<int, long> weekOf)
    {
        var alarms = backtest.Alarms.ToLookup(alarm => weekOf(alarm.Day), alarm => alarm.Watch);
        var weeks = new List<FitWeek>();
        var days = backtest.Days;
        for (var (from, to) = (0, 0); from < days.Count; from = to)
        {
            var week = weekOf(days[from].Day);
            var (bias, spread, exceptions) = (0.0, 0.0, 0);
            for (; to < days.Count && weekOf(days[to].Day) == week; to++)
            {
                var transform = days[to].Transform;
                bias += transform - 0.5;
                spread += Math.Abs((2.0 * transform) - 1.0) - 0.5;
                exceptions += days[to].IsException ? 1 : 0;
            }
            var n = to - from;
            var deviation = 1.0 / Math.Sqrt(12.0 * n);
            (bias, spread) = (bias / n, spread / n);
            var (biasScore, spreadScore) = (bias / deviation, spread / deviation);
            weeks.Add(new FitWeek(days[from].Day, days[to - 1].Day, n, exceptions, backtest.Plan.Tail * n, bias,
                biasScore, spread, spreadScore,
                [
                    .. alarms[week].Distinct(),
                    .. Math.Abs(biasScore) > ScoreAlarm ? ["bias"] : (string[])[],
                    .. Math.Abs(spreadScore) > ScoreAlarm ? ["spread"] : (string[])[],
                ]));
        }
        return weeks;
    }
}
