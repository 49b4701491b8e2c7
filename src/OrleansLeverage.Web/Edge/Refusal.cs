namespace OrleansLeverage.Web.Edge;

/// <summary>
/// Why a request was not carried out: one RFC 9457 problem with a stable <see cref="Code"/>. Nothing that the sender
/// wrote is echoed; <see cref="Field"/> is a name of the contract and <see cref="Item"/> a place in a batch.
/// </summary>
internal sealed record Refusal(int Status, string Code, string Title)
{
    public string? Detail { get; init; }

    public string? Field { get; init; }

    public int? Item { get; init; }

    public static Refusal Of(string code, string? field = null, string? detail = null, int? item = null)
    {
        var (status, title) = RefusalCodes.Find(code);
        return new Refusal(status, code, title) { Field = field, Detail = detail, Item = item };
    }
}
