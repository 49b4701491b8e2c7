using System.CommandLine;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Verbs;

namespace OrleansLeverage.App;

/// <summary>What <c>leverage</c> can do; each verb is a file of its own name under Verbs.</summary>
internal static class Program
{
    public static RootCommand Root() =>
        new("Live leverage of every trading account, and of the market as a whole.")
        {
            DemoVerb.Command(),
            ServeVerb.Command(),
            KeysVerb.Command(),
            AuditVerb.Command(),
            ReplayVerb.Command(),
            CalcVerb.Command(),
            MarginVerb.Command(),
            RulesVerb.Command(),
            StressVerb.Command(),
            CascadeVerb.Command(),
            LiquidationMapVerb.Command(),
            PriceVerb.Command(),
            IvVerb.Command(),
            GreeksVerb.Command(),
            FitVerb.Command(),
            ForecastVerb.Command(),
            LimitsVerb.Command(),
            AdlVerb.Command(),
            SurfaceVerb.Command(),
            VolIndexVerb.Command(),
            BacktestVerb.Command(),
            CalibrateVerb.Command(),
            AnomaliesVerb.Command(),
            TrackVerb.Command(),
            CppiVerb.Command(),
            LoopVerb.Command(),
            LotsVerb.Command(),
            VerifyVerb.Command(),
            BackupVerb.Command(),
            RestoreVerb.Command(),
            DoctorVerb.Command(),
            Shell.Json,
            Shell.NoColor,
        };

    private static Task<int> Main(string[] args) => Shell.RunAsync(Root(), args);
}
