using System.Globalization;

namespace OrleansLeverage.Tests.Web.BadInputs;

/// <summary>
/// A request in good order, as JSON tokens by name, of which a case replaces some. Names of a leg mean the first leg;
/// the second stays its mirror image.
/// </summary>
internal sealed class ValidRequest
{
    private static long _ids;
    private readonly List<KeyValuePair<string, string>> _fields;

    private ValidRequest(string target, IEnumerable<(string Name, string Token)> fields)
    {
        Target = target;
        _fields = [.. fields.Select(field => KeyValuePair.Create(field.Name, field.Token))];
    }

    public string Target { get; }

    public static ValidRequest For(string surface, WebGrid web) => surface switch
    {
        "POST /v1/ticks" => Tick(web),
        "POST /v1/fills" => Fill(web),
        "POST /v1/collateral" => Collateral(web),
        _ => throw new ArgumentOutOfRangeException(nameof(surface), surface, "takes no body"),
    };

    public static ValidRequest Tick(
        WebGrid web, string asset = "BTC-USD", string source = WebGrid.Source, long seq = 1) => new("/v1/ticks",
        [
            ("asset", Quoted(asset)), ("price", "\"60000\""), ("source", Quoted(source)), ("session", "2"),
            ("seq", Number(seq)), ("timestamp", Number(web.Time.NowMs)),
        ]);

    public static ValidRequest Fill(WebGrid web) => new("/v1/fills",
    [
        ("fillId", Id(web)), ("instrument", "\"BTC-USD-PERP\""), ("price", "\"60000\""),
        ("timestamp", Number(web.Time.NowMs)), ("account", "\"alice\""), ("qty", "\"1\""), ("fee", "\"1\""),
        ("other", "\"bob\""),
    ]);

    public static ValidRequest Collateral(WebGrid web) => new("/v1/collateral",
    [
        ("commandId", Id(web)), ("account", "\"alice\""), ("asset", "\"USD\""), ("amount", "\"10\""),
    ]);

    public static string Id(WebGrid web) =>
        Quoted(OrleansLeverage.Domain.CommandId.Series(web.Time.NowMs, 9, Interlocked.Increment(ref _ids)).ToString());

    public static string Quoted(string text) => $"\"{text}\"";

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public bool Has(string name) => _fields.Exists(field => field.Key == name);

    public string this[string name] => _fields.Single(field => field.Key == name).Value;

    /// <summary>The same with one token replaced; a null token leaves the name out, an unknown name is added.</summary>
    public ValidRequest With(string name, string? token)
    {
        var changed = new ValidRequest(Target, _fields.Select(field => (field.Key, field.Value)));
        var at = changed._fields.FindIndex(field => field.Key == name);
        if (token is null)
        {
            changed._fields.RemoveAt(at);
        }
        else if (at < 0)
        {
            changed._fields.Add(KeyValuePair.Create(name, token));
        }
        else
        {
            changed._fields[at] = KeyValuePair.Create(name, token);
        }
        return changed;
    }

    public override string ToString()
    {
        if (Target != "/v1/fills")
        {
            return Json(_fields);
        }
        var legs = $"[{Leg(this["account"], this["qty"])},{Leg(this["other"], Opposite(this["qty"]))}]";
        return Json(_fields.Where(field => field.Key is not ("account" or "qty" or "fee" or "other"))
            .Append(KeyValuePair.Create("legs", legs)));
    }

    private static string Json(IEnumerable<KeyValuePair<string, string>> fields) =>
        $"{{{string.Join(',', fields.Select(field => $"\"{field.Key}\":{field.Value}"))}}}";

    private string Leg(string account, string qty) =>
        $$"""{"account":{{account}},"qty":{{qty}},"fee":{{this["fee"]}}}""";

    private static string Opposite(string token) =>
        token.StartsWith("\"-", StringComparison.Ordinal) ? "\"" + token[2..]
        : token.StartsWith('"') ? "\"-" + token[1..]
        : token;
}
