using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using OrleansLeverage.Domain;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Tests.Web.BadInputs;

/// <summary>How the cases that are told in words are made. Each returns the answers that the case is about.</summary>
internal static class BadInputRecipes
{
    public static readonly IReadOnlyDictionary<string, Func<WebGrid, Task<RawAnswer[]>>> All =
        new Dictionary<string, Func<WebGrid, Task<RawAnswer[]>>>
        {
            ["sum of accepted fills would exceed position limit"] = PositionLimitAsync,
            ["collateral delta = decimal.MaxValue"] = web =>
                Each(web, ValidRequest.Collateral(web).With("amount", $"\"{decimal.MaxValue}\"")),
            ["fee negative beyond max rebate"] = web => Each(web, ValidRequest.Fill(web).With("fee", "\"-1000\"")),
            ["same (source, seq), same payload"] = web => Last(web, ValidRequest.Tick(web), ValidRequest.Tick(web)),
            ["sequence gap (seq jumps by > 1)"] = web =>
                Last(web, ValidRequest.Tick(web), ValidRequest.Tick(web, seq: 5)),
            ["tick batch in reverse order"] = ReverseBatchAsync,
            ["fill for a market already settled/delisted"] = web =>
                Each(web, ValidRequest.Fill(web).With("instrument", $"\"{WebGrid.Closed}\"").With("price", "\"80\"")),
            ["asset case variant btc-usd"] = web => Each(web, ValidRequest.Tick(web, "btc-usd")),
            ["bid or ask missing/zero"] = web => Each(web,
                ValidRequest.Tick(web).With("bid", "\"59999\""), ValidRequest.Tick(web).With("ask", "\"60001\""),
                ValidRequest.Tick(web).With("bid", "\"0\"").With("ask", "\"60001\""),
                ValidRequest.Tick(web).With("bid", "\"59999\"").With("ask", "\"0\"")),
            ["confidence interval / price > 1%"] = web =>
                Each(web, ValidRequest.Tick(web).With("confidence", "\"601\"")),
            ["1000x scale error from one source"] = web =>
                Last(web, [.. Ether(web, 3000, 3000, 3000, 3000, 3_000_000)]),
            ["more than one source off > 5%"] = web => Last(web, [.. Ether(web, 3000, 3000, 3000, 3180, 3180)]),
            ["fewer than min sources (3) fresh"] = web => Last(web, [.. Ether(web, 3000, 3000)]),
            ["price pinned exactly at a feed's min/max bound"] = web =>
                Each(web, ValidRequest.Tick(web, "LTC-USD").With("price", "\"10\"")),
            ["same fillId, different qty"] = FillConflictAsync,
            ["same fillId after rejection for transient reason"] = FailedAsync,
            ["two concurrent requests with same fillId"] = ConcurrentAsync,
            ["fill where buyer account == seller account"] = web =>
                Each(web, ValidRequest.Fill(web).With("other", "\"alice\"")),
            ["unknown member admin:true / isLiquidated:false"] = web => Each(web,
                ValidRequest.Fill(web).With("admin", "true"), ValidRequest.Fill(web).With("isLiquidated", "false")),
            ["100,000-element batch"] = web => Sent(web, BadRequest.Post("/v1/fills",
                Encoding.UTF8.GetBytes($"{{\"fills\":[{string.Join(',', Enumerable.Repeat("{}", 100_000))}]}}"))),
            ["raw 0x01 inside a string"] = web => Each(web, ValidRequest.Fill(web).With("account", "\"a\u0001b\"")),
            ["__proto__ member echoed to dashboard"] = web =>
                Each(web, ValidRequest.Fill(web).With("__proto__", """{"admin":true}""")),
            ["Content-Encoding: gzip with plain or bomb body"] = EncodedAsync,
            ["request line 9 KB"] = web => Sent(web, BadRequest.Get("/v1/accounts/" + new string('k', 9 * 1024))),
            ["two Content-Length headers"] = web =>
                Sent(web, BadRequest.Post("/v1/fills", "{}"u8.ToArray(), "Content-Length: 3")),
            ["slow body 1 byte/s"] = web => Sent(web, BadRequest.Post("/v1/fills", []) with
            {
                Head = RawHttp.Head("POST", "/v1/fills", 100), Body = "{"u8.ToArray(),
            }),
            ["GET/DELETE/TRACE on a POST route"] = web => Sent(web, [.. new[] { "GET", "DELETE", "TRACE" }
                .Select(method => new BadRequest(method, RawHttp.Head(method, "/v1/fills"), []))]),
            ["Range / If-None-Match garbage"] = web => Sent(web,
                BadRequest.Get("/v1/accounts/alice", "Range: bytes=garbage"),
                BadRequest.Get("/v1/accounts/alice", "If-None-Match: \"\"\"garbage")),
            ["SSE Last-Event-ID not a number / in the future"] = web => Sent(web, [.. new[] { "abc", "-1", "1.5", "+1",
                "999999999999999999", "9999999999999999999999" }.Select(cursor =>
                    BadRequest.Get("/v1/stream?channels=system", "Last-Event-ID: " + cursor))]),
            ["10,000 idle streams from one key"] = StreamsAsync,
            ["valid id of another tenant"] = web =>
                Sent(web, BadRequest.Get("/v1/accounts/bob", web.Auth!.Keys.Header("tenant"))),
            ["1,000,000 distinct new account ids from one key"] = NewAccountsAsync,
            ["dashboard token calls POST /v1/fills"] = DashboardFillAsync,
            ["oracle publisher key for BTC signs ETH"] = web =>
                Sent(web, BySigner(web, ValidRequest.Tick(web, "ETH-USD"))),
            ["valid signed tick replayed 31 s later"] = async web =>
            {
                var tick = BySigner(web, ValidRequest.Tick(web));
                await tick.SendAsync(web.Port);
                web.Time.Advance(31_000);
                return await Sent(web, tick);
            },
            ["use the key 5 s or more after its revocation was acknowledged, on every process"] = web =>
            {
                web.Auth!.Keys.Change("read", key => key with { Revoked = DateTimeOffset.UnixEpoch });
                web.Server.Services.GetRequiredService<KeyRing>().Refresh();
                return Sent(web, BadRequest.Get("/v1/system", web.Auth.Keys.Header("read")));
            },
        };

    private static async Task<RawAnswer[]> Sent(WebGrid web, params BadRequest[] requests)
    {
        var answers = new List<RawAnswer>();
        foreach (var request in requests)
        {
            answers.Add(await request.SendAsync(web.Port));
        }
        return [.. answers];
    }

    private static Task<RawAnswer[]> Each(WebGrid web, params ValidRequest[] requests) =>
        Sent(web, [.. requests.Select(Post)]);

    /// <summary>The earlier ones are set-up: they are sent before anything is counted.</summary>
    private static async Task<RawAnswer[]> Last(WebGrid web, params ValidRequest[] requests)
    {
        foreach (var request in requests[..^1])
        {
            await PostAsync(web, request);
        }
        web.Rejections.Clear();
        return [await PostAsync(web, requests[^1])];
    }

    private static BadRequest Post(ValidRequest request) =>
        BadRequest.Post(request.Target, Encoding.UTF8.GetBytes(request.ToString()));

    private static Task<RawAnswer> PostAsync(WebGrid web, ValidRequest request) => Post(request).SendAsync(web.Port);

    private static IEnumerable<ValidRequest> Ether(WebGrid web, params int[] prices) => prices.Select((price, at) =>
        ValidRequest.Tick(web, "ETH-USD", $"source-{at + 1}").With("price", $"\"{price}\""));

    private static async Task<RawAnswer[]> PositionLimitAsync(WebGrid web)
    {
        await web.Prices.DepositAsync("alice", 900_000_000_000m);
        await web.Prices.DepositAsync("bob", 900_000_000_000m);
        var fill = ValidRequest.Fill(web).With("qty", "\"20000\"").With("fee", "\"0\"");
        if ((await PostAsync(web, fill)).Code != "applied")
        {
            throw new InvalidOperationException("the fill up to the limit was not applied");
        }
        return await Each(web, ValidRequest.Fill(web).With("qty", "\"0.0001\"").With("fee", "\"0\""));
    }

    private static Task<RawAnswer[]> ReverseBatchAsync(WebGrid web)
    {
        var ticks = string.Join(',', Enumerable.Range(0, 3).Select(n => ValidRequest.Tick(web, seq: 3 - n)));
        return Sent(web, BadRequest.Post("/v1/ticks", Encoding.UTF8.GetBytes($"{{\"ticks\":[{ticks}]}}")));
    }

    private static async Task<RawAnswer[]> FillConflictAsync(WebGrid web)
    {
        var fill = ValidRequest.Fill(web);
        await PostAsync(web, fill);
        return await Each(web, fill.With("qty", "\"2\""));
    }

    private static async Task<RawAnswer[]> FailedAsync(WebGrid web)
    {
        var fill = ValidRequest.Fill(web).With("qty", "\"10000\"").With("fee", "\"0\"");
        if ((await PostAsync(web, fill)).Code != "insufficient_collateral")
        {
            throw new InvalidOperationException("the first attempt was not refused");
        }
        await web.Prices.DepositAsync("alice", 900_000_000_000m);
        await web.Prices.DepositAsync("bob", 900_000_000_000m);
        web.Rejections.Clear();
        return await Each(web, fill);
    }

    /// <summary>Answers as one: the codes of both, sorted.</summary>
    private static async Task<RawAnswer[]> ConcurrentAsync(WebGrid web)
    {
        var fill = ValidRequest.Fill(web);
        var answers = await Task.WhenAll(PostAsync(web, fill), PostAsync(web, fill));
        var codes = string.Join(", ", answers.Select(answer => "one " + answer.Code).Order(StringComparer.Ordinal));
        var position = (await web.Grid.AccountAsync(GridFixture.Account("alice")))!.Positions.Single().Position;
        return position.Quantity == new Quantity(1m)
            ? [answers[0] with { Body = $"{{\"code\":\"{codes}\"}}" }]
            : throw new InvalidOperationException($"applied to {position.Quantity}");
    }

    private static async Task<RawAnswer[]> EncodedAsync(WebGrid web)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(new byte[10_000_000]);
        }
        var plain = Encoding.UTF8.GetBytes(ValidRequest.Fill(web).ToString());
        return await Sent(web, BadRequest.Post("/v1/fills", plain, "Content-Encoding: gzip"),
            BadRequest.Post("/v1/fills", packed.ToArray(), "Content-Encoding: gzip"));
    }

    private static async Task<RawAnswer[]> StreamsAsync(WebGrid web)
    {
        var open = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 8; i++)
            {
                var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", web.Port);
                open.Add(client);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                    RawHttp.Head("GET", "/v1/stream?channels=system").Replace("Connection: close\r\n", "")));
                // the stream is open once it has answered
                await client.GetStream().ReadExactlyAsync(new byte[12]);
            }
            return await Sent(web, BadRequest.Get("/v1/stream?channels=system"));
        }
        finally
        {
            open.ForEach(client => client.Dispose());
        }
    }

    private static BadRequest BySigner(WebGrid web, ValidRequest tick) => BadRequest.Post(tick.Target,
        Encoding.UTF8.GetBytes(web.Auth!.Signed(tick).ToString()), web.Auth.Keys.Header("signer"));

    private static async Task<RawAnswer[]> DashboardFillAsync(WebGrid web)
    {
        var token = web.Server.LoginLink!.Fragment["#/login/".Length..];
        var login = await RawHttp.PostAsync(web.Port, "/v1/session", $$"""{"token":"{{token}}"}""");
        return await Sent(web, BadRequest.Post("/v1/fills", Encoding.UTF8.GetBytes(ValidRequest.Fill(web).ToString()),
            "Cookie: " + login.Headers["Set-Cookie"].Split(';')[0],
            "X-CSRF-Token: " + login.Json.GetProperty("csrf").GetString()));
    }

    private static async Task<RawAnswer[]> NewAccountsAsync(WebGrid web)
    {
        for (var i = 0; i < BadInputTests.NewAccountsBurst; i++)
        {
            var refused = await PostAsync(web, ValidRequest.Fill(web).With("account", $"\"new-{i}\""));
            if (refused.Code != "not_found")
            {
                throw new InvalidOperationException($"new account {i}: {refused.Code}");
            }
        }
        web.Rejections.Clear();
        return await Each(web, ValidRequest.Fill(web).With("account", "\"one-too-many\""));
    }
}
