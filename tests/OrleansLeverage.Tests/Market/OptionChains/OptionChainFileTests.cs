using System.Text;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Files;
using OrleansLeverage.Market.OptionChains;
using Xunit;

namespace OrleansLeverage.Tests.Market.OptionChains;

public sealed class OptionChainFileTests
{
    private const string Deribit =
        """
        instrument_name,timestamp,underlying_price,mark_price,mark_iv,best_bid_price,best_ask_price,open_interest
        BTC-26MAR21-48000-C,1613068626269,50000,0.10,80.5,0.099,0.101,12.5
        BTC-26MAR21-48000-C,1613068626270,50000,0.11,81.5,0.109,0.111,13.5
        BTC-26MAR21-48000-P,1613068626269,50000,0.06,0,0.0,0.061,1
        ETH-26MAR21-2000-C,1613068626269,1900,0.1,80,0.1,0.2,1
        BTC-PERPETUAL,1613068626269,50000,0.1,80,0.1,0.2,1
        BTC-5MAR21-50000-C,1613068626269,abc,0.1,80,0.1,0.2,1
        """;

    /// <summary>Coins become USD, percent 1.00, zero volatility nothing; the newest row of an option counts.</summary>
    [Fact]
    public void DeribitIsReadInUsd()
    {
        var file = Read(Deribit);
        Assert.Equal(("deribit", 1, "BTC"), (file.Format, file.Superseded, file.Chain.Underlying));
        Assert.Equal(1_613_068_626_270, file.Chain.Time.ToUnixTimeMilliseconds());
        var expiry = new DateTimeOffset(2021, 3, 26, 8, 0, 0, TimeSpan.Zero);
        Assert.Equal([expiry], file.Chain.Expiries);
        var call = file.Chain.Quotes.Single(quote => quote.Right == OptionRight.Call);
        Assert.Equal((48_000.0, expiry, 50_000.0), (call.Strike, call.Expiry, call.Underlying));
        Assert.Equal((0.109 * 50_000, 0.111 * 50_000, 0.11 * 50_000), (call.Bid, call.Ask, call.Mark));
        Assert.Equal((0.815, 13.5), (call.MarkVolatility, call.OpenInterest));
        var put = file.Chain.Quotes.Single(quote => quote.Right == OptionRight.Put);
        Assert.Equal((0.0, null), (put.Bid, put.MarkVolatility));
        Assert.Equal([5L, 6L, 7L], file.Rejects.Select(reject => reject.Line));
        Assert.Contains("an option of ETH among those of BTC", file.Rejects[0].Reason);
        Assert.Contains("'BTC-PERPETUAL' is no option's name", file.Rejects[1].Reason);
        Assert.Contains("underlying_price 'abc' is no number", file.Rejects[2].Reason);
    }

    [Fact]
    public void OwnColumnsAreTheSameInCsvAndJson()
    {
        var csv = Read(
            """
            time,expiry,strike,right,underlying,bid,ask,mark,mark_iv
            2026-03-01T08:00:00Z,2026-03-27T08:00:00Z,60000,C,61000,2900,3000,2950,0.6
            2026-03-01T08:00:00Z,2026-03-27T08:00:00Z,60000,P,61000,,,1950,NaN
            """);
        var json = Read(
            """
            {"underlying": "BTC", "time": "2026-03-01T08:00:00Z", "quotes": [
              {"expiry": "2026-03-27T08:00:00Z", "strike": 60000, "right": "call", "underlying": 61000,
               "bid": 2900, "ask": "3000", "mark": 2950, "markIv": 0.6},
              {"expiry": "2026-03-27T08:00:00Z", "strike": 60000, "right": "put", "underlying": 61000,
               "bid": null, "mark": 1950, "markIv": "NaN"}]}
            """);
        Assert.Equal("BTC", json.Chain.Underlying);
        Assert.Equal(csv.Chain.Time, json.Chain.Time);
        Assert.Equal(csv.Chain.Quotes, json.Chain.Quotes);
        // what is no number is read as such, for whoever uses it to refuse by name
        Assert.True(double.IsNaN(csv.Chain.Quotes[1].MarkVolatility!.Value));
        Assert.Null(csv.Chain.Quotes[1].Bid);
    }

    [Fact]
    public void FilesThatAreNoneAreRefused()
    {
        Assert.Contains("known option file", Refused("a,b\n1,2\n"));
        Assert.Contains("holds no options", Refused("expiry,strike,right,mark\n"));
        Assert.Contains("does not say when", Refused("expiry,strike,right,mark\n2026-03-27,60000,C,1\n"));
        Assert.Contains("right 'X' is neither C nor P",
            Refused("time,expiry,strike,right,mark\n2026-03-01,2026-03-27,60000,X,1\n"));
        Assert.Contains("time 'soon'", Refused("time,expiry,strike,right,mark\n2026-03-01,soon,60000,C,1\n"));
        Assert.Throws<PriceFileException>(() => OptionChainFile.Open("there-is-none.csv"));
    }

    /// <summary>QuantConnect's universe of 22 December 2015.</summary>
    [Fact]
    public void LeanUniversesAreRead()
    {
        if (SharedData.Path("data/spx_option_universe_20151222_lean.csv") is not { } path)
        {
            return;
        }
        var file = OptionChainFile.Open(path, new DateTimeOffset(2015, 12, 22, 21, 0, 0, TimeSpan.Zero));
        Assert.Equal(("lean-universe", 233, 0), (file.Format, file.Chain.Quotes.Count, file.Rejects.Count));
        Assert.Equal(10, file.Chain.Expiries.Count);
        var first = file.Chain.Quotes[0];
        Assert.Equal((300.0, OptionRight.Call, 1_679.5, 0.564571),
            (first.Strike, first.Right, first.Mark, first.MarkVolatility));
    }

    private static OptionChainFile Read(string text) =>
        OptionChainFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "chain.csv");

    private static string Refused(string text) => Assert.Throws<PriceFileException>(() => Read(text)).Message;
}
