using System.CommandLine;
using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Volatility;
using OrleansLeverage.Market.OptionChains;

namespace OrleansLeverage.App.Verbs;

/// <summary>
/// <c>leverage surface</c>: implied volatility by expiry and strike out of quotes, marks or 25-delta pillars, what it
/// lacks, whether it admits arbitrage, and the volatility at any strike and time.
/// </summary>
internal static class SurfaceVerb
{
    private static readonly (string Word, SmileMethod Method)[] Methods =
    [
        ("quotes", SmileMethod.Quotes), ("marks", SmileMethod.Marks), ("vanna-volga", SmileMethod.VannaVolga),
        ("svi", SmileMethod.Svi),
    ];

    private static readonly Option<string> Method = new("--method")
    {
        Description = "Smile through bid-ask mids, through the venue's marks, vanna-volga through their 25-delta "
            + "volatilities, or SVI fitted to them",
        DefaultValueFactory = _ => "marks",
    };

    private static readonly Option<string?> At = new("--at")
    {
        Description = "With --strike: the volatility at this time, UTC; between expiries it is interpolated",
        HelpName = "TIME",
    };

    private static readonly Option<double?> Strike = new("--strike")
    {
        Description = "With --at: the strike asked about",
    };

    private static readonly ChainInput Input = new();

    public static Command Command()
    {
        Method.AcceptOnlyFromAmong([.. Methods.Select(method => method.Word)]);
        var command = new Command("surface", "Implied volatility by expiry and strike: smiles, wings, arbitrage")
        {
            Method, At, Strike,
        };
        Input.AddTo(command);
        return command.Does(RunAsync);
    }

    private static Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        if (parsed.GetValue(At) is null != parsed.GetValue(Strike) is null)
        {
            throw new InputException("--at and --strike go together");
        }
        var (build, underlying, asOf, method) = Build(parsed, terminal);
        if (build.Surface is null)
        {
            var reasons = build.Slices.Take(3).Select(slice => $"{slice.Expiry:yyyy-MM-dd}: {slice.Reason}");
            throw new InvalidDataException($"no expiry has a smile; {string.Join("; ", reasons)}");
        }
        PointRow? asked = null;
        if (ChainInput.TimeOf("--at", parsed.GetValue(At)) is { } time && parsed.GetValue(Strike) is { } strike)
        {
            asked = PointRow.Of(time, strike, build.Surface.Interpolate(time, strike));
        }
        var report = SurfaceReport.Of(build, underlying, asOf, method, asked);
        PictureFile.Write(parsed, terminal, () => SurfaceChart.Svg(build, underlying, method));
        Answer.Give(parsed, terminal, report, report.Rows(), () => report.WriteTo(terminal));
        return Task.FromResult(ExitCode.Ok);
    }

    private static (SurfaceBuild Build, string Underlying, DateTimeOffset AsOf, string Method) Build(
        ParseResult parsed, Terminal terminal)
    {
        var path = parsed.GetRequiredValue(Input.In);
        if (File.Exists(path) && PillarFile.IsPillars(path))
        {
            var asOf = ChainInput.TimeOf("--as-of", parsed.GetValue(Input.AsOf))
                ?? throw new InputException("pillars do not say when they were quoted; name it with --as-of TIME");
            var underlying = Path.GetFileNameWithoutExtension(path);
            return (SurfaceBuilder.FromPillars(underlying, asOf, ChainInput.Pillars(path, terminal)), underlying, asOf,
                "vanna-volga");
        }
        var chain = Input.Load(parsed, path, terminal);
        var word = parsed.GetRequiredValue(Method);
        var method = Methods.First(known => known.Word == word).Method;
        return (SurfaceBuilder.Build(chain, method, Input.RateOf(parsed)), chain.Underlying, chain.Time, word);
    }
}
