using OrleansLeverage.Analytics.Systemic;

namespace OrleansLeverage.Analytics.Stress;

/// <summary>
/// The scenarios that every report shows: a grid of shocks, days that happened, all feeds together, and what markets do
/// besides falling. Quant reference §20.
/// </summary>
public static class ScenarioLibrary
{
    private const string Btc = "BTC-USD";
    private const string Eth = "ETH-USD";

    /// <summary>Least that is left of a feed that is moved by a beta.</summary>
    private const double FallMax = -0.95;

    /// <summary>
    /// Daily returns of Bitcoin and Ether against the previous close, from public daily history; null where the series
    /// begins later. Other feeds move by their beta against Bitcoin's.
    /// </summary>
    private static readonly (string Day, string Note, double BtcClose, double BtcLow, double? EthClose,
        double? EthLow)[] Days =
    [
        ("2017-09-04", "ban of token sales in China", -0.07563886774, -0.10354881182, null, null),
        ("2020-03-12", "pandemic sell-off", -0.37169538560, -0.38565418693, -0.42347221465, -0.42930390832),
        ("2021-05-19", "ban of mining in China", -0.13766122609, -0.28497032310, -0.27200349417, -0.42236102637),
        ("2022-06-13", "Celsius halts withdrawals", -0.15974726028, -0.17268061626, -0.16650362093, -0.18216530253),
        ("2022-11-08", "run on FTX", -0.10006131595, -0.14557580018, -0.15029774551, -0.19708651429),
        ("2022-11-09", "run on FTX, second day", -0.14349022467, -0.15417384422, -0.17456449730, -0.18723234294),
    ];

    /// <summary>The whole library, in a fixed order.</summary>
    public static IReadOnlyList<StressScenario> Standard(ExposureBook book) => Standard(ScenarioMarket.Of(book));

    public static IReadOnlyList<StressScenario> Standard(ScenarioMarket market) =>
    [
        .. Grid(market), .. CorrelationOne(market), .. Historical(market), .. Venue(market),
    ];

    /// <summary>Each risky feed alone, down and up.</summary>
    public static IEnumerable<StressScenario> Grid(ScenarioMarket market, params IReadOnlyList<double> moves)
    {
        foreach (var move in moves.Count > 0 ? moves : [-0.30, -0.20, -0.10, 0.10, 0.20, 0.30])
        {
            for (var feed = 0; feed < market.Feeds.Count; feed++)
            {
                if (market.Betas[feed] != 0.0 && market.Marked.Contains(feed))
                {
                    yield return new StressScenario($"{market.Feeds[feed]} {Percent(move)}", StressKind.Grid,
                        Only(market, feed, move));
                }
            }
        }
    }

    /// <summary>All feeds together by their betas: what diversification is worth when it is needed.</summary>
    public static IEnumerable<StressScenario> CorrelationOne(ScenarioMarket market)
    {
        foreach (var move in (double[])[-0.30, -0.20, -0.10, 0.10, 0.20, 0.30])
        {
            yield return StressScenario.Together($"correlation one {Percent(move)}", StressKind.CorrelationOne,
                market.Betas, move);
        }
    }

    public static IEnumerable<StressScenario> Historical(ScenarioMarket market)
    {
        foreach (var day in Days)
        {
            yield return Day(market, $"{day.Day} to close", day.Note, day.BtcClose, day.EthClose);
            yield return Day(market, $"{day.Day} to low", day.Note, day.BtcLow, day.EthLow);
        }
        yield return Crash(market);
    }

    /// <summary>
    /// 10 October 2025: what venues' accounts of the hour name as lows, not a daily series. Reliability reference §9
    /// (bitcoin -15 %, others -50 %, stable collateral at 0.65); ether from 4,390 to 3,460 as reported.
    /// </summary>
    private static StressScenario Crash(ScenarioMarket market) => new("2025-10-10 to low", StressKind.Historical,
        [
            .. market.Feeds.Select((feed, i) => feed switch
            {
                Btc => -0.15,
                Eth => -0.21,
                _ when market.Betas[i] == 0.0 => -0.35,
                _ => -0.50,
            }),
        ], Note: "liquidations of 19 billion USD, deleveraging on several venues; lows as reported");

    /// <summary>Depeg, outage, frozen oracle, funding, basis.</summary>
    public static IEnumerable<StressScenario> Venue(ScenarioMarket market)
    {
        var crash = StressScenario.Together("", StressKind.Grid, market.Betas, -0.20).Moves;
        var pegged = Enumerable.Range(0, market.Feeds.Count).Where(f => market.Betas[f] == 0.0).ToArray();
        if (pegged.Length > 0)
        {
            var moves = new double[market.Feeds.Count];
            foreach (var feed in pegged)
            {
                moves[feed] = -0.35;
            }
            yield return new StressScenario("stable collateral -35%", StressKind.CollateralDepeg, moves,
                Note: "USDe traded at 0.6567 on one venue on 10 Oct 2025");
        }
        var coins = new double[market.Feeds.Count];
        foreach (var feed in market.Collateral.Where(f => market.Betas[f] != 0.0))
        {
            coins[feed] = -0.20;
        }
        yield return new StressScenario("coin collateral -20%", StressKind.CollateralDepeg, coins,
            Note: "contracts on these feeds move with them");
        yield return new StressScenario("venue outage through -20%", StressKind.VenueOutage, crash,
            Note: "nobody is liquidated before the end of the move");
        yield return new StressScenario("oracle frozen through -20%", StressKind.OracleFreeze, crash,
            SeenMoves: new double[market.Feeds.Count], Note: "the venue sees the prices of before");
        yield return new StressScenario("funding 3% paid by longs", StressKind.FundingSpike,
            new double[market.Feeds.Count], FundingRate: 0.03, Note: "twelve payments of 0.25 %");
        yield return new StressScenario("funding 3% paid by shorts", StressKind.FundingSpike,
            new double[market.Feeds.Count], FundingRate: -0.03);
        yield return new StressScenario("contracts -5% under index", StressKind.BasisGap,
            new double[market.Feeds.Count], Basis: -0.05);
    }

    private static StressScenario Day(ScenarioMarket market, string name, string note, double btc, double? eth)
    {
        var moves = new double[market.Feeds.Count];
        for (var feed = 0; feed < moves.Length; feed++)
        {
            moves[feed] = market.Feeds[feed] switch
            {
                Btc => btc,
                Eth when eth is { } own => own,
                _ => Math.Max(FallMax, market.Betas[feed] * btc),
            };
        }
        return new StressScenario(name, StressKind.Historical, moves, Note: $"{note}; other feeds by their beta");
    }

    private static double[] Only(ScenarioMarket market, int feed, double move)
    {
        var moves = new double[market.Feeds.Count];
        moves[feed] = move;
        return moves;
    }

    private static string Percent(double move) => FormattableString.Invariant($"{move * 100.0:+0;-0}%");
}
