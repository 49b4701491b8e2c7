using OrleansLeverage.Conformance.Mappings;

namespace OrleansLeverage.Conformance;

/// <summary>Turns a case into calls of the product's public API.</summary>
public delegate Answer CaseForm(VectorCase vector);

/// <summary>
/// Which form of the product answers a case: by file where the file is the topic, by (kind, venue) or kind otherwise.
/// Nothing here computes: a mapping reads names, calls the product, and names what it said.
/// </summary>
public sealed class CaseMap
{
    private readonly Dictionary<string, CaseForm> _topics = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Kind, string? Venue), CaseForm> _kinds = [];

    public static CaseMap Current { get; } = Build();

    public CaseForm? Find(VectorCase vector)
    {
        if (vector.Kind is not { } kind)
        {
            return _topics.GetValueOrDefault(vector.File);
        }
        return _kinds.GetValueOrDefault((kind, vector.Venue)) ?? _kinds.GetValueOrDefault((kind, null));
    }

    public CaseMap Topic(string file, CaseForm form)
    {
        _topics.Add(file, form);
        return this;
    }

    public CaseMap Kind(string kind, CaseForm form, string? venue = null)
    {
        _kinds.Add((kind, venue), form);
        return this;
    }

    private static CaseMap Build()
    {
        var map = new CaseMap()
            .Topic(Informational.WorkedExample, AdlAllocations.Answer)
            .Topic("anomaly_detection.json", AnomalyCases.Answer)
            .Topic("cppi.json", CppiCases.Answer)
            .Topic("crypto_market_anchors.json", CryptoAnchors.Answer)
            .Topic("fire_sale_systemic.json", FireSaleCases.Answer)
            .Topic("first_passage_liquidation_prob.json", FirstPassageCases.Answer)
            .Topic("garch_benchmarks.json", VolatilityCases.Benchmark)
            .Topic("garch_recursion_quantlib.json", VolatilityCases.Recursion)
            .Topic("gjr_garch_options.json", VolatilityCases.Option)
            .Topic("leverage_identities.json", LeverageIdentities.Answer)
            .Topic("oracle_heartbeat.json", OracleHeartbeat.Answer)
            .Topic("performance_ratios.json", PerformanceCases.Answer)
            .Topic("tax_lots.json", TaxLotCases.Answer)
            .Topic("var_backtests.json", VarBacktestCases.Answer);
        ContractCases.AddTo(map);
        MarginCases.AddTo(map);
        TierCases.AddTo(map);
        LiquidationCases.AddTo(map);
        FundingCases.AddTo(map);
        IntegerCases.AddTo(map);
        AccountCases.AddTo(map);
        CascadeCases.AddTo(map);
        RowCases.AddTo(map);
        WeightedCases.AddTo(map);
        FixedPointCases.AddTo(map);
        PoolCases.AddTo(map);
        SkewCases.AddTo(map);
        FundCases.AddTo(map);
        DeleveragingCases.AddTo(map);
        WaterfallCases.AddTo(map);
        VannaVolgaCases.AddTo(map);
        VolatilityIndexCases.AddTo(map);
        OptionCases.AddTo(map);
        PortfolioMarginCases.AddTo(map);
        return map;
    }
}
