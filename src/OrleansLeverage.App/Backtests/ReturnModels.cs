using OrleansLeverage.Analytics.Backtests;
using OrleansLeverage.Analytics.Models;
using OrleansLeverage.App.Output;

namespace OrleansLeverage.App.Backtests;

/// <summary>Models by the names that people type.</summary>
internal static class ReturnModels
{
    private static readonly (string Name, Func<IReturnModel> Make)[] Known =
    [
        ("historical", () => new HistoricalSimulation()),
        ("ewma-normal", () => new EwmaModel(EwmaLaw.Normal)),
        ("ewma-student", () => new EwmaModel(EwmaLaw.Student)),
        ("ewma-filtered", () => new EwmaModel(EwmaLaw.Filtered)),
        ("garch-normal", () => new FittedVolatility(VarianceModel.Garch, Innovation.Normal)),
        ("garch-student", () => new FittedVolatility(VarianceModel.Garch, Innovation.StudentT)),
        ("gjr-normal", () => new FittedVolatility(VarianceModel.Gjr, Innovation.Normal)),
        ("gjr-student", () => new FittedVolatility(VarianceModel.Gjr, Innovation.StudentT)),
        ("egarch-student", () => new FittedVolatility(VarianceModel.Egarch, Innovation.StudentT)),
    ];

    public static string[] Names { get; } = [.. Known.Select(model => model.Name)];

    public static IReturnModel Of(string name) => Known.FirstOrDefault(model => model.Name == name).Make is { } make
        ? make()
        : throw new InputException($"'{name}' is no model; {string.Join(", ", Names)} are");
}
