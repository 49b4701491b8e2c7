using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain;

public sealed class IdTests
{
    /// <summary>
    /// The rule itself, as written for every entrance; <c>\z</c> because <c>$</c> lets a newline pass.
    /// </summary>
    private static readonly Regex AccountRule = new(@"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\z");

    private static readonly Regex FeedRule = new(@"^[A-Z0-9]{1,12}-[A-Z0-9]{2,6}(-PERP)?\z");

    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("acct-000001")]
    [InlineData("a--b")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void AnAccountIdIsTakenAsItIs(string text)
    {
        Assert.Matches(AccountRule, text);
        Assert.True(AccountId.IsValid(text));
        Assert.Equal(text, new AccountId(text).Value);
        Assert.True(AccountId.TryParse(text, out var id) && id.ToString() == text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("A")]
    [InlineData("a_b")]
    [InlineData("a b")]
    [InlineData(" a")]
    [InlineData("a\n")]
    [InlineData("a\r\nb")]
    [InlineData("a\0b")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a%2Fb")]
    [InlineData("..")]
    [InlineData("é")]
    [InlineData("а")]
    [InlineData("ａ")]
    [InlineData("a\u202Eb")]
    [InlineData("a\u200Bb")]
    [InlineData("\uFEFFa")]
    [InlineData("💣")]
    [InlineData("ﬁ")]
    [InlineData("İ")]
    [InlineData("=cmd")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    public void AnyOtherAccountIdIsRefused(string text)
    {
        Assert.DoesNotMatch(AccountRule, text);
        Assert.False(AccountId.IsValid(text));
        Assert.False(AccountId.TryParse(text, out var id));
        Assert.Equal(default, id);
        var message = Assert.Throws<FormatException>(() => new AccountId(text)).Message;
        Assert.All(message, c => Assert.InRange(c, ' ', '~'));
        Assert.True(message.Length < 80, message);
    }

    [Fact]
    public void NullIsNoId()
    {
        Assert.False(AccountId.IsValid(null));
        Assert.False(AccountId.TryParse(null, out _));
        Assert.False(AssetId.IsValid(null));
        Assert.False(FeedId.IsValid(null));
        Assert.False(InstrumentId.IsValid(null));
        Assert.False(CommandId.TryParse(null, out _));
        Assert.Equal("", default(AccountId).Value);
    }

    /// <summary>
    /// Every published value of the id cases, as the handler sees it: decoded once, except that %2F stays.
    /// </summary>
    [Fact]
    public void EveryPublishedBadIdIsRefused()
    {
        if (SharedData.Path("reference/bad_inputs_public.json") is not { } path)
        {
            return;
        }
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var refused = 0;
        foreach (var bad in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            if (bad.GetProperty("expect").GetProperty("code").GetString() != "bad_account_id"
                || !bad.TryGetProperty("values", out var values))
            {
                continue;
            }
            foreach (var value in values.EnumerateArray())
            {
                var text = value.ValueKind == JsonValueKind.String
                    ? value.GetString()!
                    : new string(value.GetProperty("repeat").GetString()![0], value.GetProperty("n").GetInt32());
                var decoded = Uri.UnescapeDataString(text.Replace("%2F", "%252F", StringComparison.OrdinalIgnoreCase));
                Assert.False(AccountId.IsValid(decoded), $"{bad.GetProperty("id")}: {text}");
                refused++;
            }
        }
        Assert.True(refused >= 25, $"{refused} values");
    }

    /// <summary>
    /// Against the rule as a regular expression, over random short strings of the characters that matter.
    /// </summary>
    [Fact]
    public void IdsFollowTheirRules()
    {
        const string Letters = "ab09-AZ_ .\nP";
        var random = new Random(2);
        var (accounts, feeds) = (0, 0);
        for (var i = 0; i < 50_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(1, 6)).Select(_ =>
                Letters[random.Next(Letters.Length)])]);
            Assert.Equal(AccountRule.IsMatch(text), AccountId.IsValid(text));
            accounts += AccountId.IsValid(text) ? 1 : 0;
            var feed = $"A0-{text}" + (random.Next(2) == 0 ? "-PERP" : "");
            Assert.Equal(FeedRule.IsMatch(feed), FeedId.IsValid(feed));
            feeds += FeedId.IsValid(feed) ? 1 : 0;
        }
        Assert.True(accounts > 1_000 && feeds > 100, $"{accounts} accounts and {feeds} feeds were valid");
    }

    [Theory]
    [InlineData("BTC-USD", true)]
    [InlineData("BTC-USD-PERP", true)]
    [InlineData("1INCH-USDT", true)]
    [InlineData("ABCDEFGHIJKL-ABCDEF-PERP", true)]
    [InlineData("ABCDEFGHIJKLM-USD", false)]
    [InlineData("BTC-U", false)]
    [InlineData("BTC-ABCDEFG", false)]
    [InlineData("BTC", false)]
    [InlineData("btc-usd", false)]
    [InlineData("BTC-USD-", false)]
    [InlineData("BTC-USD-PERP-", false)]
    [InlineData("BTC-USD-20260327", false)]
    [InlineData("BTC/USD", false)]
    [InlineData("BTC-USD\n", false)]
    public void FeedIds(string text, bool valid)
    {
        Assert.Equal(valid, FeedRule.IsMatch(text));
        Assert.Equal(valid, FeedId.IsValid(text));
    }

    [Theory]
    [InlineData("BTC-USD", true)]
    [InlineData("BTC-USD-PERP", true)]
    [InlineData("BTC-USDI-PERP", true)]
    [InlineData("BTC-USD-20260327", true)]
    [InlineData("BTC-USD-20260327-80000-C", true)]
    [InlineData("XRP-USD-20260327-0.55-P", true)]
    [InlineData("BTC-USD-20261327", false)]
    [InlineData("BTC-USD-20260230", false)]
    [InlineData("BTC-USD-2026-03-27", false)]
    [InlineData("BTC-USD-20260327-80000", false)]
    [InlineData("BTC-USD-20260327-80000-X", false)]
    [InlineData("BTC-USD-20260327-080000-C", false)]
    [InlineData("BTC-USD-20260327-80000.0-C", false)]
    [InlineData("BTC-USD-20260327-1.2.3-C", false)]
    [InlineData("BTC-USD-20260327-0-C", false)]
    [InlineData("BTC-USD-20260327--5-C", false)]
    [InlineData("BTC", false)]
    [InlineData("BTC-", false)]
    [InlineData("-USD", false)]
    [InlineData("BTC-USD-perp", false)]
    [InlineData("BTC-USD-PERP\n", false)]
    public void InstrumentIds(string text, bool valid)
    {
        Assert.Equal(valid, InstrumentId.IsValid(text));
        if (!valid)
        {
            Assert.Throws<FormatException>(() => new InstrumentId(text));
        }
    }

    [Theory]
    [InlineData("USD", true)]
    [InlineData("1000BONK", true)]
    [InlineData("ABCDEFGHIJKL", true)]
    [InlineData("ABCDEFGHIJKLM", false)]
    [InlineData("", false)]
    [InlineData("usd", false)]
    [InlineData("US-D", false)]
    public void AssetIds(string text, bool valid) => Assert.Equal(valid, AssetId.IsValid(text));

    [Fact]
    public void IdsOrderByTheirCharacters()
    {
        Assert.Equal(["a", "a-b", "a1", "b"], new[] { "b", "a1", "a", "a-b" }.Select(t =>
            new AccountId(t)).Order().Select(i => i.Value));
        Assert.True(new InstrumentId("BTC-USD").CompareTo(new InstrumentId("BTC-USD-PERP")) < 0);
        Assert.True(new AssetId("BTC").CompareTo(AssetId.Usd) < 0);
        Assert.Equal(new FeedId("BTC-USD"), FeedId.Of(new AssetId("BTC")));
    }
}
