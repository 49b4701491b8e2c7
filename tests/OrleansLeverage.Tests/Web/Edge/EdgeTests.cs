using System.Text;
using OrleansLeverage.Web;
using OrleansLeverage.Web.Edge;
using Xunit;

namespace OrleansLeverage.Tests.Web.Edge;

public sealed class EdgeTests
{
    private const string Good = """{"price":"1.5","seq":7,"fillId":"ID"}""";

    [Theory]
    [InlineData(Good, 200, "applied")]
    [InlineData("""{"price":"1.5","seq":7,"fillId":"ID","legs":[{"n":1},{"n":2}]}""", 200, "applied")]
    [InlineData("""{"price":"1","price":"2","x":1}""", 400, "duplicate_key")]
    [InlineData("""{"price":"1","Price":"2"}""", 400, "duplicate_key")]
    [InlineData("""{"x":{"a":1,"A":2}}""", 400, "duplicate_key")]
    [InlineData("""{"price":"1","$type":"x"}""", 400, "unknown_field")]
    [InlineData("""{"Price":"1","seq":7,"fillId":"ID"}""", 400, "unknown_field")]
    [InlineData("""{"price":"1","seq":7,"fillId":"ID","legs":[{"n":1},{"m":2}]}""", 400, "unknown_field")]
    [InlineData("""{"price":true,"fillId":"ID"}""", 400, "missing_field")]
    [InlineData("""{"price":true,"seq":7}""", 400, "bad_fill_id")]
    [InlineData("""{"price":"1","seq":7,"fillId":"ID","legs":[{"n":1},{}]}""", 400, "missing_field")]
    [InlineData("""{"price":"-1","seq":true,"fillId":"ID"}""", 400, "bad_type")]
    [InlineData("""{"price":"1","seq":7,"fillId":7}""", 400, "bad_type")]
    [InlineData("""{"price":"1","seq":7,"fillId":"ID","note":null}""", 400, "bad_type")]
    [InlineData("""{"price":"1","seq":7,"fillId":"ID","legs":[1,2]}""", 400, "bad_type")]
    [InlineData("""{"price":"1","seq":7,"fillId":"ID","legs":[{"n":1}]}""", 422, "legs_mismatch")]
    [InlineData("""{"price":"-1","seq":7,"fillId":"NO"}""", 422, "price_not_positive")]
    [InlineData("""{"price":"1","seq":7.0,"fillId":"NO"}""", 400, "bad_integer")]
    [InlineData("""{"price":"1","seq":1e3,"fillId":"NO"}""", 400, "bad_integer")]
    [InlineData("""{"price":"1","seq":"7","fillId":"NO"}""", 400, "bad_integer")]
    [InlineData("""{"price":"1","seq":9223372036854775808,"fillId":"NO"}""", 400, "bad_integer")]
    [InlineData("""{"price":"1","seq":7,"fillId":"NO"}""", 400, "bad_fill_id")]
    [InlineData("""{"price":1.5,"seq":7,"fillId":"ID"}""", 400, "bad_type")]
    [InlineData("""{"price":1e308,"seq":7,"fillId":"ID"}""", 400, "bad_decimal")]
    [InlineData("""{"price":1e-29,"seq":7,"fillId":"ID"}""", 422, "price_scale")]
    [InlineData("""{"price":-1,"seq":7,"fillId":"ID"}""", 422, "price_not_positive")]
    [InlineData("""{"price":"","seq":7,"fillId":"ID"}""", 400, "bad_type")]
    [InlineData("""{"price":"1\u0000","x":1}""", 400, "control_char")]
    public async Task TheFirstFailingCheckGivesTheCode(string body, int status, string code)
    {
        await using var server = await EdgeServer.StartAsync();
        var answer = await RawHttp.PostAsync(server.Port, "/v1/things", body);
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(status == 200 ? [] : [$"1 {code} POST /v1/things"], server.Rejections);
        Assert.Equal(status == 200 ? "application/json; charset=utf-8" : "application/problem+json",
            answer.Headers["Content-Type"]);
    }

    [Fact]
    public async Task ABatchRefusesItsItemsOneByOneButItsFormAsAWhole()
    {
        await using var server = await EdgeServer.StartAsync();
        var mixed = await RawHttp.PostAsync(server.Port, "/v1/batches",
            $$"""{"things":[{{Good}},{"price":"-1","seq":7,"fillId":"ID"}]}""");
        Assert.Equal(["1.5 7", "price_not_positive"],
            mixed.Json.GetProperty("items").EnumerateArray().Select(item => item.GetString()));
        var bad = await RawHttp.PostAsync(server.Port, "/v1/batches", $$"""{"things":[{{Good}},{"price":"1"}]}""");
        Assert.Equal("missing_field", bad.Code);
        var broken = await RawHttp.PostAsync(server.Port, "/v1/batches",
            $$"""{"things":[{{Good}},{"price":"x","seq":7,"fillId":"ID"}]}""");
        Assert.Equal((400, "bad_decimal", 1), (broken.Status, broken.Code, broken.Json.GetProperty("item").GetInt32()));
        Assert.Equal("unknown_field",
            (await RawHttp.PostAsync(server.Port, "/v1/batches", """{"things":[],"x":1}""")).Code);
        Assert.Equal("empty_body", (await RawHttp.PostAsync(server.Port, "/v1/batches", """{"things":[]}""")).Code);
        Assert.Equal("bad_type", (await RawHttp.PostAsync(server.Port, "/v1/batches", """{"things":1}""")).Code);
        Assert.Equal("unknown_field",
            (await RawHttp.PostAsync(server.Port, "/v1/things", $$"""{"things":[{{Good}}]}""")).Code);
    }

    [Theory]
    [InlineData("/v1/things", 0, 64 * 1024, 200, "applied")]
    [InlineData("/v1/things", 0, 64 * 1024 + 1, 413, "body_too_large")]
    [InlineData("/v1/batches", 0, 64 * 1024 + 1, 413, "body_too_large")]
    [InlineData("/v1/batches", 1, 1024 * 1024, 200, "applied")]
    [InlineData("/v1/batches", 1, 1024 * 1024 + 1, 413, "batch_too_large")]
    [InlineData("/v1/batches", 500, 1024 * 1024, 200, "applied")]
    [InlineData("/v1/batches", 501, 100 * 1024, 413, "batch_too_large")]
    [InlineData("/v1/batches", 501, 20 * 1024 * 1024, 413, "batch_too_large")]
    public async Task SizesEndWhereTheySay(string path, int items, int size, int status, string code)
    {
        await using var server = await EdgeServer.StartAsync();
        var text = items == 0 ? Good : $$"""{"things":[{{string.Join(',', Enumerable.Repeat(Good, items))}}]}""";
        var body = Encoding.UTF8.GetBytes(text.PadRight(size));
        var declared = await RawHttp.PostAsync(server.Port, path, body);
        Assert.Equal((status, code), (declared.Status, declared.Code));
        var chunked = await RawHttp.SendAsync(server.Port,
            RawHttp.Head("POST", path, null, "Content-Type: application/json", "Transfer-Encoding: chunked"),
            Encoding.ASCII.GetBytes($"{size:x}\r\n").Concat(body).Concat("\r\n0\r\n\r\n"u8.ToArray()).ToArray());
        Assert.Equal((status, code), (chunked.Status, chunked.Code));
    }

    [Theory]
    [InlineData("POST /v1/things", 415, "unsupported_media_type")]
    [InlineData("POST /v1/things|Content-Type: text/plain", 415, "unsupported_media_type")]
    [InlineData("POST /v1/things|Content-Type: application/json; charset=utf-16", 415, "unsupported_media_type")]
    [InlineData("POST /v1/things|Content-Type: application/json; charset=\"UTF-8\"", 400, "json_syntax")]
    [InlineData("POST /v1/things|Content-Type: application/json|Content-Encoding: gzip", 415, "unsupported_encoding")]
    [InlineData("POST /v1/things|Content-Type: text/plain|Content-Encoding: gzip", 415, "unsupported_media_type")]
    [InlineData("POST /v1/things?api_key=1|Content-Type: application/json", 400, "key_in_url")]
    [InlineData("POST /v1/things|X-HTTP-Method-Override: PUT|Content-Type: text/plain", 400, "unknown_header_policy")]
    [InlineData("GET /v1/things|X-HTTP-Method-Override: POST", 405, "method_not_allowed")]
    [InlineData("DELETE /v1/things", 405, "method_not_allowed")]
    [InlineData("TRACE /v1/things", 405, "method_not_allowed")]
    [InlineData("GET /v1/nothing", 404, "not_found")]
    [InlineData("POST /nothing", 404, "not_found")]
    [InlineData("GET /v1/accounts/a?x=1", 200, null)]
    [InlineData("GET /v1/accounts/a?token=1", 400, "key_in_url")]
    public async Task WhatIsBeforeTheBodyIsCheckedInOrder(string request, int status, string? code)
    {
        await using var server = await EdgeServer.StartAsync();
        var parts = request.Split('|');
        var (method, target) = (parts[0].Split(' ')[0], parts[0].Split(' ')[1]);
        var head = RawHttp.Head(method, target, null, [.. parts[1..], "Content-Length: 0"]);
        var answer = await RawHttp.SendAsync(server.Port, head);
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(status == 200 ? 0 : 1, server.Rejections.Count);
    }

    [Theory]
    [InlineData("Host: evil.example", 400, "bad_host")]
    [InlineData("Host: ", 400, "bad_host")]
    [InlineData("Host: localhost:1", 200, null)]
    [InlineData("Host: 127.0.0.1", 200, null)]
    [InlineData("Host: [::1]", 200, null)]
    [InlineData("X: y", 400, null)]
    [InlineData("Host: localhost\r\nX: a\0b", 400, null)]
    [InlineData("Host: localhost\r\nHost: localhost", 400, null)]
    public async Task OnlyItsOwnHostsAreServed(string header, int status, string? code)
    {
        await using var server = await EdgeServer.StartAsync();
        var answer = await RawHttp.SendAsync(server.Port,
            $"GET /v1/accounts/a HTTP/1.1\r\n{header}\r\nConnection: close\r\n\r\n");
        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("Content-Length: 2\r\nTransfer-Encoding: chunked", 400)]
    [InlineData("X-Content-Length: 2\r\nTransfer-Encoding: chunked", 400)]
    [InlineData("Content-Length: 2\r\nContent-Length: 3", 400)]
    [InlineData("Content-Length: -1", 400)]
    public async Task AmbiguousLengthsAreRefused(string headers, int status)
    {
        await using var server = await EdgeServer.StartAsync();
        var answer = await RawHttp.SendAsync(server.Port, RawHttp.Head("POST", "/v1/things", null,
            "Content-Type: application/json", headers), "{}"u8.ToArray());
        Assert.Equal(status, answer.Status);
        Assert.True(answer.Code is null or "bad_framing", answer.Code);
    }

    [Fact]
    public async Task TooMuchBeforeTheBodyIsTheServersToRefuse()
    {
        await using var server = await EdgeServer.StartAsync();
        var line = await RawHttp.GetAsync(server.Port, "/v1/accounts/" + new string('k', 9 * 1024));
        var header = await RawHttp.GetAsync(server.Port, "/v1/accounts/a", "X: " + new string('k', 17 * 1024));
        Assert.Equal((414, 431), (line.Status, header.Status));
    }

    [Theory]
    [InlineData("a%2Fb", "!")]
    [InlineData("a%252Fb", "!")]
    [InlineData("%61", "a")]
    [InlineData("..", "!")]
    [InlineData("%2e%2e", "!")]
    [InlineData(".", "!")]
    [InlineData("A", "!")]
    [InlineData("a%0Ab", "!")]
    [InlineData("a?b=%2F", "a")]
    [InlineData("acct-1", "acct-1")]
    public async Task AccountIdsAreJudgedAsSent(string segment, string seen)
    {
        await using var server = await EdgeServer.StartAsync();
        var answer = await RawHttp.GetAsync(server.Port, "/v1/accounts/" + segment);
        Assert.Equal((200, seen), (answer.Status, answer.Json.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task ASlowBodyIsGivenUp()
    {
        var limits = new EdgeLimits { BodyGrace = TimeSpan.FromSeconds(1.1) };
        await using var server = await EdgeServer.StartAsync(new GridServerOptions { Limits = limits });
        var answer = await RawHttp.SendAsync(server.Port, RawHttp.Head("POST", "/v1/things", 100), "{"u8.ToArray());
        Assert.Equal((408, "slow_client"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task AFaultOfOursSaysNothingOfItself()
    {
        await using var server = await EdgeServer.StartAsync(new GridServerOptions
        {
            LogLevel = Microsoft.Extensions.Logging.LogLevel.None,
        });
        var answer = await RawHttp.GetAsync(server.Port, "/v1/fault");
        Assert.Equal((500, "internal"), (answer.Status, answer.Code));
        Assert.DoesNotContain("secret", answer.Body);
        Assert.Equal(200, (await RawHttp.GetAsync(server.Port, "/v1/accounts/a")).Status);
    }

    [Fact]
    public async Task EveryRefusalIsAuditedWithoutWhatWasSent()
    {
        await using var server = await EdgeServer.StartAsync();
        await RawHttp.GetAsync(server.Port, "/v1/accounts/a?token=canary");
        await RawHttp.PostAsync(server.Port, "/v1/things", "null");
        Assert.Equal(["empty_body POST /v1/things", "key_in_url GET /v1/accounts/{id}"],
            server.Audits.Select(audit => $"{audit.Outcome} {audit.Action}"));
        Assert.All(server.Audits, audit => Assert.Equal("127.0.0.1", audit.Entry.RemoteAddress));
        Assert.All(server.Audits, audit => Assert.DoesNotContain("canary", audit.Entry.ToString()));
    }

    [Fact]
    public async Task WhatNobodyDecidedIsClosed()
    {
        await using var server = await EdgeServer.StartAsync();
        var answer = await RawHttp.GetAsync(server.Port, "/v1/undecided");
        Assert.Equal((403, "insufficient_scope"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("Origin: http://localhost", 200)]
    [InlineData("Origin: http://LOCALHOST:80", 200)]
    [InlineData("Origin: http://localhost:81", 403)]
    [InlineData("Origin: http://evil.example", 403)]
    [InlineData("Origin: null", 403)]
    [InlineData("Origin: http://localhost\r\nOrigin: http://evil.example", 403)]
    public async Task PagesOfOthersAreRefused(string header, int status)
    {
        await using var server = await EdgeServer.StartAsync();
        var answer = await RawHttp.GetAsync(server.Port, "/v1/accounts/a", header);
        Assert.Equal((status, status == 200 ? null : "cross_origin"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task EveryAnswerIsGuarded()
    {
        await using var server = await EdgeServer.StartAsync();
        foreach (var target in new[] { "/v1/accounts/a", "/v1/nothing" })
        {
            var headers = (await RawHttp.GetAsync(server.Port, target)).Headers;
            Assert.Contains("frame-ancestors 'none'", headers["Content-Security-Policy"]);
            Assert.Equal("nosniff", headers["X-Content-Type-Options"]);
            Assert.False(headers.ContainsKey("Server"));
        }
    }
}
