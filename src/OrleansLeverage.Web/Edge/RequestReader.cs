using System.Text.Json;

namespace OrleansLeverage.Web.Edge;

/// <summary>One object of a request, or why this one is refused while its neighbours are not.</summary>
internal readonly record struct RequestItem<T>(T? Value, Refusal? Refusal);

/// <summary>What a body turned out to be: refused as a whole, or one object, or a batch of them.</summary>
internal sealed record RequestReading<T>(Refusal? Refusal, IReadOnlyList<RequestItem<T>> Items, bool IsBatch)
{
    public static RequestReading<T> Refused(Refusal refusal) => new(refusal, [], false);
}

/// <summary>
/// Reads bodies that hold one <typeparamref name="T"/> or, under one name, a list of them. What is malformed refuses
/// the whole body; what is well formed but impossible refuses its item alone where <paramref name="perItem"/> says so.
/// </summary>
internal sealed class RequestReader<T>(
    Func<JsonElement, Shape<T>> choose, Shape described, string? list, bool perItem, EdgeLimits limits)
{
    public RequestReader(Shape<T> one, string? list, bool perItem, EdgeLimits limits)
        : this(_ => one, one, list, perItem, limits)
    {
    }

    /// <summary>The shape of one object, as the contract describes it.</summary>
    public Shape One => described;

    /// <summary>The root of a batch, null where the contract has none.</summary>
    public Shape? Batch { get; } = list is null ? null : new Shape(described.Name + "Batch", new ListField(list,
        $"1 to {limits.BatchItems} of them", described, (1, "empty_body"), (limits.BatchItems, "batch_too_large")));

    /// <summary>
    /// What else an object must be, asked once its types are right and before its values are read: its fault or null.
    /// </summary>
    public Func<HttpContext, JsonElement, string?>? Proof { get; init; }

    public async Task<RequestReading<T>> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        var (bytes, fault) = await RequestBody.ReadAsync(request, limits, list, cancel);
        fault ??= JsonScan.StructureFault(bytes.Span, limits.JsonDepth);
        if (fault is not null)
        {
            return RequestReading<T>.Refused(Refusal.Of(fault));
        }
        using var document = JsonDocument.Parse(bytes);
        return Read(request.HttpContext, document.RootElement, bytes.Span);
    }

    private RequestReading<T> Read(HttpContext context, JsonElement root, ReadOnlySpan<byte> bytes)
    {
        var items = default(JsonElement);
        var isBatch = list is not null && root.TryGetProperty(list, out items);
        if (isBatch && items.ValueKind == JsonValueKind.Array && items.GetArrayLength() > limits.BatchItems)
        {
            return RequestReading<T>.Refused(Refusal.Of("batch_too_large"));
        }
        var shape = isBatch ? Batch! : choose(root);
        if (FormFault(root, shape, bytes) is { } fault)
        {
            return RequestReading<T>.Refused(Refusal.Of(fault.Code, fault.Field));
        }
        return isBatch ? ReadBatch(context, items)
            : new RequestReading<T>(null, [ReadOne(context, root, null)], false) switch
        {
            { Items: [{ Refusal: { } refusal }] } => RequestReading<T>.Refused(refusal),
            var reading => reading,
        };
    }

    private static Fault? FormFault(JsonElement root, Shape shape, ReadOnlySpan<byte> bytes)
    {
        if (JsonScan.TextFault(bytes) is { } code)
        {
            return new Fault(code, null);
        }
        if (Shape.HasDuplicates(root))
        {
            return new Fault("duplicate_key", null);
        }
        return shape.HasUnknown(root) ? new Fault("unknown_field", null) : shape.Missing(root) ?? shape.TypeFault(root);
    }

    private RequestReading<T> ReadBatch(HttpContext context, JsonElement items)
    {
        if (items.GetArrayLength() == 0)
        {
            return RequestReading<T>.Refused(Refusal.Of("empty_body", list));
        }
        var read = items.EnumerateArray().Select((row, at) => ReadOne(context, row, at)).ToList();
        var first = read.Select(item => item.Refusal)
            .FirstOrDefault(refusal => refusal is not null && (!perItem || refusal.Status == 400));
        return first is null ? new RequestReading<T>(null, read, true) : RequestReading<T>.Refused(first);
    }

    private RequestItem<T> ReadOne(HttpContext context, JsonElement row, int? at)
    {
        if (Proof?.Invoke(context, row) is { } unproven)
        {
            return new RequestItem<T>(default, Refusal.Of(unproven, item: at));
        }
        var shape = choose(row);
        return shape.ContentFault(row) is { } fault
            ? new RequestItem<T>(default, Refusal.Of(fault.Code, fault.Field, item: at))
            : new RequestItem<T>(shape.Make(row), null);
    }
}
