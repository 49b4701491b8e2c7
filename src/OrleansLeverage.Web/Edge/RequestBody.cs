namespace OrleansLeverage.Web.Edge;

/// <summary>Reads a body up to its limit, whether its length was declared or not.</summary>
internal static class RequestBody
{
    /// <summary>
    /// The bytes, or why they are refused. Only a body that begins as a batch, <c>{"<paramref name="list"/>":</c>, may
    /// be larger than <see cref="EdgeLimits.BodyBytes"/>.
    /// </summary>
    public static async Task<(ReadOnlyMemory<byte> Bytes, string? Fault)> ReadAsync(
        HttpRequest request, EdgeLimits limits, string? list, CancellationToken cancel)
    {
        var limit = limits.BodyBytes;
        if (list is null && request.ContentLength > limit)
        {
            return (default, "body_too_large");
        }
        var bytes = new byte[Math.Min((int)Math.Min(request.ContentLength ?? 4096, limit) + 1, limits.BatchBytes)];
        var count = 0;
        while (true)
        {
            var read = await request.Body.ReadAsync(bytes.AsMemory(count), cancel);
            if (read == 0)
            {
                return (bytes.AsMemory(0, count), null);
            }
            count += read;
            if (count > limit)
            {
                if (limit == limits.BatchBytes)
                {
                    return (default, "batch_too_large");
                }
                if (list is null || !BeginsAsBatch(bytes.AsSpan(0, count), list))
                {
                    return (default, "body_too_large");
                }
                limit = limits.BatchBytes;
                if (request.ContentLength > limit)
                {
                    return (default, "batch_too_large");
                }
            }
            if (count == bytes.Length)
            {
                Array.Resize(ref bytes, Math.Min(bytes.Length * 2, limit + 1));
            }
        }
    }

    private static bool BeginsAsBatch(ReadOnlySpan<byte> body, string list)
    {
        var rest = body.TrimStart(" \t\r\n"u8);
        if (rest is not [(byte)'{', ..])
        {
            return false;
        }
        rest = rest[1..].TrimStart(" \t\r\n"u8);
        Span<byte> name = stackalloc byte[list.Length + 2];
        name[0] = name[^1] = (byte)'"';
        for (var i = 0; i < list.Length; i++)
        {
            name[i + 1] = (byte)list[i];
        }
        return rest.StartsWith(name);
    }
}
