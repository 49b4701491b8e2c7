using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Tests.Web.BadInputs;

/// <summary>The rules of <c>reliability.md</c> §8.3 where the public corpus has no case of its own.</summary>
public sealed class RuleTests
{
    [Theory]
    [InlineData("price", "\"0\"", 422, "price_not_positive")]
    [InlineData("price", "\"-0\"", 422, "price_not_positive")]
    [InlineData("price", "1.5e3", 400, "bad_type")]
    [InlineData("price", "\"1e5\"", 400, "bad_decimal")]
    [InlineData("price", "\"1,000\"", 400, "bad_decimal")]
    [InlineData("price", "\" 1\"", 400, "bad_decimal")]
    [InlineData("price", "\"60000.001\"", 422, "price_tick")]
    [InlineData("price", null, 400, "missing_field")]
    [InlineData("timestamp", "1.5", 400, "bad_integer")]
    [InlineData("timestamp", "1e12", 400, "bad_integer")]
    [InlineData("timestamp", "\"1\"", 400, "bad_integer")]
    [InlineData("timestamp", "null", 400, "bad_type")]
    [InlineData("seq", "-1", 400, "bad_integer")]
    [InlineData("asset", "\"NOPE-USD\"", 422, "unknown_asset")]
    [InlineData("source", "\"stranger\"", 403, "not_entitled")]
    [InlineData("confidence", "\"-1\"", 422, "bad_confidence")]
    [InlineData("confidence", "\"60001\"", 422, "bad_confidence")]
    [InlineData("bid", "\"79228162514264337593543950335\"", 422, "price_out_of_range")]
    [InlineData("$type", "\"x\"", 400, "unknown_field")]
    [InlineData("source", "\"a\\u0000\"", 400, "control_char")]
    [InlineData("source", "\"\\ud800\"", 400, "bad_unicode")]
    public async Task ATick(string field, string? token, int status, string code) =>
        await Answers(web => ValidRequest.Tick(web).With(field, token), status, code);

    [Theory]
    [InlineData("qty", "\"-0\"", 422, "qty_zero")]
    [InlineData("qty", "\"0.00001\"", 422, "qty_step")]
    [InlineData("qty", "\"0.0000000000001\"", 422, "qty_step")]
    [InlineData("qty", "1", 400, "bad_type")]
    [InlineData("fee", "\"100000\"", 422, "fee_out_of_range")]
    [InlineData("fee", "\"79228162514264337593543950335\"", 422, "fee_out_of_range")]
    [InlineData("fillId", "\"00000000000000000000000000\"", 422, "reserved_id")]
    [InlineData("fillId", "\"7ZZZZZZZZZZZZZZZZZZZZZZZZZ\"", 422, "reserved_id")]
    [InlineData("fillId", "\"01arz3ndektsv4rrffq69g5fav\"", 400, "bad_fill_id")]
    [InlineData("fillId", "\"8ZZZZZZZZZZZZZZZZZZZZZZZZZ\"", 400, "bad_fill_id")]
    [InlineData("account", "\"Alice\"", 400, "bad_account_id")]
    [InlineData("account", "\"nobody\"", 404, "not_found")]
    [InlineData("instrument", "\"NOPE-USD-PERP\"", 422, "unknown_asset")]
    [InlineData("timestamp", "0", 422, "timestamp_range")]
    [InlineData("timestamp", "1700000000", 422, "timestamp_range")]
    [InlineData("timestamp", "4102444800000", 422, "timestamp_range")]
    [InlineData("price", "\"79228162514264337593543950336\"", 400, "bad_decimal")]
    public async Task AFill(string field, string? token, int status, string code) =>
        await Answers(web => ValidRequest.Fill(web).With(field, token), status, code);

    [Theory]
    [InlineData("amount", "\"0\"", 422, "amount_out_of_range")]
    [InlineData("amount", "\"1000000000001\"", 422, "amount_out_of_range")]
    [InlineData("amount", "\"0.0000000000001\"", 422, "amount_out_of_range")]
    [InlineData("amount", "\"-1000001\"", 422, "insufficient_collateral")]
    [InlineData("asset", "\"usd\"", 422, "unknown_asset")]
    [InlineData("asset", "\"NOPE\"", 422, "unknown_asset")]
    [InlineData("commandId", null, 400, "bad_command_id")]
    public async Task Collateral(string field, string? token, int status, string code) =>
        await Answers(web => ValidRequest.Collateral(web).With(field, token), status, code);

    [Theory]
    [InlineData("\"leverage\":\"5\"", 200, "applied")]
    [InlineData("\"leverage\":\"0\"", 422, "leverage_out_of_range")]
    [InlineData("\"leverage\":\"-1\"", 422, "leverage_out_of_range")]
    [InlineData("\"leverage\":\"126\"", 422, "leverage_out_of_range")]
    [InlineData("\"leverage\":\"lots\"", 422, "leverage_out_of_range")]
    [InlineData("\"leverage\":5", 400, "bad_type")]
    [InlineData("\"leverage\":\"5\",\"qty\":\"1\"", 400, "unknown_field")]
    [InlineData("\"qty\":\"1\"", 400, "unknown_field")]
    public async Task ALeverageSetting(string members, int status, string code)
    {
        await using var web = await WebGrid.StartAsync();
        var id = ValidRequest.Id(web);
        var answer = await RawHttp.PostAsync(web.Port, "/v1/accounts/alice/commands",
            $$"""{"type":"setLeverage","commandId":{{id}},"instrument":"BTC-USD-PERP",{{members}}}""");
        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("""{"commandId":"x"}""", 400, "missing_field")]
    [InlineData("""{"type":7}""", 400, "bad_type")]
    [InlineData("""{"type":"deleteEverything"}""", 400, "bad_text")]
    [InlineData("""{"type":"deleteEverything","admin":true}""", 400, "unknown_field")]
    [InlineData("""{"type":"liquidate"}""", 400, "bad_command_id")]
    public async Task ACommandOfNoKind(string body, int status, string code)
    {
        await using var web = await WebGrid.StartAsync();
        var answer = await RawHttp.PostAsync(web.Port, "/v1/accounts/alice/commands", body);
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal("bad_account_id", (await RawHttp.PostAsync(web.Port, "/v1/accounts/a%2Fb/commands",
            $$"""{"type":"liquidate","commandId":{{ValidRequest.Id(web)}}}""")).Code);
    }

    [Theory]
    [InlineData("\"1\"", "\"-2\"")]
    [InlineData("\"1\"", "\"1\"")]
    public async Task LegsThatDoNotMatch(string first, string second)
    {
        await using var web = await WebGrid.StartAsync();
        var mirror = $"\"bob\",\"qty\":\"-{first[1..]}";
        var body = ValidRequest.Fill(web).With("qty", first).ToString();
        Assert.Contains(mirror, body);
        var answer = await RawHttp.PostAsync(web.Port, "/v1/fills", body.Replace(mirror, $"\"bob\",\"qty\":{second}"));
        Assert.Equal((422, "legs_mismatch"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task SequencesOfASource()
    {
        await using var web = await WebGrid.StartAsync();
        Task<RawAnswer> Send(ValidRequest tick) => RawHttp.PostAsync(web.Port, "/v1/ticks", tick.ToString());
        var second = ValidRequest.Tick(web, seq: 2);
        Assert.Equal("applied", (await Send(second)).Code);
        var other = await Send(second.With("price", "\"60001\""));
        Assert.Equal((409, "seq_conflict"), (other.Status, other.Code));
        Assert.Equal("ignored_older", (await Send(ValidRequest.Tick(web, seq: 1))).Code);
        web.Time.Advance(10);
        var reset = await Send(ValidRequest.Tick(web, seq: 1));
        Assert.Equal((422, "seq_reset"), (reset.Status, reset.Code));
        Assert.Equal("applied", (await Send(ValidRequest.Tick(web, seq: 1).With("session", "3"))).Code);
        var crossed = ValidRequest.Tick(web, seq: 2).With("session", "3")
            .With("bid", "\"60002\"").With("ask", "\"60001\"");
        Assert.Equal("crossed", (await Send(crossed)).Code);
        Assert.Equal("quarantined:wide_spread",
            (await Send(crossed.With("bid", "\"50000\"").With("ask", "\"70000\""))).Code);
    }

    [Fact]
    public async Task ABatchOfTicksIsJudgedOneByOne()
    {
        await using var web = await WebGrid.StartAsync();
        var bad = ValidRequest.Tick(web).With("price", "\"-1\"");
        web.Rejections.Clear();
        var good = ValidRequest.Tick(web);
        var answer = await RawHttp.PostAsync(web.Port, "/v1/ticks", $$"""{"ticks":[{{bad}},{{good}}]}""");
        Assert.Equal((200, "per_item"), (answer.Status, answer.Code));
        Assert.Equal(["price_not_positive", "applied"], answer.Json.GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("code").GetString()));
        Assert.Equal(["1 price_not_positive POST /v1/ticks"], web.Rejections.Seen);
    }

    [Fact]
    public async Task ForeignAndAbsentAccountsAreOne()
    {
        await using var web = await WebGrid.StartAsync();
        var absent = await RawHttp.GetAsync(web.Port, "/v1/accounts/nobody");
        Assert.Equal((404, "not_found"), (absent.Status, absent.Code));
        Assert.Null(await web.Grid.AccountAsync(GridFixture.Account("nobody")));
    }

    private static async Task Answers(Func<WebGrid, ValidRequest> make, int status, string code)
    {
        await using var web = await WebGrid.StartAsync();
        var request = make(web);
        var before = await web.Grid.StateHashAsync();
        var answer = await RawHttp.PostAsync(web.Port, request.Target, request.ToString());
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.True(code == "insufficient_collateral" || before == await web.Grid.StateHashAsync());
    }
}
