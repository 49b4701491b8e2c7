using OrleansLeverage.Analytics.Backtests;
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
    ];

    public static string[] Names { get; } = [.. Known.Select(model => model.Name)];

    public static IReturnModel Of(string name) => Known.FirstOrDefault(model => model.Name == name).Make is { } make
        ? make()
        : throw new InputException($"'{name}' is no model; {string.Join(", ", Names)} are");
}
