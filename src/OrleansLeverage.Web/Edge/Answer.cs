using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OrleansLeverage.Web.Edge;

/// <summary>What an endpoint answers: a body, or a refusal.</summary>
internal sealed record Answer(Refusal? Refusal, object? Body, int Status = StatusCodes.Status200OK)
{
    /// <summary>
    /// Names in camelCase, nulls written: unknown is said, not left out. NaN and infinity cannot be written.
    /// </summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    public static implicit operator Answer(Refusal refusal) => new(refusal, null);

    public static Answer Of(object body) => new(null, body);

    /// <summary>Rows as CSV or NDJSON; what goes for all of them is in the header fields.</summary>
    public static Answer Of<T>(IEnumerable<T> rows, ListFormat format)
        where T : class =>
        new(null, RowText.Of(rows, format)) { Format = format };

    /// <summary>Of the body, which is text already unless it is JSON.</summary>
    public ListFormat Format { get; init; }

    /// <summary>What the answer is a version of, for whoever has it already; null where it is of the moment.</summary>
    public string? Tag { get; init; }

    /// <summary>What would be beside the rows of a list, for those who read rows alone.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Position after the last row, for those who read rows without an object around them.</summary>
    public string? NextCursor { get; init; }

    public Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.Headers.CacheControl = Tag is null ? "no-store" : "no-cache";
        foreach (var (name, value) in Headers)
        {
            response.Headers[name] = value;
        }
        if (NextCursor is not null)
        {
            response.Headers["Next-Cursor"] = NextCursor;
        }
        if (Tag is not null)
        {
            response.Headers.ETag = Tag;
            if (context.Request.Headers.IfNoneMatch.Contains(Tag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
        }
        response.ContentType = RowText.MediaType(Format);
        var bytes = Format == ListFormat.Json
            ? JsonSerializer.SerializeToUtf8Bytes(Body, Body!.GetType(), Json)
            : Encoding.UTF8.GetBytes((string)Body!);
        response.ContentLength = bytes.Length;
        return response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
