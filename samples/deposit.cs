// dotnet run samples/deposit.cs -- http://127.0.0.1:5080 ACCOUNT AMOUNT [key]
// A command that is never applied twice: it has an id of its own, is sent until its outcome is known, and what was
// applied already answers "duplicate". Then the account's leverage.
#:project ../src/OrleansLeverage.Domain
using System.Net.Http.Json;
using System.Text.Json;
using OrleansLeverage.Domain;

if (args.Length < 3)
{
    Console.Error.WriteLine("usage: dotnet run samples/deposit.cs -- URL ACCOUNT AMOUNT [KEY]");
    return 2;
}
using var http = new HttpClient { BaseAddress = new Uri(args[0]), Timeout = TimeSpan.FromSeconds(10) };
if (args.ElementAtOrDefault(3) is { } key)
{
    http.DefaultRequestHeaders.Add("X-Api-Key", key);
}
// written down by whoever sends it, before it is sent: after a crash it is sent again, under the same id
var id = CommandId.Create(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
    new UInt128((ulong)Environment.ProcessId, (ulong)Environment.TickCount64));
var body = new { commandId = id.ToString(), account = args[1], asset = "USD", amount = args[2] };
for (var tries = 0; tries < 20; tries++)
{
    try
    {
        using var answer = await http.PostAsJsonAsync("/v1/collateral", body);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var code = json.GetProperty("code").GetString();
        if (answer.IsSuccessStatusCode)
        {
            var account = await http.GetFromJsonAsync<JsonElement>($"/v1/accounts/{args[1]}");
            Console.WriteLine($"{code}; equity {account.GetProperty("equity")}, "
                + $"leverage {account.GetProperty("leverage")}");
            return 0;
        }
        if (code is not ("retry" or "outcome_unknown" or "overloaded" or "rate_limited"))
        {
            Console.Error.WriteLine($"refused: {code} {json.GetProperty("title")}");
            return 1;
        }
    }
    catch (Exception lost) when (lost is HttpRequestException or TaskCanceledException)
    {
        // nobody knows yet whether it happened: the same id finds out
    }
    await Task.Delay(TimeSpan.FromMilliseconds(250 * (1 + tries)));
}
Console.Error.WriteLine($"the outcome of {id} is not known; send it again under that id");
return 1;
