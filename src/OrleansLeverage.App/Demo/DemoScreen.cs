using System.Globalization;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using Spectre.Console;

namespace OrleansLeverage.App.Demo;

/// <summary>The figures as they move: a table on a terminal, a plain line every five seconds elsewhere.</summary>
internal sealed class DemoScreen(ILeverageGrid grid, DemoMarket market, LiquidationDesk desk, Terminal terminal,
    TimeProvider clock)
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Line = TimeSpan.FromSeconds(5);
    private static readonly FeedId[] Shown = [new("BTC-USD"), new("ETH-USD")];

    public Task RunAsync(CancellationToken cancellation) =>
        terminal.IsInteractive ? DrawAsync(cancellation) : WriteAsync(cancellation);

    private Task DrawAsync(CancellationToken cancellation) => terminal.Screen.Live(Table()).StartAsync(async screen =>
    {
        using var timer = new PeriodicTimer(Redraw, clock);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            screen.UpdateTarget(Table());
        }
    });

    private async Task WriteAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Line, clock);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            if (grid.System is { } figures && !terminal.IsJson)
            {
                terminal.Output.WriteLine(Sentence(figures));
                terminal.Output.Flush();
            }
        }
    }

    private string Sentence(SystemFigures figures) => string.Create(CultureInfo.InvariantCulture,
        $"{Story()}  {Prices()}  leverage {Two(figures.MarketLeverage)} long {Two(figures.LongLeverage)} "
        + $"short {Two(figures.ShortLeverage)} skew {Signed(figures.LeverageSkew)}  "
        + $"notional {Usd(figures.GrossNotional)}  "
        + $"warning {Tier(figures, RiskTier.Warning)} call {Tier(figures, RiskTier.MarginCall)} "
        + $"liquidation {Tier(figures, RiskTier.Liquidation)} bankrupt {figures.Bankrupt}  closed {desk.Liquidated}");

    private Table Table()
    {
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("").AddColumn("").AddColumn("")
            .AddColumn("");
        table.Title($"DEMO  {Story()}");
        if (grid.System is not { } figures)
        {
            return table.AddRow("not measured yet");
        }
        table.AddRow("market leverage", Two(figures.MarketLeverage), "leverage skew", Signed(figures.LeverageSkew));
        table.AddRow("long leverage", Two(figures.LongLeverage), "notional skew", Signed(figures.NotionalSkew));
        table.AddRow("short leverage", Two(figures.ShortLeverage), "account skew", Signed(figures.AccountSkew));
        table.AddRow("notional", Usd(figures.GrossNotional), "equity", Usd(figures.Equity));
        table.AddRow("borrowed", Usd(figures.Borrowed), "at risk", Usd(figures.NotionalAtRisk));
        table.AddRow("warning", Tier(figures, RiskTier.Warning), "margin call", Tier(figures, RiskTier.MarginCall));
        table.AddRow("liquidation", Tier(figures, RiskTier.Liquidation), "bankrupt", Count(figures.Bankrupt));
        table.AddRow("closed", Count(desk.Liquidated), "deficit", Usd(figures.Deficit));
        table.AddRow("prices", Prices(), "oldest price", figures.OldestPriceAgeMs is { } age
            ? $"{Count(age)} ms" : "unknown");
        table.AddRow("frame", figures.Frame.ToString(), "coverage", figures.Coverage is { } seen
            ? seen.ToString("P1", CultureInfo.InvariantCulture) : "unknown");
        return table;
    }

    private string Story() => string.Create(CultureInfo.InvariantCulture,
        $"{(int)market.Elapsed.TotalMinutes:00}:{market.Elapsed.Seconds:00} {market.Frame.Phase}");

    private string Prices() => string.Join(" ", Shown.Select(id =>
        grid.Universe.Feed(id) is { } feed && grid.Frame[feed].Price is { } price ? $"{id} {price}" : $"{id} unknown"));

    private static string Tier(SystemFigures figures, RiskTier tier) =>
        Count(figures.Tiers.First(t => t.Tier == tier).Accounts);

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Two(double? value) => value is { } known
        ? known.ToString("0.00", CultureInfo.InvariantCulture) : "unknown";

    private static string Signed(double? value) =>
        value is { } known ? known.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture) : "unknown";

    private static string Usd(double value) => Math.Abs(value) switch
    {
        >= 1e9 => string.Create(CultureInfo.InvariantCulture, $"${value / 1e9:0.000}B"),
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"${value / 1e6:0.00}M"),
        _ => string.Create(CultureInfo.InvariantCulture, $"${value:N0}"),
    };
}
