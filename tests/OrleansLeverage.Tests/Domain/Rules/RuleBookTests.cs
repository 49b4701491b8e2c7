using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Rules;

public sealed class RuleBookTests
{
    [Fact]
    public void TheLatestEffectiveRulesCount()
    {
        var book = new RuleBook([File(2, "2026-03-01"), File(1, "2026-01-01"), File(5, "2026-06-01")]);
        Assert.Equal([1, 2, 5], book.Files.Select(f => f.Rules.Version));
        Assert.Equal(1, book.At(Day("2026-01-01")).Rules.Version);
        Assert.Equal(1, book.At(Day("2026-03-01").AddTicks(-1)).Rules.Version);
        Assert.Equal(2, book.At(Day("2026-03-01")).Rules.Version);
        Assert.Equal(5, book.At(Day("2030-01-01")).Rules.Version);
        Assert.Equal(5, book.Newest.Rules.Version);
    }

    [Fact]
    public void BeforeTheFirstThereAreNoRules()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new RuleBook([File(1, "2026-01-01")]).At(Day("2025-12-31")));
        Assert.Contains("2026-01-01 00:00:00Z", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "2026-01-01", 2, "2026-01-01", "version 1 and worked version 2 are both effective from 2026-01-01")]
    [InlineData(2, "2026-01-01", 1, "2026-02-01", "have version 1, the ones before have 2")]
    [InlineData(1, "2026-01-01", 1, "2026-02-01", "have version 1, the ones before have 1")]
    public void RulesThatContradictEachOtherAreRefused(int first, string firstDay, int second, string secondDay,
        string reason)
    {
        var error = Assert.ThrowsAny<FormatException>(() =>
            new RuleBook([File(first, firstDay), File(second, secondDay)]));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEmptyBookIsRefused() => Assert.ThrowsAny<FormatException>(() => new RuleBook([]));

    [Theory]
    [InlineData("\"markFeed\": \"BTC-USD\", \"multiplier\": \"10\"",
        "\"markFeed\": \"ETH-USD\", \"multiplier\": \"10\"",
        "instrument BTC-USDI-PERP: mark feed ETH-USD is not in the file")]
    [InlineData("\"schedule\": \"tiered\"", "\"schedule\": \"steep\"",
        "no margin schedule steep for instrument BTC-USD-PERP")]
    [InlineData("{ \"id\": \"BTC\",", "{ \"id\": \"ETH\",", "no collateral weight for asset ETH of worked")]
    [InlineData("\"id\": \"BTC-USDI-PERP\"", "\"id\": \"BTC-USD-PERP\"", "instrument BTC-USD-PERP is listed twice")]
    [InlineData("\"settlement\": \"BTC\"", "\"settlement\": \"USD\"", "an inverse contract settles in its base")]
    [InlineData("\"quantum\": \"0.00000001\", \"feed\": \"BTC-USD\"", "\"quantum\": \"0.00000001\"",
        "every asset but USD has a price feed")]
    [InlineData("\"lot\": \"0.0001\"", "\"lot\": \"0.000000000001\"", "needs 29 digits, 28 are exact")]
    public void InstrumentsAndRulesThatDoNotFitAreRefused(string from, string to, string reason)
    {
        Assert.Contains(from, Worked.Instruments, StringComparison.Ordinal);
        var instruments = InstrumentFile.Parse(Worked.Instruments.Replace(from, to, StringComparison.Ordinal), "f");
        var error = Assert.ThrowsAny<FormatException>(() => instruments.Build(RuleFile.Parse(Worked.Rules, "f"), 1));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static RuleFile File(int version, string day) => RuleFile.Parse(Worked.Rules
        .Replace("\"version\": 1", $"\"version\": {version}", StringComparison.Ordinal)
        .Replace("2026-01-01", day, StringComparison.Ordinal), "f");

    private static DateTimeOffset Day(string day) =>
        DateTimeOffset.Parse(day + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
}
