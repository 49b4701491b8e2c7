using System.Globalization;
using System.Text;
using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Analytics.VolatilityIndex;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.OptionChains;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Volatility indices on Cboe's strips, on computed coin strips, and the variance swap.</summary>
internal static class VolatilityIndexCases
{
    // terms of the two white papers, which their cases name only in part
    private const double Rate2009 = 0.0038;
    private const double RateNear2014 = 0.000305;
    private const double RateNext2014 = 0.000286;
    private const double MinutesNear2014 = 35_924;
    private const double MinutesNext2014 = 46_394;

    public static void AddTo(CaseMap map) => map
        .Topic("vix_whitepaper.json", WhitePaper)
        .Topic("crypto_vol_index.json", Coin)
        .Topic("variance_swap_dkz.json", Swap);

    private static Answer WhitePaper(VectorCase vector)
    {
        var inputs = vector.Inputs;
        if (inputs.Has("minutes_current_day"))
        {
            MinutesToExpiry Term(string term) => new(inputs.Double("minutes_current_day"),
                inputs.Double($"minutes_settlement_{term}"), inputs.Double($"minutes_other_{term}"));
            return new Answer().With("T1", () => Term("near").Years).With("T2", () => Term("next").Years);
        }
        if (inputs.Has("dK"))
        {
            return new Answer().With("contribution", () => StripVariance.Contribution(
                inputs.Double("K"), inputs.Double("dK"), inputs.Double("Q")));
        }
        var file = StripFile.Read(Text(inputs, "data/" + inputs.Text("strip")), inputs.Text("strip"));
        var isFirst = inputs.Text("strip").Contains("2009", StringComparison.Ordinal);
        var near = StripVariance.Of(new OptionStrip(
            inputs.DoubleOrNull("N_T1") ?? (isFirst ? Days("T1_days", 9) : MinutesNear2014),
            inputs.DoubleOrNull("R1", "R") ?? (isFirst ? Rate2009 : RateNear2014), file.Terms[0].Rows));
        var next = StripVariance.Of(new OptionStrip(
            inputs.DoubleOrNull("N_T2") ?? (isFirst ? Days("T2_days", 37) : MinutesNext2014),
            inputs.DoubleOrNull("R2", "R") ?? (isFirst ? Rate2009 : RateNext2014), file.Terms[1].Rows));
        return new Answer()
            .With("F1", () => near.Forward)
            .With("F2", () => next.Forward)
            .With(["K0_1", "K0"], () => near.CentralStrike)
            .With("K0_2", () => next.CentralStrike)
            .With("near_lowest_put", () => near.Completeness.LowestStrike)
            .With("near_highest_call", () => near.Completeness.HighestStrike)
            .With("n_near", () => near.Contributions.Count)
            .With("n_next", () => next.Contributions.Count)
            .With("term1_near", () => near.ReplicationTerm)
            .With("term1_next", () => next.ReplicationTerm)
            .With("term2_near", () => near.ForwardTerm)
            .With("term2_next", () => next.ForwardTerm)
            .With("sigma2_near", () => near.Variance)
            .With("sigma2_next", () => next.Variance)
            .With(["vix", "vix_full"], () => IndexValue.Of(near, next).Points);

        double Days(string name, double otherwise) =>
            (inputs.DoubleOrNull(name) ?? otherwise) * MinutesToExpiry.PerDay;
    }

    private static Answer Coin(VectorCase vector)
    {
        var inputs = vector.Inputs;
        if (inputs.TextOrNull("data") is { } path)
        {
            return Chain(vector, path);
        }
        var days = inputs.Doubles("T_days");
        StripVariance Term(int at) => StripVariance.Of(Strip(inputs, days[at]));
        return new Answer()
            .With("sigma2_near", () => Term(0).Variance)
            .With("sigma2_next", () => Term(1).Variance)
            .With("index", () => IndexValue.Of(
                Term(0), Term(1), inputs.Double("target_days") * MinutesToExpiry.PerDay).Points);
    }

    /// <summary>A strip of computed prices: strikes first, last and step, volatility a number or a formula.</summary>
    private static OptionStrip Strip(CaseInputs inputs, double days)
    {
        var (forward, grid, rate) = (inputs.Double("F"), inputs.Doubles("strikes"), inputs.DoubleOrNull("r") ?? 0.0);
        var years = days * MinutesToExpiry.PerDay / MinutesToExpiry.PerYear;
        var market = new ForwardMarket(forward, years, Math.Exp(-rate * years), Math.Exp(-rate * years));
        var formula = inputs.Text("iv");
        var count = (int)Math.Round((grid[1] - grid[0]) / grid[2]) + 1;
        return new OptionStrip(days * MinutesToExpiry.PerDay, rate, Enumerable.Range(0, count).Select(i =>
        {
            var strike = grid[0] + (i * grid[2]);
            var volatility = Formula.Value(formula, name => name switch
            {
                "K" or "k" => strike,
                "F" or "S" or "f" => forward,
                "T" or "t" => years,
                "x" or "m" => Math.Log(strike / forward),
                _ => throw new UnmappedCase($"'{name}' in the formula '{formula}'"),
            });
            StripPrice Side(OptionRight right) => StripPrice.FromMark(market.Price(right, strike, volatility));
            return new StripRow(strike, Side(OptionRight.Call), Side(OptionRight.Put));
        }));
    }

    private static Answer Chain(VectorCase vector, string path)
    {
        var inputs = vector.Inputs;
        var chain = OptionChainFile.Read(Text(inputs, path), path).Chain;
        var expiry = chain.Expiries.First(day => day.ToString("dMMMyy", CultureInfo.InvariantCulture)
            .Equals(inputs.Text("expiry"), StringComparison.OrdinalIgnoreCase));
        var value = StripVariance.Of(ChainStrip.Of(chain, expiry, StripSource.Marks));
        return new Answer()
            .With("naive_vol_gt", () => vector.Expected.GetProperty("naive_vol_gt").GetDouble() is var bound
                && value.Points > bound ? bound : value.Points)
            .With("must_flag", () => value.Completeness.IsComplete ? null : StripCompleteness.IncompleteCode);
    }

    private static Answer Swap(VectorCase vector)
    {
        var inputs = vector.Inputs;
        IEnumerable<StrikeVolatility> Side(string name) => inputs.Elements(name).Select(pair =>
            new StrikeVolatility(pair[0].GetDouble(), pair[1].GetDouble()));
        return new Answer().With("fair_variance", () => VarianceSwap.Of(inputs.Double("S"), inputs.Double("T"),
            Side("puts"), Side("calls"), inputs.Double("dK"), inputs.Double("r"), inputs.Double("q")).FairVariance);
    }

    private static MemoryStream Text(CaseInputs inputs, string path) =>
        new(Encoding.UTF8.GetBytes(inputs.Tables.Text(path)));
}
