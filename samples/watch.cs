// dotnet run samples/watch.cs -- http://127.0.0.1:5080 [events] [key]
// The market's leverage as it moves: server-sent events, a snapshot first and then what changed. A connection that is
// lost is taken up again where it was. Needs nothing but the SDK.
using System.Globalization;
using System.Net.ServerSentEvents;
using System.Text.Json;

var server = new Uri(args.ElementAtOrDefault(0) ?? "http://127.0.0.1:5080");
var events = int.Parse(args.ElementAtOrDefault(1) ?? int.MaxValue.ToString(CultureInfo.InvariantCulture),
    CultureInfo.InvariantCulture);
using var http = new HttpClient { BaseAddress = server };
if (args.ElementAtOrDefault(2) is { } key)
{
    http.DefaultRequestHeaders.Add("X-Api-Key", key);
}
var last = "";
var known = new Dictionary<string, JsonElement>();
while (events > 0)
{
    try
    {
        await ReadAsync();
    }
    catch (Exception lost) when (lost is HttpRequestException or IOException && last.Length > 0)
    {
        Console.Error.WriteLine($"lost the server ({lost.Message}), trying again");
        await Task.Delay(TimeSpan.FromSeconds(2));
    }
}

async Task ReadAsync()
{
    using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/stream?channels=system");
    if (last.Length > 0)
    {
        request.Headers.Add("Last-Event-ID", last);
    }
    using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    answer.EnsureSuccessStatusCode();
    await foreach (var item in SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync())
    {
        last = item.EventId ?? last;
        using var data = JsonDocument.Parse(item.Data);
        // a delta holds the members that changed: the others are as they were
        foreach (var member in data.RootElement.GetProperty("contents").EnumerateObject())
        {
            known[member.Name] = member.Value.Clone();
        }
        Console.WriteLine($"leverage {Number("marketLeverage")}  long {Number("longLeverage")}  "
            + $"short {Number("shortLeverage")}  skew {Number("leverageSkew")}  at risk {Number("accountsAtRisk")}");
        if (--events <= 0)
        {
            return;
        }
    }
}

// what is unknown is null, and is not 0
string Number(string name) => known.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Number
    ? value.GetDouble().ToString("0.###", CultureInfo.InvariantCulture)
    : "unknown";
